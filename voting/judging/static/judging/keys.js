// Marking by keyboard: digits give points in the line that has the focus, Enter goes on, J and K
// go to the next and the previous nominee. Arrows are the browser's own, as in any group of choices.
// Where shortcuts are off, digits act in the group that has the focus, and letters not at all.
import { all } from "../site/dom.js";

const AGAIN_MS = 700; // "1" and "0" within this time are 10

export function listenToKeys({ judge, go, everywhere }) {
  let typed = "";
  let typedAt = 0;

  const lines = () => all("fieldset[data-field]:not(:disabled)", judge());

  function lineAt(target) {
    const own = target.closest && target.closest("fieldset[data-field]");
    const open = lines().filter((one) => one.querySelector(".judge-value").dataset.value === "");
    return own || open[0] || null;
  }

  function give(line, digit, at) {
    typed = at - typedAt < AGAIN_MS ? typed + digit : digit;
    typedAt = at;
    const radios = all('input[type="radio"]', line);
    const named = (text) => radios.find((one) => one.value === text);
    const radio = named(typed) || named(digit);
    if (!radio) {
      return false;
    }
    typed = named(typed) ? typed : digit;
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  function next(line) {
    const all_ = lines();
    const after = all_[all_.indexOf(line) + 1];
    if (!after) {
      go("judge-next");
      return;
    }
    const stop = after.querySelector("input:checked") || after.querySelector('input:not([type="hidden"])');
    stop.focus();
    after.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    const { target, key } = event;
    const writes = target.matches("textarea, select, input.input");
    const line = lineAt(target);
    if (key === "Enter" && line && target.matches("fieldset input, body, #score")) {
      event.preventDefault();
      next(line);
    } else if (!writes && !everywhere() && !target.closest("fieldset[data-field]")) {
      return;
    } else if (!writes && /^[0-9]$/.test(key) && line) {
      if (give(line, key, event.timeStamp)) {
        event.preventDefault();
      }
    } else if (!writes && everywhere() && (key === "j" || key === "k")) {
      event.preventDefault();
      go(key === "j" ? "judge-next" : "judge-previous");
    }
  });
}
