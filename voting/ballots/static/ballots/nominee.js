// One nominee's page: the choose button, the count, and the way back. Expects
//   season-data as in season.js, and: nominee: {number, category}, members: {position: [numbers]};
//   #choose-one (checkbox), #nominee-count, #nominee-category, #nominee-bar, #back-link.
import { byId, readJson, setText, speaker } from "../site/dom.js";
import { clock as makeClock } from "../site/clock.js";
import { openChoices } from "./choices.js";
import { countIn, countText, problemOf } from "./rules.js";
import { stateAt } from "./state.js";

const data = readJson("season-data");
const say = speaker(readJson("page-texts"));
const clock = makeClock(data.time_zone, say);
const choices = openChoices(data.slug);
const { number, category } = data.nominee;
const positions = new Map();
Object.entries(data.members).forEach(([position, numbers]) => {
  numbers.forEach((one) => positions.set(one, Number(position)));
});
const categoryOf = (one) => positions.get(one) || 0;
const box = byId("choose-one");
const name = document.querySelector("h1").textContent;

function refresh() {
  const numbers = choices.list().filter((one) => positions.has(one));
  const inside = countIn(numbers, categoryOf).get(category) || 0;
  const { short } = data.categories.find((one) => one.position === category);
  setText(byId("nominee-count"), countText(data, null, numbers.length, say));
  const key = data.category_max === null ? "count.category.open" : "count.category";
  const line = byId("nominee-category");
  const problem = problemOf(data, null, numbers, categoryOf);
  const over = Boolean(problem) && !problem.short;
  setText(
    line,
    over
      ? say(problem.code === "category" ? "tray.over.category" : "tray.over", problem)
      : say(key, { name: short, n: inside, max: data.category_max })
  );
  line.classList.toggle("is-over", over);
  line.hidden = data.categories.length < 2 && !over;
  if (box) {
    box.checked = choices.has(number);
  }
  if (stateAt(data, clock.now()) === "closed") {
    byId("nominee-bar").hidden = true;
  }
}

if (box) {
  box.addEventListener("change", () => choices.set(number, box.checked));
}
choices.onChange((numbers, by) => {
  refresh();
  if (by.number) {
    const count = countText(data, null, numbers.length, say);
    setText(byId("announcer"), say(by.chosen ? "said.chosen" : "said.removed", { no: by.number, name, count }));
  }
});

// Going back in the history brings the list to the same height; a link would open it at the nominee.
byId("back-link").addEventListener("click", (event) => {
  const from = document.referrer.split(/[?#]/)[0];
  if (window.history.length > 1 && from === window.location.origin + data.urls.season) {
    event.preventDefault();
    window.history.back();
  }
});

refresh();
