// What the season allows now, by the server's clock, and the words for it.
// Expects: main[data-state], #state-name, #state-text, [data-for-state], #time-left, #turnout, #banner-facts.
import { all, byId, empty, el, setDated, setText } from "../site/dom.js";
import { get } from "../site/http.js";

export function stateAt(data, now) {
  if (data.phase === "closed" || data.phase === "announced" || now >= data.closes_ms) {
    return "closed";
  }
  if (data.phase === "paused") {
    return "paused";
  }
  return data.phase === "draft" || now < data.opens_ms ? "not_open" : "open";
}

// The sentence of UX for each state in which no ballot is taken.
export function sentence(data, state, say, clock) {
  if (state === "not_open") {
    const beijing = data.time_zone === "Asia/Shanghai";
    return say(beijing ? "not-open" : "not-open.elsewhere", { date: clock.full(data.opens_ms) });
  }
  if (state === "paused") {
    const values = { reason: data.pause_reason, date: data.pause_until_ms ? clock.full(data.pause_until_ms) : "" };
    return say(!values.reason ? "paused.plain" : values.date ? "paused" : "paused.open", values);
  }
  return say("closed", { date: clock.full(data.closes_ms) });
}

export function startState({ data, say, clock, onChange }) {
  const main = byId("main");
  let state = main.dataset.state === "announced" ? "closed" : main.dataset.state;

  function update() {
    const next = stateAt(data, clock.now());
    if (next !== state) {
      state = next;
      main.dataset.state = state;
      setText(byId("state-name"), say(`state.${state}`));
      const [key, ms] = { not_open: ["time.opens", data.opens_ms], closed: ["time.closed", data.closes_ms] }[state] || [
        "time.closes",
        data.closes_ms,
      ];
      setDated(byId("state-text"), say(key, { date: clock.full(ms) }));
      onChange(state);
    }
    all("[data-for-state]").forEach((notice) => {
      notice.hidden = notice.dataset.forState !== state;
      if (!notice.hidden && state === "paused") {
        setDated(notice.querySelector("p"), sentence(data, state, say, clock));
      }
    });
    const left = byId("time-left");
    if (left) {
      left.hidden = state !== "open";
      byId("banner-facts").hidden = false;
      writeLarge(left.querySelector("dd"), state === "open" ? clock.left(data.closes_ms) : "");
    }
  }

  // Digits large, words small.
  function writeLarge(place, text) {
    if (place.dataset.text !== text) {
      place.dataset.text = text;
      empty(place);
      text.split(/(\d[\d,]*)/).filter((part) => part.trim()).forEach((part) => {
        place.append(/\d/.test(part) ? part : el("small", {}, part.trim()));
      });
    }
  }

  // Turnout stands in the banner of wide screens only; phones do not ask for it.
  async function turnout() {
    const place = byId("turnout");
    if (!place || !data.turnout_public || document.hidden || !window.matchMedia("(min-width: 75em)").matches) {
      return;
    }
    const answer = await get(data.urls.tallies).catch(() => null);
    if (answer && answer.ok && typeof answer.body.turnout === "number") {
      place.hidden = false;
      setText(place.querySelector("dd"), answer.body.turnout.toLocaleString("en"));
    }
  }

  window.setInterval(update, 15000);
  window.setInterval(turnout, 60000);
  turnout();
  return { now: () => state, update };
}
