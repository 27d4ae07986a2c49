// The season page. Expects
//   season-data: {slug, phase, opens_ms, closes_ms, time_zone, pause_reason, pause_until_ms, order, turnout_public,
//     min, max|null, hard_max, category_max|null, period: "day"|"window"|"season"|"", period_ballots|null,
//     categories: [{position, name, short}], urls: {token, ballots, status, tallies, qr, receipt, season, sign_in, mark}}
//   page-texts: {key: text} (voting/ballots/page_texts.py); the parts of templates/ballots/season.html.
import { all, byId, readJson, setText, speaker } from "../site/dom.js";
import { answerTo } from "./answer.js";
import { openCaster } from "./cast.js";
import { startElder } from "./elder.js";
import { startFinder } from "./finder.js";
import { makeSeason } from "./model.js";
import { namesOf } from "./nominees.js";
import { orderCards } from "./order.js";
import { openReceiptView } from "./receipt.js";
import { countText } from "./rules.js";
import { keepPlace, returnToPlace } from "./scroll.js";
import { openSheet } from "./sheet.js";
import { show } from "./show.js";

const data = readJson("season-data");
const say = speaker(readJson("page-texts"));

if (data.order === "random") {
  orderCards(data.slug);
}
byId("season-view").classList.add("is-ordered");

const season = makeSeason(data, say, refresh);
const { choices, nominees, pending, receipts, tokens } = season;
season.caster = openCaster({ data, tokens, pending, report: (report) => answerTo(report, season) });
season.cast = () => season.caster.cast(choices.list());
season.sheet = openSheet(season);
season.receiptView = openReceiptView(season);
const finder = startFinder({ say });

function refresh() {
  show(season);
  if (season.sheet.isOpen()) {
    season.sheet.render();
  }
}

// A token is fetched with the first choice, not with the page; never while a sent ballot is in doubt.
function warm() {
  if (season.state() === "open" && !(pending.get() || {}).uncertain) {
    tokens.warm();
  }
}

function announce(text) {
  setText(byId("announcer"), text);
}

choices.onChange((numbers, by) => {
  refresh();
  if (by.number) {
    const name = nominees.has(by.number) ? nominees.get(by.number).name : "";
    const count = countText(data, season.left(), numbers.length, say);
    announce(say(by.chosen ? "said.chosen" : "said.removed", { no: by.number, name, count }));
    if (by.chosen) {
      warm();
    }
  }
});

byId("ballot").addEventListener("change", (event) => {
  if (event.target.name === "choice") {
    choices.set(event.target.value, event.target.checked);
  }
});
byId("ballot").addEventListener("submit", (event) => {
  event.preventDefault();
  season.sheet.open();
  warm();
});
document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove]");
  if (remove) {
    choices.set(remove.dataset.remove, false);
  }
  if (event.target.closest("[data-show-receipt]")) {
    season.receiptView.showReceipt(receipts.get());
  }
  if (event.target.closest('[data-skip="ballot"]')) {
    event.preventDefault();
    (all("[data-review]").find((button) => button.offsetParent !== null) || byId("main")).focus();
  }
});

// Links into the page: #107 shows that nominee, #review the ballot.
function follow() {
  const wanted = decodeURIComponent(window.location.hash.slice(1));
  if (wanted === "review") {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    if (choices.list().length) {
      season.sheet.open();
      warm();
    }
  } else if (wanted) {
    finder.reveal(wanted.replace(/^n-/, ""));
  }
}

function start() {
  const gone = season.prune();
  if (gone.length) {
    const notice = byId("pruned");
    notice.hidden = false;
    setText(notice.querySelector("p"), say("withdrawn", { names: namesOf(gone, nominees), n: choices.list().length }));
  }
  season.updateState();
  refresh();
  keepPlace(data.slug, finder.current);
  returnToPlace(data.slug, finder);
  follow();
  window.addEventListener("hashchange", follow);
  startElder(season);
  if ((pending.get() || {}).uncertain) {
    season.isChecking = true;
    refresh();
    season.caster.recover().then(() => {
      season.isChecking = false;
      refresh();
    });
  }
}

start();
