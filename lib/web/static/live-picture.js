// @ts-check
/** @import { StreamStatus } from './stream-image.js' */
import { StreamImage } from './stream-image.js';
import { StreamVideo } from './stream-video.js';

/** A camera's live picture: as video where there is WebRTC and it connects, else as MJPEG. */
export class LivePicture {
  #image;
  #video;
  #onStatus;
  #isWanted = false;
  #hasVideo = false;
  #videoFailed = false;

  /**
   * @param {string} id - of the camera
   * @param {() => void} onStatus
   */
  constructor(id, onStatus) {
    this.#onStatus = onStatus;
    this.#image = new StreamImage(id, onStatus);
    this.#video = new StreamVideo(id, () => this.#videoChanged());
    this.#image.element.append(this.#video.element);
    this.element = this.#image.element;
  }

  /** Where MJPEG is, for a page of its own. */
  get url() {
    return this.#image.url;
  }

  get isVideo() {
    return this.#hasVideo && !this.#videoFailed;
  }

  /** @returns {StreamStatus} */
  get status() {
    return this.isVideo ? this.#video.status : this.#image.status;
  }

  /** @param {boolean} hasVideo - whether the camera has WebRTC */
  setHasVideo(hasVideo) {
    this.#hasVideo = hasVideo;
    this.#update();
  }

  /** @param {boolean} hasMark - whether its pictures say when they were taken */
  setHasMark(hasMark) {
    this.#video.setHasMark(hasMark);
  }

  /** @param {boolean} isWanted */
  setWanted(isWanted) {
    if (!isWanted) this.#videoFailed = false; // it may work when it is wanted again
    this.#isWanted = isWanted;
    this.#update();
  }

  /** @param {number | undefined} previews */
  tick(previews) {
    if (!this.isVideo) this.#image.tick(previews);
  }

  /** Of the video, since the last call. */
  figures() {
    return this.#video.figures();
  }

  #update() {
    this.#video.setWanted(this.#isWanted && this.isVideo);
    this.#image.setWanted(this.#isWanted && !this.isVideo);
    this.element.dataset['by'] = this.isVideo ? 'webrtc' : 'mjpeg';
  }

  #videoChanged() {
    if (this.#video.status === 'retrying') {
      this.#videoFailed = true;
      this.#video.setWanted(false);
      this.#update();
    }
    this.#onStatus();
  }
}
