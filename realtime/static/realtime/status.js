// What the connection is like, in a word; and what is said aloud: at most one sentence a minute.
// Expects: #status (data-state), #status-word, #status-time, #spoken (role=status).
const SILENCE_MS = 10000;
const SPEAK_EVERY_MS = 60000;

export class Status {
  constructor(words, board) {
    this.words = words;
    this.board = board;
    this.element = document.getElementById("status");
    this.spoken = document.getElementById("spoken");
    this.spokeAt = -Infinity;
    this.waiting = "";
    this.top = null;
    this.kind = "joining";
    this.startedAt = performance.now();
  }

  /** live, delayed, daily, over, joining, lost, stale or none. */
  kindOf(feed) {
    const silent = performance.now() - feed.heardAt > SILENCE_MS;
    if (!feed.state) {
      return feed.unknown ? "none" : feed.everOpen ? "lost" : "joining";
    }
    if (feed.state.frozen || (feed.open && silent)) {
      return "stale";
    }
    if (!feed.open) {
      return "lost";
    }
    if (feed.state.phase === "closed" || feed.state.phase === "announced") {
      return "over";
    }
    return feed.state.display === "delayed" || feed.state.display === "daily" ? feed.state.display : "live";
  }

  /** The moment that the numbers stand for, in words. */
  timeText(state, nowMs) {
    if (state.display === "delayed" || state.display === "daily") {
      return this.words.near(state.taken_ms, nowMs);
    }
    return this.words.exact(state.updated_ms);
  }

  update(feed) {
    const kind = this.kindOf(feed);
    const time = feed.state ? this.timeText(feed.state, feed.now()) : "";
    const away = kind === "lost" || kind === "stale";
    const slot = away ? "time.shown" : kind === "delayed" || kind === "daily" ? "time.taken" : "time.updated";
    this.element.dataset.state = kind;
    document.body.classList.toggle("board-away", away);
    this.put("status-word", this.words.say(`status.${kind}`, { n: this.board.delay_minutes }));
    this.put("status-time", time && this.words.say(slot, { time }));
    if (kind !== this.kind && feed.state) {
      if (away) {
        this.speak(this.words.say(`said.${kind}`, { time }));
      } else if (this.kind === "lost" || this.kind === "stale") {
        this.speak(this.words.say("said.back"));
      }
    }
    this.kind = kind;
    this.flush();
    return away;
  }

  /** Say who leads, if it has changed. */
  leaders(category, names) {
    const top = `${category}: ${names.join()}`;
    if (this.top !== null && this.top.startsWith(`${category}: `) && this.top !== top) {
      this.speak(this.words.say("said.top", { category, names: names.join(this.board.locale === "zh-CN" ? "、" : ", ") }));
    }
    this.top = top;
  }

  /** Say it now if nothing was said for a minute; else the latest sentence then. */
  speak(sentence) {
    this.waiting = sentence;
    this.flush();
  }

  flush() {
    if (this.waiting && performance.now() - this.spokeAt >= SPEAK_EVERY_MS) {
      this.spoken.textContent = this.waiting;
      this.spokeAt = performance.now();
      this.waiting = "";
    }
  }

  put(id, text) {
    const element = document.getElementById(id);
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }
}
