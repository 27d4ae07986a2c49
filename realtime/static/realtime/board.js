// The live board: puts feed, ranking, figures and controls together.
// Expects: #board-data and #page-texts (JSON), and the mark-up of templates/ballots/board.html.
import { Chart } from "./chart.js";
import { Feed } from "./feed.js";
import { Figures } from "./figures.js";
import { Ranking } from "./ranking.js";
import { readOut, sentences } from "./readout.js";
import { Status } from "./status.js";
import { Words } from "./words.js";

const PAGE_MS = 20000;
const SLOW_MS = 8000;
const LEADERS = 3;
const byId = (id) => document.getElementById(id);
const board = JSON.parse(byId("board-data").textContent);
const words = new Words(board.locale, board.time_zone);
const ranking = new Ranking(words, board.categories);
const figures = new Figures(words);
const chart = new Chart(words);
const status = new Status(words, board);
const feed = new Feed({ socket: board.socket, tallies: board.tallies, onState: show });
let turning = true;

function show(state) {
  figures.render(state);
  chart.render(state);
  drawRanking(state);
  tick();
  const names = ranking.standing(state).slice(0, LEADERS).map((entry) => entry.name);
  if (names.length) {
    status.leaders(ranking.category.name, names);
  }
}

function drawRanking(state) {
  const shown = ranking.render(state, state ? status.timeText(state, feed.now()) : "");
  byId("blank").hidden = shown;
  if (!shown) {
    byId("blank-text").textContent = reason(state);
  }
  const pages = state ? ranking.pageCount(state) : 1;
  byId("pages").hidden = byId("pause").hidden = pages < 2;
  byId("pages").textContent = words.say("page", { n: ranking.page + 1, all: pages });
}

/** Why there is no ranking. */
function reason(state) {
  if (!state) {
    const waited = performance.now() - status.startedAt;
    return words.say(feed.unknown ? "empty.none" : waited > SLOW_MS ? "empty.slow" : "empty.waiting");
  }
  if (state.display === "hidden") {
    return words.say("empty.hidden") + (state.turnout === null ? "" : `\n${words.say("empty.hidden.turnout")}`);
  }
  if (state.next_ms !== null) {
    return words.say("empty.daily", { date: words.date(state.next_ms) });
  }
  return feed.now() < state.opens_ms
    ? words.say("empty.before", { date: words.date(state.opens_ms) })
    : words.say("empty.waiting");
}

function tick() {
  status.update(feed);
  figures.clock(feed.state, feed.now());
  if (!feed.state) {
    byId("blank-text").textContent = reason(null);
  }
}

function choose(category) {
  ranking.category = category;
  ranking.page = 0;
  for (const tab of byId("tabs").children) {
    tab.setAttribute("aria-pressed", String(Number(tab.dataset.category) === category.position));
  }
  drawRanking(feed.state);
}

function step(by) {
  const place = board.categories.indexOf(ranking.category) + by;
  choose(board.categories[(place + board.categories.length) % board.categories.length]);
}

function name(id, key) {
  byId(id).title = words.say(key);
  byId(id).querySelector(".sr").textContent = words.say(key);
}

function pause() {
  turning = !turning;
  byId("pause").classList.toggle("paused", !turning);
  name("pause", turning ? "pause" : "play");
}

function fullscreen() {
  if (document.fullscreenElement) {
    document.exitFullscreen();
  } else if (document.documentElement.requestFullscreen) {
    document.documentElement.requestFullscreen().catch(() => {});
  }
}

byId("tabs").addEventListener("click", (event) => {
  const tab = event.target.closest("[data-category]");
  if (tab) {
    choose(board.categories.find((category) => category.position === Number(tab.dataset.category)));
  }
});
byId("pause").addEventListener("click", pause);
byId("fullscreen").addEventListener("click", fullscreen);
byId("fullscreen").hidden = !document.documentElement.requestFullscreen;
document.addEventListener("fullscreenchange", () => {
  name("fullscreen", document.fullscreenElement ? "fullscreen.leave" : "fullscreen");
});
byId("read").addEventListener("click", () => {
  const time = feed.state ? status.timeText(feed.state, feed.now()) : "";
  const standing = feed.state ? ranking.standing(feed.state) : [];
  readOut(sentences(words, ranking.category.name, standing, time), board.locale, byId("spoken"));
});
const keys = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), f: fullscreen, p: pause };
document.addEventListener("keydown", (event) => {
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (action && !event.ctrlKey && !event.altKey && !event.metaKey && !event.target.closest("[role=region]")) {
    action();
  }
});
window.matchMedia("(min-width: 1100px) and (min-height: 600px)").addListener(() => drawRanking(feed.state));
setInterval(tick, 1000);
setInterval(() => {
  if (turning && feed.state && ranking.pageCount(feed.state) > 1) {
    ranking.page += 1;
    drawRanking(feed.state);
  }
}, PAGE_MS);
name("pause", "pause");
name("fullscreen", "fullscreen");
tick();
feed.start();
