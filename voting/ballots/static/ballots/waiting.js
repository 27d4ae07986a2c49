// A waiting time as a bar that fills; onHalf(seconds left) is called once, for assistive technology.
import { el } from "../site/dom.js";

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
