// The right column: ballots received, strokes of the last minute, time to the end, viewers, ledger.
const STROKES = ["M4.5 4.6H19.5", "M12 4.6V19.6", "M12 11.6H18.4", "M6.8 10.6V19.6", "M3 19.6H21"];
const MOST_STROKES = 40; // eight characters; above, the number alone
const SVG = "http://www.w3.org/2000/svg";

function put(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

export class Figures {
  constructor(words) {
    this.words = words;
    this.strokes = null;
  }

  render(state) {
    put("turnout", state.turnout === null ? "–" : this.words.number(state.turnout));
    put("viewers", this.words.many("viewers", state.viewers));
    put("lag", this.words.lag(state.lag_ms));
    put("end-date", this.words.date(state.closes_ms));
    const minutes = state.per_minute || [];
    const last = minutes.length ? minutes[minutes.length - 1] : 0;
    const over = state.phase === "closed" || state.phase === "announced";
    put("minute", minutes.length && !over ? this.words.say("minute.last", { n: this.words.number(last) }) : "");
    this.write(over ? 0 : last);
  }

  /** Write the last minute in 正; what is not written of the last one stays visible. */
  write(number) {
    const place = document.getElementById("strokes");
    if (!place || number === this.strokes) {
      return;
    }
    this.strokes = number;
    place.textContent = "";
    for (let from = 0; from < number && number <= MOST_STROKES; from += STROKES.length) {
      const sign = document.createElementNS(SVG, "svg");
      sign.setAttribute("viewBox", "0 0 24 24");
      STROKES.forEach((path, index) => {
        const stroke = document.createElementNS(SVG, "path");
        stroke.setAttribute("d", path);
        stroke.classList.toggle("written", from + index < number);
        sign.append(stroke);
      });
      place.append(sign);
    }
  }

  /** The time to the next turning point, by the minute. */
  clock(state, nowMs) {
    put("clock", this.words.time(nowMs));
    if (!state) {
      return;
    }
    const over = state.phase === "closed" || state.phase === "announced" || nowMs >= state.closes_ms;
    if (over) {
      put("end-word", this.words.say("end.over"));
      put("end-left", this.words.say("end.done"));
    } else if (nowMs < state.opens_ms) {
      put("end-word", this.words.say("end.opens"));
      put("end-left", this.words.left(state.opens_ms - nowMs));
    } else {
      put("end-word", this.words.say(state.phase === "paused" ? "end.paused" : "end.closes"));
      put("end-left", this.words.left(state.closes_ms - nowMs));
    }
  }
}
