// @ts-check
/** @import { Receiver, Statistics } from './types.js' */
import { disclosure, element, setText } from './dom.js';
import { formatCount, formatNumber, shortTime, spaced, unknown } from './format.js';

/** How the frames arrive: losses by reason, what receivers report, and counts since the start. */
export class DeliveryPanel {
  #list = element('dl', { class: 'facts' });
  /** @type {Map<string, HTMLElement>} */
  #facts = new Map();
  #receivers = element('ul', { class: 'receivers' });

  constructor() {
    this.#addFact('dropped', 'Frames dropped');
    this.#addFact('errors', 'Network errors');
    this.#addFact('sent', 'Frames sent');
    this.#addFact('packets', 'Packets sent');
    this.#addFact('departureError', 'Departure error, 99th percentile');
    this.#addFact('restarts', 'Camera restarts');
    this.#addFact('previews', 'Clients of MJPEG');
    this.#addFact('viewers', 'Viewers by WebRTC');
    const section = disclosure('Delivery', this.#receivers, this.#list);
    this.element = section.element;
    // On a phone it would be far to scroll past.
    section.element.open = matchMedia('(min-width: 48rem)').matches;
    this.badge = element('span', { class: 'section-note', 'data-field': 'loss' });
    section.summary.append(this.badge);
  }

  /** @param {Statistics} statistics */
  update(statistics) {
    this.#show('dropped', reasons(statistics.dropped));
    this.#show('errors', reasons(statistics.errors));
    this.#show('sent', formatCount(statistics.sent));
    this.#show('packets', formatCount(statistics.packets));
    this.#show('departureError', shortTime(statistics.departureErrorP99Us));
    this.#show('restarts', formatCount(statistics.restarts));
    this.#show('previews', formatCount(statistics.previews));
    this.#show('viewers', statistics.video === undefined ? unknown : formatCount(statistics.video.viewers));
    this.#showReceivers(statistics.receivers);
    const lost = Math.max(0, ...statistics.receivers.map(({ lossPercent }) => lossPercent));
    const dropped = Object.values(statistics.dropped).reduce((total, count) => total + count, 0);
    const loss = statistics.receivers.length === 0 ? '' : `${formatNumber(lost, 1)} % lost`;
    setText(
      this.badge,
      [loss, dropped > 0 ? `${formatCount(dropped)} dropped` : ''].filter(Boolean).join(' · '),
    );
  }

  /**
   * @param {string} field
   * @param {string} label
   */
  #addFact(field, label) {
    const value = element('dd', { 'data-field': field }, unknown);
    this.#facts.set(field, value);
    this.#list.append(element('div', {}, element('dt', {}, label), value));
  }

  /**
   * @param {string} field
   * @param {string} text
   */
  #show(field, text) {
    const value = this.#facts.get(field);
    if (value !== undefined) setText(value, text);
  }

  /** @param {readonly Receiver[]} receivers */
  #showReceivers(receivers) {
    const texts =
      receivers.length === 0 ? ['No receiver reports back by RTCP.'] : receivers.map(receiverText);
    while (this.#receivers.children.length > texts.length) this.#receivers.lastElementChild?.remove();
    for (const [index, text] of texts.entries()) {
      const item = this.#receivers.children[index] ?? this.#receivers.appendChild(element('li'));
      setText(item, text);
    }
  }
}

/** @param {Receiver} receiver */
function receiverText({ ssrc, lossPercent, packetsLost, jitterMs, roundTripMs }) {
  const name = `Receiver ${(ssrc >>> 0).toString(16).padStart(8, '0')}`;
  const loss = `${formatNumber(lossPercent, 1)} % lost (${formatCount(packetsLost)} packets)`;
  const trip = roundTripMs === undefined ? '' : ` · round trip ${formatNumber(roundTripMs, 1)} ms`;
  return `${name}: ${loss} · jitter ${formatNumber(jitterMs, 2)} ms${trip}`;
}

/** @param {Record<string, number>} counts - by reason */
function reasons(counts) {
  const texts = Object.entries(counts).map(([reason, count]) => `${spaced(reason)} ${formatCount(count)}`);
  return texts.length === 0 ? 'none' : texts.join(' · ');
}
