// The line that says whether all is on the server: offline, signed out, not let in, no seat any more,
// saving, saved; and what the server did not take.
// Expects: #judge-offline with a span; #judge-saved (optional); texts of page_texts.py.
import { byId, el, empty, setText } from "../site/dom.js";
import { APART } from "./queue.js";
import { makeRefusals } from "./refused.js";

// discard(entry): somebody does not want an entry any more that was not taken.
export function makeStates(say, discard) {
  let lastTime = "";
  const showRefused = makeRefusals(say, discard);

  function show({ state, count, refused }) {
    showRefused(refused);
    const bar = byId("judge-offline");
    const saved = byId("judge-saved");
    const apart = APART.includes(state);
    if (bar) {
      bar.hidden = !apart;
      bar.dataset.state = state;
      const words = bar.querySelector("span");
      if (state === "offline") {
        setText(words, count ? say("offline", { n: count }) : say("offline_none"));
      } else if (state === "shut" || state === "gone") {
        setText(words, say(state, { n: count }));
      } else if (state === "signed-out") {
        const text = say("signed_out", { n: count });
        if (!words.textContent.startsWith(text)) {
          empty(words);
          const here = encodeURIComponent(window.location.pathname);
          words.append(`${text} `, el("a", { href: `/accounts/login/?next=${here}` }, say("sign_in")));
        }
      }
    }
    if (saved) {
      const texts = { saving: say("saving"), saved: lastTime ? say("saved", { time: lastTime }) : "" };
      setText(saved, texts[state] || "");
    }
  }

  return { show, savedAt: (time) => { lastTime = time || lastTime; } };
}
