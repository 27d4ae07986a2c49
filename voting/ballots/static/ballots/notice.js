// Notices in the review sheet, and a waiting time as a bar.
import { el, empty, icon, wholeDates } from "../site/dom.js";

// Fills the box with a notice. tone: info | ok | wait | error | held.
export function notice(box, tone, name, title, text) {
  empty(box);
  box.className = `notice notice-${tone}`;
  box.append(icon(name), el("div", {}, title ? el("b", {}, title) : null, el("p", {}, ...wholeDates(text))));
  return box;
}

// A bar that fills; onHalf(seconds left) is called once, for assistive technology.

export function waitingBar(waitMs, onHalf) {
  const started = Date.now();
  let half = false;
  const element = el("progress", { max: String(Math.round(waitMs)), value: "0" });
  const timer = window.setInterval(() => {
    const gone = Date.now() - started;
    element.value = Math.min(gone, waitMs);
    if (!half && gone > waitMs / 2) {
      half = true;
      onHalf(Math.ceil((waitMs - gone) / 1000));
    }
    if (gone >= waitMs || !element.isConnected) {
      window.clearInterval(timer);
    }
  }, 250);
  return { element, timer };
}
