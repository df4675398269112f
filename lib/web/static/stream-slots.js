// @ts-check

/**
 * A browser opens six connections to a server by HTTP/1.1. The events take one, and one is left for changes.
 * A second page of the same server shares them.
 */
const mostStreams = 4;
/** So many always stream, wherever the page is scrolled to. */
const alwaysStreams = 3;

/**
 * @typedef {object} SlotUser
 * @property {HTMLElement} element
 * @property {boolean} needsStream
 * @property {(grant: 'granted' | 'hidden' | 'too-many') => void} setGrant
 */

/** Decides which cards have a stream: none in a hidden tab, and with many cameras those that can be seen. */
export class StreamSlots {
  /** @type {Set<SlotUser>} in the order of the page */
  #users = new Set();
  /** @type {Set<Element>} */
  #visible = new Set();
  #observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#visible.add(target);
      else this.#visible.delete(target);
    }
    this.allot();
  });

  constructor() {
    document.addEventListener('visibilitychange', () => this.allot());
  }

  /** @param {SlotUser} user */
  add(user) {
    this.#users.add(user);
    this.#observer.observe(user.element);
    this.allot();
  }

  /** @param {SlotUser} user */
  remove(user) {
    this.#users.delete(user);
    this.#visible.delete(user.element);
    this.#observer.unobserve(user.element);
    user.setGrant('hidden');
    this.allot();
  }

  allot() {
    let free = mostStreams;
    for (const user of this.#users) {
      const isSeen = this.#users.size <= alwaysStreams || this.#visible.has(user.element);
      if (document.hidden || !isSeen) user.setGrant('hidden');
      else if (!user.needsStream) user.setGrant('granted');
      else {
        user.setGrant(free > 0 ? 'granted' : 'too-many');
        free -= 1;
      }
    }
  }
}
