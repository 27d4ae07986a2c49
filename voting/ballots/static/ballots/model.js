// The season as the page's scripts know it: data, choices, token news, and what follows from them.
// Everything else on the season page is given this object; season.js puts the visible parts to it.
import { clock as makeClock } from "../site/clock.js";
import { openChoices } from "./choices.js";
import { namesOf, readNominees } from "./nominees.js";
import { problemOf } from "./rules.js";
import { sentence, startState } from "./state.js";
import { openPending, openReceipts, openTokens } from "./tokens.js";

export function makeSeason(data, say, refresh) {
  const clock = makeClock(data.time_zone, say);
  const choices = openChoices(data.slug);
  const nominees = readNominees();
  const receipts = openReceipts(data.slug);
  const state = startState({ data, say, clock, onChange: refresh });
  let news = { left: null, used: [], next_ms: null };

  const tokens = openTokens(data, clock, (fresh) => {
    news = fresh;
    data.phase = fresh.phase || data.phase;
    if (fresh.last && fresh.left && fresh.left.ballots === 0) {
      receipts.set({ ...fresh.last, next_ms: fresh.next_ms, left: fresh.left });
    }
    state.update();
    refresh();
  });

  const categoryOf = (number) => (nominees.has(number) ? nominees.get(number).category : 0);

  // What casting this ballot means for the voter's further ballots.
  function castNote() {
    const more = news.left ? news.left.ballots !== 1 : data.period_ballots !== 1;
    if (data.period === "window") {
      return say("review.note.window");
    }
    if (data.period !== "day") {
      return say("review.note.once");
    }
    if (more) {
      return say("review.note.day.more");
    }
    const last = news.next_ms
      ? news.next_ms >= data.closes_ms
      : clock.day(clock.now()) === clock.day(data.closes_ms - 1);
    const time = news.next_ms ? clock.near(news.next_ms) : say("time.tomorrow", { time: "0:00" });
    return last ? say("review.note.once") : say("review.note.day", { time });
  }

  return {
    data,
    say,
    clock,
    choices,
    nominees,
    receipts,
    tokens,
    pending: openPending(data.slug),
    categoryOf,
    castNote,
    refresh,
    isChecking: false,
    left: () => news.left,
    used: () => news.used || [],
    state: state.now,
    updateState: state.update,
    stateSentence: () => sentence(data, state.now(), say, clock),
    nextMs: () => news.next_ms || (receipts.get() || {}).next_ms || null,
    problem() {
      const numbers = choices.list();
      const spent = numbers.filter((number) => (news.used || []).includes(number));
      return spent.length
        ? { code: "used", names: namesOf(spent, nominees) }
        : problemOf(data, news.left, numbers, categoryOf);
    },
    // Takes off what cannot be chosen any more; returns it.
    prune() {
      const gone = choices.list().filter((number) => !nominees.has(number) || nominees.get(number).withdrawn);
      choices.remove(gone);
      return gone;
    },
  };
}
