/** Builds elements from values: no text ever becomes markup. */

/**
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 *   `text` is the element's text, `on…` a listener; null, undefined and false leave an attribute out.
 */

/**
 * An element with its attributes and children.
 * @param {string} name a tag, with classes after dots: `p.note.quiet`
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {any} the element
 */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) setAttribute(made, key, value);
  made.append(...children);
  return made;
}

/**
 * An element of a drawing.
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
export function vector(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/**
 * The one element with this id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  return document.getElementById(id);
}

/** @param {HTMLElement} made @param {string} key @param {unknown} value */
function setAttribute(made, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "text") made.textContent = String(value);
  else if (key.startsWith("on")) made.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
  else made.setAttribute(key, value === true ? "" : String(value));
}
