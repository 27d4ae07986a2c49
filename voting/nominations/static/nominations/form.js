// Saves a step of the nomination form on blur and every 10 seconds, and counts characters.
// Expects: form[data-autosave] with a field "version"; #saved with its words in data-*;
// [data-count="id of a field"] with "n/max ..." as text. Without this script the buttons save.
import { all, byId, icon } from "../site/dom.js";

const EVERY_MS = 10000;
const LIMIT_MS = 15000;
const form = document.querySelector("form[data-autosave]");
const saved = byId("saved");
let changed = false;
let underWay = null;
let stopped = false;
let leaving = false;

// As the server counts: texts.py, "plain".
const plain = (text) => text.replace(/\r\n?/g, "\n").replace(/^[ \t\n\u3000]+|[ \t\n\u3000]+$/g, "");
const lengthOf = (text) => Array.from(plain(text)).length;

function count(field) {
  const shown = document.querySelector(`[data-count="${field.id}"]`);
  if (!shown) {
    return;
  }
  const length = lengthOf(field.value);
  shown.textContent = shown.textContent.replace(/\d+(?=\/)/, String(length));
  shown.classList.toggle("is-over", length > Number(field.dataset.most));
}

function say(state, tail) {
  const words = saved.querySelector("span");
  const text = `${saved.dataset[state]}${tail ? ` ${tail}` : ""}`;
  if (words.textContent !== text) {
    words.textContent = text;
  }
  saved.dataset.state = state;
  saved.classList.toggle("is-wait", state === "saving");
  saved.classList.toggle("is-bad", state === "offline" || state === "conflict");
}

function showErrors(errors) {
  all(".field", form).forEach((box) => {
    const field = box.querySelector("input, textarea, select");
    const name = field && field.name;
    const old = box.querySelector(".field-error");
    const text = name && errors[name];
    if (!text || field === document.activeElement) {
      if (old && !text) {
        old.remove();
        field.removeAttribute("aria-invalid");
      }
      return;
    }
    const line = old || document.createElement("p");
    line.className = "field-error";
    line.id = `id_${name}_error`;
    const words = document.createElement("span");
    words.textContent = text;
    line.replaceChildren(icon("warning"), words);
    box.append(line);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
  });
}

async function send() {
  changed = false;
  say("saving");
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), LIMIT_MS);
  try {
    const response = await fetch(window.location.pathname, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: controller.signal,
    });
    if (response.status === 409) {
      stopped = true;
      say("conflict");
      return;
    }
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    const answer = await response.json();
    form.elements.version.value = answer.version;
    showErrors(answer.errors);
    if (!changed) {
      say("saved", answer.saved);
    }
  } catch (error) {
    changed = true;
    say("offline");
  } finally {
    window.clearTimeout(timer);
  }
}

function save() {
  if (changed && !stopped && !leaving && !underWay) {
    underWay = send().finally(() => {
      underWay = null;
      // What was typed meanwhile; without a connection the clock tries again.
      if (changed && !leaving && saved.dataset.state !== "offline") {
        save();
      }
    });
  }
}

// A button that is pressed while a save is under way waits for its version.
function submitLater(button) {
  underWay.then(() => {
    const go = document.createElement("input");
    go.type = "hidden";
    go.name = button ? button.name : "go";
    go.value = button ? button.value : "next";
    form.append(go);
    form.submit();
  });
}

if (form) {
  // A page with what is wrong came as an answer; going back to it asks for the draft as it is now.
  window.history.replaceState(window.history.state, "");
  form.addEventListener("input", (event) => {
    changed = true;
    saved.dataset.state = "changed";
    count(event.target);
  });
  form.addEventListener("focusout", save);
  form.addEventListener("submit", (event) => {
    changed = false;
    leaving = true;
    if (underWay) {
      event.preventDefault();
      submitLater(event.submitter);
    }
  });
  window.setInterval(save, EVERY_MS);
  // Whoever closes the page at once is saved all the same.
  window.addEventListener("pagehide", () => {
    if (changed && !stopped && !leaving && !underWay) {
      navigator.sendBeacon(window.location.pathname, new FormData(form));
    }
  });
  // Back and forward may fill fields in by themselves.
  all("[data-most]", form).forEach((field) => field.id && count(field));
}
