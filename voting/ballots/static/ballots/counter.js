// The counter: each choice writes the next stroke of 正.
// Expects: [data-zhengs] with one svg.zheng of five paths per five choices; [data-count], [data-ratio], [data-hint].
import { all, setText } from "../site/dom.js";

export function writeStrokes(n) {
  all("[data-zhengs]").forEach((row) => {
    all("path", row).forEach((stroke, index) => {
      stroke.classList.toggle("is-on", index < n);
    });
  });
}

export function writeCount({ count, ratio, hint, verdict, over, ok }) {
  all("[data-count]").forEach((place) => setText(place, count));
  all("[data-ratio]").forEach((place) => setText(place, ratio));
  all("[data-hint]").forEach((place) => {
    setText(place, ok && place.closest("#aside") ? verdict : hint);
    place.classList.toggle("is-over", over);
    place.classList.toggle("is-ok", ok);
  });
}
