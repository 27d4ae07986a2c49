// Whether single keys act everywhere on a page. Who speaks to the computer, or whose hands shake, can
// turn them off (WCAG 2.1.4); this device remembers it.
// Expects: button[data-shortcuts], role switch; it may be replaced together with its part of the page.
import { all } from "./dom.js";
import { forget, recall, remember } from "./storage.js";

const KEY = "shortcuts";

// changed(on): also called at once, and whenever show is.
export function makeShortcuts(changed) {
  const on = () => recall(KEY) !== "off";

  function show() {
    all("[data-shortcuts]").forEach((one) => one.setAttribute("aria-checked", String(on())));
    if (changed) {
      changed(on());
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shortcuts]")) {
      if (on()) {
        remember(KEY, "off");
      } else {
        forget(KEY);
      }
      show();
    }
  });
  show();
  return { on, show };
}
