// What every page does: remembers the large-type view, sends a form once for a double click, and
// says that a form whose answer takes long is being worked on.
// Expects: links with data-view="elder" or data-view="standard" in the bar; forms with
// data-waiting="what is going on" where the answer can take many seconds.
import { remember, forget } from "./storage.js";

// A second click on the same button is the same wish, not another one.
const DOUBLE_MS = 1500;
// What is answered sooner needs no words.
const QUICK_MS = 600;
let sentForm = null;
let sentAt = 0;
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") {
    return;
  }
  const waits = event.target.dataset.waiting;
  if (event.target === sentForm && (waits || event.timeStamp - sentAt < DOUBLE_MS)) {
    event.preventDefault();
    return;
  }
  sentForm = event.target;
  sentAt = event.timeStamp;
  if (waits) {
    window.setTimeout(sayWaiting, QUICK_MS, sentForm, waits);
  }
});

function sayWaiting(form, text) {
  const line = document.createElement("p");
  line.className = "hint waiting";
  line.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-hidden", "true"); // the words say it
  form.append(line);
  line.append(bar, text);
}

// Whoever comes back to the page can send the form again.
window.addEventListener("pageshow", () => {
  sentForm = null;
  document.querySelectorAll(".waiting").forEach((line) => line.remove());
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-view]");
  if (!link) {
    return;
  }
  if (link.dataset.view === "elder") {
    remember("view", "elder");
  } else {
    forget("view");
  }
});
