// The screen of the ceremony: one step after the other, by keys or clicks, without any network.
// Expects: #ceremony-data and #page-texts (JSON), and the mark-up of templates/console/ceremony.html.
// The names are kept here, not in the page, until they are revealed.
import { all, byId, el, readJson, setText, speaker } from "../site/dom.js";
import { makeShortcuts } from "../site/shortcuts.js";
import { draw, spoken, steps, words } from "./ceremony_slides.js";

const IDLE_MS = 3000;
const data = taken("ceremony-data");
const say = speaker(readJson("page-texts"));
const sequence = steps(data);
const pictures = new Map();
let at = Math.min(Math.max(Number(window.location.hash.slice(1)) || 0, 0), sequence.length - 1);
let totals = false;
let idle = 0;

/** Reads a block of data and takes it out of the page. */
function taken(id) {
  const found = readJson(id);
  byId(id).remove();
  return found;
}

/** Loads every portrait; the very elements are shown later, so that nothing is asked for again. */
async function load() {
  const people = data.categories.flatMap((category) => category.people).filter((one) => one.portrait);
  let done = 0;
  let broken = 0;
  const tell = () => setText(byId("loaded"), say("loading", { n: done, all: people.length }));
  tell();
  await Promise.all(
    people.map(async (person) => {
      const image = el("img", { alt: "", width: 320, height: 400 });
      image.src = person.portrait;
      try {
        await image.decode();
        pictures.set(person.number, image);
      } catch {
        broken += 1;
      }
      done += 1;
      tell();
    })
  );
  setText(byId("loaded"), broken ? say("broken", { n: broken }) : say("ready"));
  show({ still: true });
}

/** still: nothing new is revealed, so nothing moves. */
function show({ still = false } = {}) {
  const slide = byId("slide");
  const step = sequence[at];
  slide.replaceChildren(...draw(step, { say, pictures, totals }));
  slide.dataset.kind = step.kind;
  slide.classList.toggle("is-still", still);
  const where = step.category && step.category.name ? [words("span", "", step.category.name)] : [];
  byId("where").replaceChildren(...where);
  setText(byId("step"), say("step", { n: at + 1, all: sequence.length }));
  byId("back").disabled = at === 0;
  byId("next").disabled = at === sequence.length - 1;
  fit();
}

/** Makes long texts smaller until they stand within their place. */
function fit() {
  all("[data-fit]", byId("slide")).forEach((box) => {
    for (let scale = 100; scale >= 35; scale -= 5) {
      box.style.setProperty("--scale", String(scale / 100));
      if (box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1) {
        break;
      }
    }
  });
}

function go(by) {
  const next = Math.min(Math.max(at + by, 0), sequence.length - 1);
  if (next === at) {
    return;
  }
  at = next;
  // After a crash the same step comes up again; the address holds its number and no name.
  window.history.replaceState(null, "", at ? `#${at}` : window.location.pathname + window.location.search);
  show();
  setText(byId("spoken"), spoken(sequence[at], say));
}

function toggleTotals() {
  totals = !totals;
  byId("totals").setAttribute("aria-pressed", String(totals));
  show({ still: true });
}

function fullscreen() {
  if (document.fullscreenElement) {
    document.exitFullscreen();
  } else if (document.documentElement.requestFullscreen) {
    document.documentElement.requestFullscreen().catch(() => {});
  }
}

const keys = {
  " ": () => go(1), ArrowRight: () => go(1), PageDown: () => go(1), ArrowDown: () => go(1),
  ArrowLeft: () => go(-1), PageUp: () => go(-1), ArrowUp: () => go(-1), Backspace: () => go(-1),
  Escape: () => document.fullscreenElement && document.exitFullscreen(),
};

// Letters can be turned off: a word that a microphone hears would uncover totals before the hall.
const letters = { t: toggleTotals, f: fullscreen };
const shortcuts = makeShortcuts((on) => {
  Object.entries({ totals: "T", fullscreen: "F" }).forEach(([id, key]) => {
    if (on) {
      byId(id).setAttribute("aria-keyshortcuts", key);
    } else {
      byId(id).removeAttribute("aria-keyshortcuts");
    }
  });
});

document.addEventListener("keydown", (event) => {
  // A button with the focus takes the space bar itself.
  const own = event.key === " " && event.target.closest("button, a");
  const action = keys[event.key] || (shortcuts.on() && letters[event.key.toLowerCase()]);
  if (!action || own || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
    return;
  }
  event.preventDefault();
  action();
});

byId("main").addEventListener("click", () => go(1));
byId("next").addEventListener("click", () => go(1));
byId("back").addEventListener("click", () => go(-1));
byId("totals").addEventListener("click", toggleTotals);
byId("fullscreen").addEventListener("click", fullscreen);
byId("fullscreen").hidden = !document.documentElement.requestFullscreen;

function nameFullscreen() {
  setText(byId("fullscreen"), say(document.fullscreenElement ? "fullscreen.leave" : "fullscreen"));
}

/** Hides the controls when nobody moves the mouse. */
function wake() {
  document.body.classList.remove("is-idle");
  window.clearTimeout(idle);
  idle = window.setTimeout(() => document.body.classList.add("is-idle"), IDLE_MS);
}

document.addEventListener("fullscreenchange", nameFullscreen);
document.addEventListener("mousemove", wake);
document.addEventListener("focusin", wake);
window.addEventListener("resize", fit);
nameFullscreen();
wake();
show();
load();
