// @ts-check
/** @import { CameraClient } from './api.js' */
/** @import { CameraDetail } from './types.js' */
import { element, setText } from './dom.js';
import { numbersField, rangeField } from './fields.js';
import { SettingRow } from './setting-row.js';

/** The settings that every camera has: quality, bitrate, frame rate. */
export class SettingsPanel {
  #quality;
  #inForce;
  #minQuality;
  #maxBitrate;
  #fps;
  #crop;
  #settingsQuality = 0;

  /** @param {CameraClient} client */
  constructor(client) {
    this.#quality = new SettingRow({
      label: 'Quality',
      field: rangeField({ name: 'quality', min: 1, max: 100, isInteger: true, unit: '/ 100' }),
      send: (quality) => client.patch({ quality }),
    });
    this.#inForce = element('p', { class: 'note', hidden: true });
    this.#maxBitrate = new SettingRow({
      label: 'Bitrate bound, 0 for none',
      field: rangeField({
        name: 'maxBitrateKbps',
        min: 0,
        max: 30_000,
        largest: 1_000_000,
        isInteger: true,
        unit: 'kbit/s',
      }),
      send: (maxBitrateKbps) => client.patch({ maxBitrateKbps }),
    });
    this.#minQuality = new SettingRow({
      label: 'Lowest quality to keep to the bound',
      field: rangeField({ name: 'minQuality', min: 1, max: 100, isInteger: true, unit: '/ 100' }),
      send: (minQuality) => client.patch({ minQuality }),
    });
    this.#fps = new SettingRow({
      label: 'Frame rate',
      field: rangeField({
        name: 'fps',
        min: 1,
        max: 60,
        largest: 1000,
        isInteger: false,
        step: 1,
        unit: 'fps',
      }),
      send: (fps) => client.patch({ fps }),
    });
    this.#crop = new SettingRow({
      label: 'Crop, in pixels',
      field: numbersField(['x', 'y', 'width', 'height'], true),
      send: (value) => client.patch({ crop: toRectangle(value) }),
    });
    this.element = element('div', { class: 'settings' }, this.#quality.element, this.#inForce);
    this.element.append(
      this.#fps.element,
      this.#maxBitrate.element,
      this.#minQuality.element,
      this.#crop.element,
    );
  }

  /** @param {CameraDetail} detail */
  update({ settings }) {
    this.#settingsQuality = settings.quality;
    this.#quality.show(settings.quality);
    this.#maxBitrate.show(settings.maxBitrateKbps);
    this.#minQuality.show(settings.minQuality);
    this.#minQuality.element.hidden = settings.maxBitrateKbps === 0;
    this.#fps.show(settings.fps);
    const { crop } = settings;
    this.#crop.element.hidden = crop === undefined;
    if (crop !== undefined) this.#crop.show([crop.x, crop.y, crop.width, crop.height]);
  }

  /** @param {number | undefined} quality - which the control of the bitrate may have lowered */
  showQualityInForce(quality) {
    const isLowered = quality !== undefined && quality < this.#settingsQuality;
    this.#inForce.hidden = !isLowered;
    if (isLowered) setText(this.#inForce, `Now ${quality}, to keep to the bitrate.`);
  }
}

/** @param {unknown} value */
function toRectangle(value) {
  const [x, y, width, height] = /** @type {number[]} */ (value);
  return { x, y, width, height };
}
