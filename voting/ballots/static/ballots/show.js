// Draws the state of the ballot on the season page: cards, tabs, tray and aside. season: see season.js.
import { all, byId, el, empty, setText } from "../site/dom.js";
import { chosenList } from "./chosen.js";
import { writeCount, writeStrokes } from "./counter.js";
import { countIn, countText, hintOf, mostChoices } from "./rules.js";

function cards({ choices, nominees, used, data, say }) {
  nominees.forEach(({ card, box, number }) => {
    if (!box) {
      return;
    }
    const chosen = choices.has(number);
    box.checked = chosen;
    card.classList.toggle("is-chosen", chosen);
    const spent = used().includes(number);
    box.disabled = spent && !chosen;
    if (spent) {
      setText(card.querySelector(".if-off"), say(data.period === "day" ? "used.day" : "used.once"));
    }
  });
}

function tabs({ data, choices, categoryOf }) {
  const counts = countIn(choices.list(), categoryOf);
  all(".tab").forEach((tab) => {
    const n = counts.get(Number(tab.dataset.category)) || 0;
    const badge = tab.querySelector(".tab-count");
    badge.hidden = n === 0;
    badge.classList.toggle("is-over", data.category_max !== null && n > data.category_max);
    empty(badge);
    badge.append(String(n));
    if (data.category_max !== null) {
      badge.append(el("span", { class: "tab-max" }, `/${data.category_max}`));
    }
  });
}

// What tray and aside say instead of the count, when no ballot can be cast now.
function standing(season, numbers) {
  const { data, say, clock } = season;
  const state = season.state();
  const last = season.receipts.barring(clock.now());
  if (state === "open" && last) {
    const time = last.next_ms ? clock.near(last.next_ms) : "";
    const values = { n: numbers.length, time };
    return {
      count: say(data.period === "day" ? "tray.cast.day" : "tray.cast.once"),
      hint: !time ? "" : say(numbers.length ? "tray.cast.saved" : "tray.cast.next", values),
      receipt: true,
    };
  }
  if (season.isChecking) {
    return { hint: say("tray.checking") };
  }
  if (state === "not_open") {
    return { hint: say("tray.not_open", { date: clock.full(data.opens_ms) }) };
  }
  return state === "paused" ? { hint: say("tray.paused") } : {};
}

export function show(season) {
  const { data, say, choices } = season;
  const numbers = choices.list();
  const problem = season.problem();
  const instead = standing(season, numbers);
  const most = mostChoices(data, season.left());
  const over = Boolean(problem) && !problem.short && !instead.hint;
  cards(season);
  tabs(season);
  writeStrokes(instead.receipt ? 0 : numbers.length);
  writeCount({
    count: instead.count || countText(data, season.left(), numbers.length, say),
    ratio: most === null ? String(numbers.length) : `${numbers.length}/${most}`,
    hint: instead.hint === undefined ? hintOf(data, season.left(), numbers, problem, say) : instead.hint,
    verdict: say("review.ok"),
    over,
    ok: Boolean(numbers.length) && !problem && instead.hint === undefined,
  });
  all("[data-review]").forEach((button) => {
    button.hidden = Boolean(instead.receipt);
    button.disabled = !numbers.length;
  });
  all("[data-show-receipt]").forEach((button) => {
    button.hidden = !instead.receipt;
  });
  all("[data-zhengs]").forEach((row) => {
    row.hidden = Boolean(instead.receipt) && !row.closest(".sheet");
  });
  const aside = byId("aside-list");
  if (aside) {
    chosenList(aside, season, numbers, { grouped: false });
  }
  const closed = season.state() === "closed";
  [byId("tray"), byId("aside")].forEach((part) => {
    if (part && closed) {
      part.hidden = true;
    }
  });
}
