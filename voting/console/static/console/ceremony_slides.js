// The steps of the ceremony, and what each of them shows.
import { el } from "../site/dom.js";

const MOST_ON_LIST = 24;
const LONG_NAME = 12;
const STROKES = [0, 72, 144, 216, 288];
const SVG = "http://www.w3.org/2000/svg";

/** steps(data): the title; of each category its name, each person from the last place on, and the list. */
export function steps(data) {
  const found = [{ kind: "title", name: data.name, organiser: data.organiser }];
  data.categories.forEach((category) => {
    found.push({ kind: "category", category });
    category.people.forEach((person) => found.push({ kind: "person", category, person }));
    const people = [...category.people].reverse();
    const pages = Math.ceil(people.length / MOST_ON_LIST);
    for (let page = 0; page < pages; page += 1) {
      const shown = people.slice(page * MOST_ON_LIST, (page + 1) * MOST_ON_LIST);
      found.push({ kind: "list", category, people: shown, page, pages });
    }
  });
  return found;
}

/** draw(step, {say, pictures, totals}): the elements of a step. */
export function draw(step, way) {
  return { title, category, person, list }[step.kind](step, way);
}

/** What a screen reader hears of a step. */
export function spoken(step, say) {
  if (step.kind === "title") {
    return step.name.text;
  }
  const name = step.category.name ? step.category.name.text : "";
  if (step.kind === "category") {
    return name;
  }
  if (step.kind === "list") {
    return heading(step, say) + say("colon") + step.people.map((one) => one.name.text).join(say("and"));
  }
  const { place, name: who, unit, summary } = step.person;
  return [say("place", { n: place }) + say("colon") + who.text, unit && unit.text, summary.text]
    .filter(Boolean)
    .join(say("gap"));
}

function title(step) {
  return [
    star("ceremony-star"),
    words("p", "ceremony-big", step.name),
    words("p", "ceremony-under", step.organiser),
  ];
}

function category(step) {
  return [star("ceremony-star"), step.category.name ? words("h2", "ceremony-big", step.category.name) : null].filter(Boolean);
}

function person(step, { say, pictures, totals }) {
  const one = step.person;
  return [
    face(one, pictures, "ceremony-portrait"),
    el(
      "div", { class: "ceremony-who", "data-fit": true },
      el("p", { class: "ceremony-place" }, star("ceremony-honour"), say("place", { n: one.place })),
      words("h2", "ceremony-name", one.name),
      one.unit && one.unit.text ? words("p", "ceremony-unit", one.unit) : null,
      one.summary.text ? words("p", "ceremony-deed", one.summary) : null,
      totals ? total(one, say) : null
    ),
  ];
}

function total(one, say) {
  const bar = svg("svg", { class: "ceremony-bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  bar.append(svg("rect", { class: "ceremony-ground", width: 100, height: 8 }));
  one.segments.forEach((part) =>
    bar.append(svg("rect", { class: `pattern-${part.pattern}`, x: part.x, width: part.width, height: 8 }))
  );
  const parts = one.parts.map((part) => {
    const chip = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    chip.append(svg("rect", { class: `pattern-${part.pattern}`, width: 16, height: 16, rx: 3 }));
    return el("li", {}, chip, words("span", "", part.name), el("b", {}, part.value));
  });
  return el(
    "div", { class: "ceremony-total" },
    el("p", {}, say("total"), el("b", {}, one.total)), bar, el("ul", {}, ...parts)
  );
}

function list(step, { say, pictures }) {
  const rows = step.people.length <= 5 ? 1 : step.people.length <= 12 ? 2 : 3;
  const grid = el("ul", { class: "ceremony-list", "data-rows": rows, "data-fit": true });
  grid.style.setProperty("--columns", String(Math.ceil(step.people.length / rows)));
  step.people.forEach((one) =>
    grid.append(
      el(
        "li", { class: one.name.text.length > LONG_NAME ? "is-long" : null }, face(one, pictures, "ceremony-face"), words("b", "", one.name),
        one.unit && one.unit.text ? words("span", "", one.unit) : null
      )
    )
  );
  return [el("h2", { class: "ceremony-heading" }, star("ceremony-honour"), heading(step, say)), grid];
}

function heading(step, say) {
  return step.pages > 1 ? `${say("list")} ${say("list.page", { n: step.page + 1, all: step.pages })}` : say("list");
}

function face(one, pictures, style) {
  const picture = pictures.get(one.number);
  return el("div", { class: style }, picture || star("ceremony-blank"));
}

/** Content in its own language where that is not the page's. */
export function words(tag, style, { text, lang }) {
  return el(tag, { class: style || null, lang: lang || null }, text);
}

/** The mark of five strokes, in one colour. */
function star(style) {
  const mark = svg("svg", { class: style, viewBox: "-12 -12.4 24 24", "aria-hidden": "true" });
  STROKES.forEach((turn) =>
    mark.append(svg("path", { d: "M0-11.5 2.75-6 0-2.3-2.75-6Z", transform: `rotate(${turn})` }))
  );
  return mark;
}

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}
