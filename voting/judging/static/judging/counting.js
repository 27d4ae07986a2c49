// How much is marked, on the sheet and in the list; the weighted sum once everything is.
// Expects: fieldsets of templates/judging/_line.html, #judge-total, rows of _row.html.
import { all, byId, setText } from "../site/dom.js";

export function makeCount(judge, say) {
  // What was marked here, by nominee: a page that was fetched before it was sent shows less.
  const counted = new Map();
  const shown = (line) => line.querySelector(".judge-value").dataset.value;

  function sum(lines, done, most) {
    const total = byId("judge-total");
    const points = lines.reduce(
      (before, line) => before + Number(shown(line) || 0) * Number(line.dataset.factor), 0
    );
    const whole = done === most;
    setText(total, whole ? say("weighted", { n: Number(points.toFixed(4)) }) : say("marked", { n: done, max: most }));
    total.dataset.weighted = whole ? String(points) : "";
  }

  function inList(code, done, most) {
    const row = judge().querySelector(`.judge-row[data-code="${code}"]`);
    if (row) {
      setText(row.querySelector("[data-done]"), String(done));
      row.dataset.state = done >= most ? "all" : done ? "some" : "none";
    }
  }

  return function count() {
    const lines = all("fieldset[data-field]", judge());
    const needed = lines.filter((line) => line.dataset.optional === undefined);
    const done = needed.filter((line) => shown(line) !== "").length;
    if (judge().dataset.mode === "points" && lines.length > 1) {
      sum(lines, done, needed.length);
    }
    const reveal = judge().querySelector(".judge-reveal");
    if (reveal) {
      reveal.hidden = done < needed.length;
    }
    counted.set(judge().dataset.code, [done, needed.length]);
    counted.forEach(([marked, most], code) => inList(code, marked, most));
    const whole = all('.judge-row[data-code][data-state="all"]', judge()).length;
    const total = judge().querySelector(".judge-count b");
    if (total && judge().dataset.mode !== "picks") {
      setText(total, total.textContent.replace(/^\d+/, String(whole)));
    }
  };
}
