// @ts-check

/**
 * Makes an element. Attributes are set as they are, so a name or message from the server is safe as text of a child
 * and as a value; `true` sets an empty attribute, `false` and `undefined` none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * Sets the text only if it changes: a live region does not speak, and a selection is not lost, once a second.
 *
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

let lastId = 0;

/**
 * An id that no other element of this page has. Never made from a camera's name, which may be anything.
 *
 * @param {string} prefix
 */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/**
 * A section that opens by its title.
 *
 * @param {string} title
 * @param {...(Node | string)} children
 */
export function disclosure(title, ...children) {
  const heading = element('h3', {}, title);
  const summary = element('summary', {}, heading);
  const details = element('details', { class: 'section' }, summary);
  details.append(element('div', { class: 'section-body' }, ...children));
  return { element: details, heading, summary };
}
