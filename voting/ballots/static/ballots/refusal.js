// What the page says to each refusal; keyed on the problem's code, never on its text.
// messageFor(report, context) returns {place: "sheet" | "page", tone, icon, title, text, actions}
//   context: {data, say, clock, nominees, gone: {out, rest}}; actions: names that sheet.js knows.
import { namesOf } from "./nominees.js";

const SECOND = 1000;

export function messageFor(report, { data, say, clock, nominees, gone }) {
  const { code, body = {}, state } = report;
  const wait = (title, text, icon, actions) => ({ place: "sheet", tone: "wait", icon, title, text, actions });
  const seconds = Math.max(1, Math.ceil((report.waitMs || 0) / SECOND));
  const waiting = state === "waiting";

  switch (code) {
    case "rate-limited":
    case "flooded":
      return waiting
        ? { ...wait(say("rate-limited.title"), say("rate-limited", { s: seconds }), "people", ["cancel"]), tone: "info" }
        : wait(say("rate-limited.title"), say("rate-limited.again"), "people", ["retry"]);
    case "busy":
    case "not-ready":
      return waiting
        ? wait(say("busy.title"), say("busy", { s: seconds }), "retry", ["hurry", "cancel"])
        : wait(say("busy.title"), say("busy.again"), "retry", ["retry"]);
    case "unknown-outcome":
      return waiting
        ? wait(say("unknown-outcome.title"), say("unknown-outcome", { s: seconds }), "retry", ["hurry"])
        : wait(say("unknown-outcome.title"), say("unknown-outcome.again"), "retry", ["retry"]);
    case "offline":
      return wait(say("unknown-outcome.title"), say(navigator.onLine ? "no-answer" : "offline"), "cloud-off", ["retry"]);
    case "offline.before":
      return navigator.onLine
        ? wait(say("no-answer.title"), say("no-answer.before"), "cloud-off", ["retry"])
        : wait(say("offline.title"), say("offline.before"), "cloud-off", ["retry"]);
    case "expired":
      return wait("", say("expired"), "clock", []);
    case "no-cookie":
      return wait(say("no-cookie.title"), say("no-cookie"), "info", ["retry"]);
    case "verification-required":
      return wait(say("verification-required.title"), say("verification-required"), "shield", ["sign_in"]);
    case "withdrawn":
    case "unknown-nominee": {
      const key = code === "withdrawn" ? "withdrawn" : "unknown";
      return wait("", say(key, { names: namesOf(gone.out, nominees), n: gone.rest }), "person", []);
    }
    case "nominee-used": {
      const names = namesOf(body.nominees || [], nominees);
      const text =
        typeof body.next_ms === "number"
          ? say("review.used.day", { names, time: clock.near(body.next_ms) })
          : say("review.used", { names });
      return wait("", text, "info", []);
    }
    case "too-few":
      return wait("", say("review.too_few", { k: body.min - body.got, min: body.min }), "list", []);
    case "too-many":
      return wait("", say("review.too_many", { k: body.got - body.max, max: body.max }), "list", []);
    case "category-full": {
      const category = data.categories.find((one) => String(one.position) === String(body.category));
      return wait(
        "",
        say("review.category", { category: category ? category.name : "", max: body.max, k: body.got - body.max }),
        "list",
        []
      );
    }
    case "not-open":
    case "paused":
    case "closed":
    case "already-voted":
      return { place: "page" };
    default:
      return {
        place: "sheet",
        tone: "error",
        icon: "warning",
        title: say("other.title"),
        text: say("other", { code }),
        actions: ["retry"],
      };
  }
}
