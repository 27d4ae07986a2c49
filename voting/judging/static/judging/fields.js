// One field of the score sheet: reading it, showing a value, its level and its clash.
// Expects: fieldset[data-field] of templates/judging/_line.html, or textarea[data-field].
import { all, el, empty, setText } from "../site/dom.js";

export const isText = (field) => field.tagName === "TEXTAREA";

export function fieldsOf(root) {
  return all("[data-field]", root);
}

export function valueOf(field) {
  if (isText(field)) {
    return field.value;
  }
  const box = field.querySelector('input[type="checkbox"]');
  if (box) {
    return box.checked ? box.value : "";
  }
  const radios = all('input[type="radio"]', field);
  if (radios.length) {
    const chosen = radios.find((one) => one.checked);
    return chosen ? chosen.value : "";
  }
  return field.querySelector(".input").value.trim().replace("，", ".").replace(",", ".");
}

// Shows a value without telling anybody: from the queue, or from another device.
export function setValue(field, value, say) {
  if (isText(field)) {
    field.value = value;
    return;
  }
  all('input[type="radio"], input[type="checkbox"]', field).forEach((one) => {
    one.checked = value !== "" && one.value === value;
  });
  const typed = field.querySelector(".input");
  if (typed && typed.value !== value) {
    typed.value = value;
  }
  showValue(field, value, say);
}

export function showValue(field, value, say) {
  const shown = field.querySelector(".judge-value");
  shown.dataset.value = value;
  shown.classList.toggle("is-none", value === "");
  setText(shown, value === "" ? say("none") : value);
  const level = field.querySelector(".judge-level");
  const levels = all("[data-since]", field);
  if (levels.length) {
    const fitting = levels.filter((one) => value !== "" && Number(one.dataset.since) <= Number(value));
    setText(level, fitting.length ? fitting[fitting.length - 1].textContent : say("choose_level"));
  }
  const clear = field.querySelector("button[data-clear]");
  if (clear) {
    clear.hidden = value === "";
  }
}

// What is wrong with a typed value, or "".
export function problemOf(field, value, say) {
  if (isText(field) || value === "") {
    return "";
  }
  const points = Number(value);
  const { lowest, highest, step } = field.dataset;
  if (!/^\d+(\.\d{1,4})?$/.test(value)) {
    return say("not_number");
  }
  if (points < Number(lowest) || points > Number(highest)) {
    return say("range", { lowest, highest });
  }
  const steps = step === "any" ? 0 : (points - Number(lowest)) / Number(step);
  return Math.abs(steps - Math.round(steps)) > 1e-6 ? say("steps", { step }) : "";
}

export function showProblem(field, text) {
  const typed = field.querySelector(".input");
  let line = field.querySelector(".field-error");
  if (!text) {
    if (line) {
      line.remove();
      typed.removeAttribute("aria-invalid");
    }
    return;
  }
  if (!line) {
    line = el("p", { class: "field-error", role: "alert" });
    field.append(line);
  }
  typed.setAttribute("aria-invalid", "true");
  setText(line, text);
}

export function showConflict(field, entry, say, choose) {
  const place = (isText(field) ? field.parentElement : field).querySelector("[data-conflict]");
  const text = isText(field);
  const there = entry.conflict.there === null || entry.conflict.there === "" ? say("none") : entry.conflict.there;
  const here = entry.value === "" || entry.value === null ? say("none") : entry.value;
  const words = { time: entry.conflict.at, a: there, b: here };
  empty(place);
  const button = (label, taken) => {
    const one = el("button", { class: "button button-plain", type: "button" }, label);
    one.addEventListener("click", () => {
      place.hidden = true;
      choose(taken);
    });
    return one;
  };
  place.append(
    el("p", null, say(text ? "conflict_text" : "conflict", words)),
    text ? el("blockquote", null, there) : null || "",
    el(
      "div", { class: "buttons" },
      button(say(text ? "keep_there_text" : "keep_there", words), false),
      button(say(text ? "keep_here_text" : "keep_here", words), true)
    )
  );
  place.hidden = false;
}
