// What every page does: remembers the large-type view, sends a form once for a double click.
// Expects: links with data-view="elder" or data-view="standard" in the bar.
import { remember, forget } from "./storage.js";

// A second click on the same button is the same wish, not another one.
const DOUBLE_MS = 1500;
let sentForm = null;
let sentAt = 0;
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") {
    return;
  }
  if (event.target === sentForm && event.timeStamp - sentAt < DOUBLE_MS) {
    event.preventDefault();
    return;
  }
  sentForm = event.target;
  sentAt = event.timeStamp;
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
