// The score sheet: every change is kept on this device at once and sent when it can be.
// Expects: #judge of templates/judging/sheet.html with its data; texts in #judge-texts.
import { all, byId, readJson, setText, speaker } from "../site/dom.js";
import { makeShortcuts } from "../site/shortcuts.js";
import { makeCount } from "./counting.js";
import { fieldsOf, isText, problemOf, setValue, showConflict, showProblem, showValue, valueOf } from "./fields.js";
import { listenToKeys } from "./keys.js";
import { makeQueue } from "./queue.js";
import { makeStates } from "./states.js";
import { makeVisits } from "./visit.js";

const TYPING_MS = 800;
const say = speaker(readJson("judge-texts"));
const states = makeStates(say, discarded);
const judge = () => byId("judge");
const count = makeCount(judge, say);
const shortcuts = makeShortcuts();
const fieldNamed = (name) => fieldsOf(judge()).find((one) => one.dataset.field === name);
let tab = window.location.hash === "#answer" ? "score" : "file";
let typed = null; // the field that somebody types in

const queue = makeQueue({
  key: judge().dataset.queue,
  address: judge().dataset.save,
  token: () => document.querySelector("[name=csrfmiddlewaretoken]").value,
  renewToken,
  heard: states.show,
  answered,
});

// After signing in again elsewhere this page still has the old token; a fresh page has the new one.
async function renewToken() {
  try {
    const response = await fetch(window.location.pathname, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("#judge-form [name=csrfmiddlewaretoken]");
    if (!fresh) {
      return false;
    }
    all("[name=csrfmiddlewaretoken]").forEach((one) => { one.value = fresh.value; });
    return true;
  } catch (error) {
    return false;
  }
}

function answered(entry, result) {
  states.savedAt(result.time);
  if (entry.code !== judge().dataset.code) {
    return;
  }
  const field = fieldNamed(entry.field);
  if (!field) {
    return;
  }
  if (result.state === "saved" && isText(field)) {
    field.dataset.known = entry.value;
  } else if (result.state === "saved") {
    field.dataset.revision = result.revision;
  } else if (result.state === "conflict") {
    clash(field, entry);
  } else {
    if (!isText(field)) {
      showProblem(field, result.text || say("unreadable"));
    }
    setText(byId("judge-saved"), result.text || say("unreadable"));
  }
}

// The page shows again what the server has.
function discarded(entry) {
  queue.discard(entry.id);
  if (entry.code === judge().dataset.code) {
    window.location.reload();
  }
}

// How an entry is named should the server not take it: the nominee and the field, in their words.
function about(field) {
  const name = isText(field)
    ? field.parentElement.querySelector("label")
    : field.querySelector(".judge-name");
  const label = [byId("file-title"), name].map((one) => one.textContent.trim()).filter(Boolean).join(" · ");
  return { label, page: window.location.pathname };
}

function clash(field, entry) {
  showConflict(field, entry, say, (takeHere) => {
    queue.settle(entry, takeHere);
    const there = entry.conflict.there || "";
    if (isText(field)) {
      field.dataset.known = there;
    } else {
      field.dataset.revision = entry.conflict.revision;
    }
    setValue(field, takeHere ? entry.value || "" : there, say);
    count();
  });
}

// restMs: somebody is still typing; what is wrong so far is said when the field is left.
function changed(field, restMs) {
  const value = valueOf(field);
  if (!isText(field)) {
    const problem = problemOf(field, value, say);
    if (!problem || !restMs) {
      showProblem(field, problem);
    }
    if (problem) {
      return;
    }
    showValue(field, value, say);
  }
  const known = isText(field) ? [field.dataset.known || ""] : null;
  queue.put(judge().dataset.code, field.dataset.field, value, Number(field.dataset.revision || 0), known, restMs, about(field));
  count();
}

// What waits on this device lies over what the server has shown; also in the list.
function overlay() {
  queue.entries().forEach((entry) => {
    const field = entry.code === judge().dataset.code ? fieldNamed(entry.field) : null;
    if (!field) {
      return;
    }
    setValue(field, entry.value || "", say);
    const folded = field.closest("details");
    if (folded) {
      folded.open = true; // what is not on the server yet is in sight
    }
    if (entry.conflict) {
      clash(field, entry);
    }
  });
}

function showTab(name) {
  tab = name;
  judge().dataset.shown = name;
  all("[data-tab]", judge()).forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.tab === name)));
}

function arrived({ first = false } = {}) {
  overlay();
  count();
  shortcuts.show();
  showTab(tab);
  const list = judge().querySelector(".judge-list");
  list.open = window.matchMedia("(min-width: 64em)").matches;
  const current = judge().querySelector(".judge-row[aria-current]");
  if (current && first) {
    current.scrollIntoView({ block: "nearest" });
  }
  states.show({ state: queue.state(), count: queue.count(), refused: queue.refused() });
  if (!first) {
    window.scrollTo(0, 0);
    const target = tab === "score" ? byId("score") : byId("file-title");
    target.focus({ preventScroll: true });
  }
  visits.ahead(["judge-next", "judge-previous"].map((id) => byId(id) && byId(id).getAttribute("href")));
}

const visits = makeVisits({
  arrived,
  cannot: () => {
    const bar = byId("judge-offline");
    bar.hidden = false;
    setText(bar.querySelector("span"), say("not_loaded"));
  },
});

document.addEventListener("change", (event) => {
  const field = event.target.closest("#judge [data-field]");
  if (field && !event.target.matches(".input, textarea")) {
    changed(field);
  }
});
document.addEventListener("input", (event) => {
  const field = event.target.closest("#judge [data-field]");
  if (field && event.target.matches(".input, textarea")) {
    typed = field;
    changed(field, TYPING_MS);
  }
});
document.addEventListener("focusout", () => {
  if (typed && document.contains(typed)) {
    changed(typed);
  }
  typed = null;
});
document.addEventListener("click", (event) => {
  const clear = event.target.closest("button[data-clear]");
  const add = event.target.closest("button[data-add]");
  const shown = event.target.closest("[data-tab]");
  const link = event.target.closest(".judge-row[href], #judge-next, #judge-previous");
  if (clear) {
    const field = clear.closest("[data-field]");
    setValue(field, "", say);
    changed(field);
  } else if (add) {
    step(add.closest("[data-field]"), Number(add.dataset.add));
  } else if (shown) {
    showTab(shown.dataset.tab);
  } else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    visits.go(link.getAttribute("href"));
  }
});
// Enter in a field must not send the form: the script keeps what stands there already.
document.addEventListener("submit", (event) => {
  if (event.target.id === "judge-form") {
    event.preventDefault();
  }
});

function step(field, by) {
  const size = field.dataset.step === "any" ? 1 : Number(field.dataset.step);
  const from = valueOf(field) === "" ? Number(field.dataset.lowest) - by * size : Number(valueOf(field));
  const to = Math.min(Number(field.dataset.highest), Math.max(Number(field.dataset.lowest), from + by * size));
  setValue(field, String(Number(to.toFixed(4))), say);
  changed(field);
}

listenToKeys({
  judge,
  everywhere: shortcuts.on,
  go: (id) => {
    const way = byId(id);
    if (way) {
      way.click();
    } else if (id === "judge-next") {
      judge().querySelector("a.judge-main").focus();
    }
  },
});
visits.here();
queue.start();
arrived({ first: true });
