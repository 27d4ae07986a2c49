// The summary: nothing is submitted while changes wait on this device; taking back ends by itself.
// Expects: #judge with its data; #judge-submit, #judge-undo[data-ms] (both optional).
import { byId, readJson, setText, speaker } from "../site/dom.js";
import { APART, makeQueue } from "./queue.js";
import { makeStates } from "./states.js";

const judge = byId("judge");
const say = speaker(readJson("judge-texts"));
const states = makeStates(say, (entry) => queue.discard(entry.id));
const form = byId("judge-submit");
const button = form && form.querySelector("button");
const wasDisabled = button && button.disabled;
let sent = false;

const queue = makeQueue({
  key: judge.dataset.queue,
  address: judge.dataset.save,
  token: () => {
    const field = document.querySelector("[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  },
  renewToken: async () => false,
  heard: (now) => {
    states.show(now);
    if (!form) {
      return;
    }
    const waits = now.count > 0 || APART.includes(now.state);
    button.disabled = wasDisabled || waits;
    if (waits) {
      const bar = byId("judge-offline");
      bar.hidden = false;
      if (now.state !== "shut" && now.state !== "gone") {
        const text = now.state === "offline" ? say("submit_offline") : say("submit_waiting", { n: now.count });
        setText(bar.querySelector("span"), text);
      }
    } else if (sent) {
      window.location.reload(); // the table shows what has just been sent
    }
  },
  answered: () => {
    sent = true;
  },
});
if (form && queue.heardSince(window.performance.timeOrigin)) {
  window.location.reload();
} else if (form) {
  queue.start();
}

const undo = byId("judge-undo");
if (undo) {
  window.setTimeout(() => { undo.hidden = true; }, Number(undo.dataset.ms));
}
