// What the server did not take: which entry, why, and what was typed, so that nothing is lost.
// Expects: #judge-refused; texts of page_texts.py. Entries as queue.js keeps them.
import { byId, el, empty } from "../site/dom.js";

const drawn = (entries) => JSON.stringify(entries.map((one) => [one.id, one.refused.text]));

export function makeRefusals(say, discard) {
  function line(entry) {
    const about = entry.about || {};
    const label = about.label || say("some_entry");
    const away = about.page && about.page !== window.location.pathname;
    const button = el("button", { class: "button button-plain", type: "button" }, say("discard"));
    button.addEventListener("click", () => discard(entry));
    return el(
      "li", null,
      el("p", null, el("b", null, away ? el("a", { href: about.page }, label) : label)),
      el("p", null, entry.refused.text || say("unreadable")),
      el("blockquote", { tabindex: "0", "aria-label": label }, entry.value),
      button
    );
  }

  // Drawn anew only when something changed: what has the focus keeps it, and readers stay quiet.
  return function show(entries) {
    const place = byId("judge-refused");
    if (!place || place.dataset.drawn === drawn(entries)) {
      return;
    }
    place.dataset.drawn = drawn(entries);
    place.hidden = !entries.length;
    const list = place.querySelector("ul");
    empty(list);
    list.append(...entries.map(line));
  };
}
