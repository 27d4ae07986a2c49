// The review sheet: what is on the ballot, whether it meets the rules, casting it, and every answer to that.
// Expects the parts of templates/ballots/_sheet.html; season: see season.js.
import { byId, el, empty, setText } from "../site/dom.js";
import { modal } from "../site/dialog.js";
import { chosenList } from "./chosen.js";
import { notice, waitingBar } from "./notice.js";

export function openSheet(season) {
  const { data, say, clock, choices } = season;
  const castButton = byId("cast");
  const check = byId("sheet-check");
  const message = byId("sheet-message");
  const progress = byId("sheet-progress");
  let ticking = null;
  let stoppedOffline = false;
  let toldFor = null; // the choices that the shown message is about
  const dialog = modal(byId("sheet"), {
    onClose() {
      season.caster.cancel();
      speak(null);
      empty(message);
      toldFor = null;
    },
  });

  function speak(text) {
    window.clearInterval(ticking);
    setText(progress, text || "");
  }

  function render() {
    const numbers = choices.list();
    const problem = season.problem();
    const state = season.state();
    chosenList(byId("sheet-list"), season, numbers, { grouped: true });
    if (toldFor !== null && toldFor !== numbers.join()) {
      toldFor = null;
      empty(message);
    }
    check.hidden = !numbers.length || toldFor !== null;
    if (state !== "open") {
      check.hidden = false;
      notice(check, "wait", state === "paused" ? "pause" : "clock", "", season.stateSentence());
    } else if (problem) {
      notice(check, problem.short ? "wait" : "error", "list", "", say(`review.${problem.code}`, problem));
    } else {
      notice(check, "ok", "check", "", say("review.ok"));
    }
    check.classList.add("sheet-check");
    setText(byId("sheet-note"), season.castNote());
    if (!season.caster.isRunning() && toldFor === null) {
      ready("review.cast");
    }
  }

  function ready(key) {
    castButton.disabled = season.state() !== "open" || Boolean(season.problem()) || !choices.list().length;
    setText(castButton, say(key));
  }

  const ACTIONS = {
    hurry: () => button("review.retry_now", () => season.caster.hurry()),
    cancel: () => button("review.cancel", () => season.caster.cancel()),
    sign_in: () =>
      el(
        "a",
        { class: "button", href: `${data.urls.sign_in}?next=${encodeURIComponent(`${window.location.pathname}${window.location.search}#review`)}` },
        say("review.sign_in")
      ),
  };

  function button(key, onClick) {
    const element = el("button", { class: "button button-plain", type: "button" }, say(key));
    element.addEventListener("click", onClick);
    return element;
  }

  function tell({ tone, icon: name, title, text, actions }, { waitMs } = {}) {
    speak(null);
    const box = notice(el("div"), tone, name, title, text);
    if (waitMs) {
      const bar = waitingBar(waitMs, (left) => setText(progress, say("left.seconds", { s: left })));
      ticking = bar.timer;
      box.lastChild.append(bar.element);
    }
    const buttons = actions.filter((one) => ACTIONS[one]).map((one) => ACTIONS[one]());
    if (buttons.length) {
      box.lastChild.append(el("div", { class: "notice-actions" }, ...buttons));
    }
    toldFor = choices.list().join();
    check.hidden = true;
    empty(message);
    message.append(box);
    message.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  }

  function sending() {
    empty(message);
    castButton.disabled = true;
    setText(castButton, say("sending"));
    setText(progress, say("sending"));
    window.clearInterval(ticking);
    ticking = window.setTimeout(() => setText(progress, say("sending.slow")), 8000);
  }

  castButton.addEventListener("click", () => season.cast());
  byId("sheet-back").addEventListener("click", () => dialog.close());
  window.addEventListener("online", () => {
    if (dialog.isOpen() && stoppedOffline && !season.caster.isRunning()) {
      season.cast();
    }
  });

  return {
    open() {
      render();
      dialog.open();
    },
    // Also says what has just been taken off the ballot.
    render,
    close: dialog.close,
    shut: dialog.shut,
    isOpen: dialog.isOpen,
    sending,
    // Opens again for an answer that comes after the voter has closed the sheet.
    tell(shown, report) {
      if (!dialog.isOpen()) {
        if (report.cancelled) {
          return;
        }
        render();
        dialog.open();
      }
      stoppedOffline = report.state === "stopped" && report.code.startsWith("offline");
      tell(shown, report);
      if (report.state === "waiting") {
        setText(castButton, say("review.waiting"));
      } else {
        ready(shown.actions.includes("retry") ? "review.retry" : "review.cast");
        castButton.disabled = castButton.disabled || shown.actions.includes("sign_in");
      }
    },
  };
}
