// The list of chosen nominees, in the review sheet (grouped by category) and in the aside.
// season: see season.js.
import { el, empty, icon } from "../site/dom.js";
import { countIn } from "./rules.js";

function row(season, number) {
  const nominee = season.nominees.get(number);
  const name = nominee ? nominee.name : "";
  const remove = el(
    "button",
    { class: "icon-button", type: "button", "aria-label": season.say("review.remove", { no: number, name }), "data-remove": number },
    icon("close")
  );
  return el(
    "li",
    { class: "chosen" },
    nominee ? el("img", { class: "chosen-portrait", src: nominee.portrait, alt: "", width: "40", height: "50" }) : null,
    el(
      "div",
      { class: "chosen-text" },
      el("b", {}, el("span", { class: "number" }, number), el("i", nominee && nominee.lang ? { lang: nominee.lang } : {}, name)),
      nominee && nominee.unit ? el("span", {}, nominee.unit) : null
    ),
    remove
  );
}

export function chosenList(place, season, numbers, { grouped }) {
  const { data, say } = season;
  const focused = document.activeElement && place.contains(document.activeElement);
  empty(place);
  if (!numbers.length) {
    if (grouped) {
      place.append(el("p", { class: "muted" }, say("review.empty")));
    }
    return;
  }
  if (!grouped) {
    place.append(el("ul", { class: "chosen-list" }, ...numbers.map((number) => row(season, number))));
  }
  const counts = countIn(numbers, season.categoryOf);
  data.categories.forEach((category) => {
    const inside = numbers.filter((number) => season.categoryOf(number) === category.position);
    if (!grouped || !inside.length) {
      return;
    }
    if (data.categories.length > 1) {
      const values = { category: category.name, n: counts.get(category.position), max: data.category_max };
      place.append(
        el("h3", { class: "chosen-group" }, say(data.category_max === null ? "review.group" : "review.group.max", values))
      );
    }
    place.append(el("ul", { class: "chosen-list" }, ...inside.map((number) => row(season, number))));
  });
  if (focused) {
    // The row with the focus is gone: go on with the next one.
    const next = place.querySelector("[data-remove]");
    if (next) {
      next.focus();
    }
  }
}
