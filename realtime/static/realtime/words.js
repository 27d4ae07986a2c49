// Texts, numbers and times in the page's language.
// Expects: <script type="application/json" id="page-texts">, and the locale and time zone of the board.
const texts = JSON.parse(document.getElementById("page-texts").textContent);

export class Words {
  constructor(locale, timeZone) {
    this.whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const in24 = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    this.hours = new Intl.DateTimeFormat(locale, in24);
    this.seconds = new Intl.DateTimeFormat(locale, Object.assign({ second: "2-digit" }, in24));
    this.day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone });
    this.key = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone });
  }

  /** The text of a key, with {names} filled in. */
  say(key, values) {
    return texts[key].replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? values[name] : all));
  }

  /** The text for a number of things; one may have a wording of its own. */
  many(key, n) {
    return this.say(n === 1 ? `${key}.one` : key, { n: this.number(n) });
  }

  number(value) {
    return this.whole.format(value);
  }

  /** 20:14 */
  time(ms) {
    return this.hours.format(ms);
  }

  /** 20:14:06 */
  exact(ms) {
    return this.seconds.format(ms);
  }

  /** 11月24日 18:00 */
  date(ms) {
    return `${this.day.format(ms)} ${this.hours.format(ms)}`;
  }

  /** The time alone for today, with the date for any other day. */
  near(ms, nowMs) {
    return this.key.format(ms) === this.key.format(nowMs) ? this.time(ms) : this.date(ms);
  }

  /** 0.3 s */
  lag(ms) {
    return ms === null || ms === undefined ? this.say("unknown") : this.say("seconds", { n: this.tenth.format(ms / 1000) });
  }

  /** How long until a moment, by the minute; never by the second. */
  left(ms) {
    const minutes = Math.ceil(ms / 60000);
    if (minutes <= 1) {
      return this.say("left.moment");
    }
    if (minutes <= 60) {
      return this.say("left.minutes", { m: minutes });
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 24) {
      return this.say("left.hours", { h: hours, m: minutes % 60 });
    }
    return this.say("left.days", { d: Math.floor(hours / 24), h: hours % 24 });
  }
}
