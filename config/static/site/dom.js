// Small tools for building and reading the page.
// Expects: <html data-icons="address of icons.svg">; JSON in <script type="application/json" id="...">.

export const byId = (id) => document.getElementById(id);
export const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

export function readJson(id) {
  const element = byId(id);
  return element ? JSON.parse(element.textContent) : null;
}

// el("p", {class: "hint", hidden: true}, "text", child): strings become text, never mark-up.
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  });
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function empty(element) {
  while (element.firstChild) {
    element.firstChild.remove();
  }
}

// Sets the text only when it differs, so that live regions stay quiet.
export function setText(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

// As the filter whole_dates has it: a day in either language, with the time of day if there is one.
const DATE = new RegExp(
  "((?:\\d{4}年)?\\d{1,2}月\\d{1,2}日(?: \\d{1,2}:\\d{2})?" +
    "|\\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: \\d{4})?(?:, \\d{1,2}:\\d{2})?)"
);

// A text in parts whose dates stay in one line: Chinese may else break between any two signs.
export const wholeDates = (text) =>
  (text || "").split(DATE).map((part, at) => (at % 2 ? el("span", { class: "nowrap" }, part) : part));

// Like setText, for sentences with a date in them.
export function setDated(element, text) {
  if (element && element.textContent !== text) {
    empty(element);
    element.append(...wholeDates(text));
  }
}

// fill("{n} of {max}", {n: 3, max: 10}); a name without a value stays as it is.
export function fill(text, values) {
  return (text || "").replace(/\{(\w+)\}/g, (whole, name) =>
    values && values[name] !== undefined && values[name] !== null ? String(values[name]) : whole
  );
}

// A function that looks up a text of this page and fills it in.
export function speaker(texts) {
  return (key, values) => fill(texts[key], values);
}

export const groupsOfFour = (code) => code.match(/.{1,4}/g) || [];
