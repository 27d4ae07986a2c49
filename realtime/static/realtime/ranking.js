// The table of one category: order, numbers, bars, places line and pages. Rows move only on a tick.
// Expects: #ranking with one hidden row per nominee (data-number, data-category), #places, #caption.
import { inOrder } from "./state.js";

const PER_PAGE = 12;
const MOVE_MS = 600;
const EASE = "cubic-bezier(.2,.7,.2,1)";
const stage = window.matchMedia("(min-width: 1100px) and (min-height: 600px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Ranking {
  constructor(words, categories) {
    this.words = words;
    this.categories = categories;
    this.category = categories[0];
    this.page = 0;
    this.moves = [];
    this.table = document.getElementById("ranking");
    this.body = document.getElementById("rows");
    this.line = document.getElementById("places");
    this.rows = new Map();
    for (const row of this.body.querySelectorAll("[data-number]")) {
      const part = (name) => row.querySelector(name);
      this.rows.set(row.dataset.number, {
        row, rank: part(".rank"), count: part(".count"), fill: part(".bar-fill"), change: part(".change"),
        category: Number(row.dataset.category), name: part(".name b").textContent,
      });
    }
  }

  /** Nominees of the present category by rank, as [{number, name, votes, rank}]. */
  standing(state) {
    const numbers = [...this.rows.keys()].filter((number) => this.rows.get(number).category === this.category.position);
    return inOrder(state.nominees, numbers.filter((number) => state.nominees[number]))
      .map((number) => Object.assign({ number, name: this.rows.get(number).name }, state.nominees[number]));
  }

  pageCount(state) {
    return stage.matches ? Math.max(1, Math.ceil(this.standing(state).length / PER_PAGE)) : 1;
  }

  /** Show the state; return whether there is a ranking to show. */
  render(state, timeText) {
    const standing = state ? this.standing(state) : [];
    this.table.hidden = standing.length === 0;
    if (standing.length === 0) {
      return false;
    }
    this.page %= this.pageCount(state);
    const wide = standing.some((entry) => this.rows.get(entry.number).row.classList.contains("row-wide"));
    this.table.classList.toggle("ranking-wide", wide);
    const first = stage.matches ? this.page * PER_PAGE : 0;
    const visible = standing.slice(first, stage.matches ? first + PER_PAGE : undefined);
    this.table.classList.toggle("ranking-still", standing.every((entry) => entry.was === null));
    const before = this.positions();
    const most = Math.max(1, ...standing.filter((entry) => entry.rank !== null).map((entry) => entry.votes || 0));
    for (const entry of standing) {
      this.fill(this.rows.get(entry.number), entry, most);
    }
    this.arrange(visible.map((entry) => this.rows.get(entry.number).row), this.lineAfter(visible));
    this.move(before);
    document.getElementById("caption").textContent =
      this.words.say("caption", { category: this.category.name, time: timeText });
    return true;
  }

  fill(cells, entry, most) {
    const gone = entry.rank === null;
    set(cells.rank, gone ? "–" : String(entry.rank));
    cells.row.classList.toggle("row-withdrawn", gone);
    if (cells.count) {
      set(cells.count, this.words.number(entry.votes));
      cells.fill.style.transform = `translateX(${-100 + (100 * Math.min(entry.votes, most)) / most}%)`;
    }
    const [arrow, step, told] = cells.change.children;
    if (gone) {
      arrow.className = "arrow";
      set(step, this.words.say("withdrawn"));
      set(told, this.words.say("withdrawn"));
      return;
    }
    const by = entry.was === null ? null : entry.was - entry.rank;
    const way = !by ? "same" : by > 0 ? "up" : "down";
    arrow.className = by === null ? "arrow" : `arrow arrow-${way}`;
    cells.change.dataset.way = by === null ? "" : way;
    set(step, by ? String(Math.abs(by)) : "");
    set(told, by === null ? "" : this.words.say(`change.${way}`, { n: Math.abs(by) }));
  }

  /** The row after which the line of places belongs; -1 for none on this page. */
  lineAfter(visible) {
    let after = -1;
    visible.forEach((entry, place) => {
      if (entry.rank !== null && entry.rank <= this.category.places) {
        after = place;
      }
    });
    const next = visible[after + 1];
    return after >= 0 && next ? after : -1;
  }

  arrange(rows, lineAfter) {
    const wanted = rows.slice();
    this.line.hidden = lineAfter < 0;
    if (lineAfter >= 0) {
      set(this.line.querySelector("span"), this.words.many("places", this.category.places));
      wanted.splice(lineAfter + 1, 0, this.line);
    }
    for (const cells of this.rows.values()) {
      cells.row.hidden = !rows.includes(cells.row);
    }
    // Moved only where they stand wrong: a row that is moved for nothing loses what reads it.
    wanted.forEach((row, place) => {
      if (this.body.children[place] !== row) {
        this.body.insertBefore(row, this.body.children[place]);
      }
    });
  }

  positions() {
    const found = new Map();
    for (const { row } of this.rows.values()) {
      if (!row.hidden) {
        found.set(row, row.getBoundingClientRect().top);
      }
    }
    return found;
  }

  /** Let rows that changed place travel there, all in one frame. */
  move(before) {
    if (still.matches || !this.body.animate) {
      return;
    }
    this.moves.forEach((move) => move.cancel());
    const seen = [...before.keys()].filter((row) => !row.hidden);
    const moved = seen.map((row) => [row, before.get(row) - row.getBoundingClientRect().top]);
    this.moves = moved.filter(([, by]) => Math.abs(by) > 1).map(([row, by]) =>
      row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: MOVE_MS, easing: EASE })
    );
  }
}

function set(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
