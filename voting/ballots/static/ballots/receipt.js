// The receipt after casting, and the page that says that a ballot is already cast or voting is not open.
// Both replace the season page until the voter goes back. season: see season.js.
import { all, byId, el, empty, fill, groupsOfFour, setDated, setText } from "../site/dom.js";
import { post } from "../site/http.js";
import { canSave, savePicture } from "./picture.js";

const VIEWS = ["season-view", "receipt-view", "already-view"];
const LEDGER_TRIES = [1500, 3000, 6000, 12000];

export function openReceiptView(season) {
  const { data, say, clock } = season;

  function show(id) {
    const state = window.history.state || {};
    if (id !== "season-view" && (state.dialog || state.view)) {
      window.history.replaceState({ view: id }, "");
    } else if (id !== "season-view") {
      window.history.pushState({ view: id }, "");
    }
    place(id);
    window.scrollTo(0, 0);
  }

  function place(id) {
    VIEWS.forEach((one) => {
      byId(one).hidden = one !== id;
    });
    const tray = byId("tray");
    if (tray) {
      tray.hidden = id !== "season-view" || season.state() === "closed";
    }
  }

  // The back button leads from receipt or refusal to the list; links to the footer stay where they are.
  window.addEventListener("popstate", (event) => {
    if (!byId("season-view").hidden || ["#help-points", "#contact"].includes(window.location.hash)) {
      return;
    }
    if (!event.state || !event.state.view) {
      place("season-view");
    }
  });

  function address(code) {
    return fill(data.urls.receipt, { code });
  }

  function nextWords(receipt) {
    const left = receipt.left ? receipt.left.ballots : null;
    if (left !== 0 && receipt.left) {
      return say("receipt.more");
    }
    if (typeof receipt.next_ms === "number" && receipt.next_ms < data.closes_ms) {
      return say("receipt.next", { time: clock.near(receipt.next_ms) });
    }
    return data.period === "season" ? say("receipt.last") : "";
  }

  async function followLedger(token, tries) {
    const step = byId("receipt-ledger");
    for (const pause of tries) {
      await new Promise((resolve) => window.setTimeout(resolve, pause));
      const answer = await post(data.urls.status, { token }, 8000).catch(() => null);
      if (answer && answer.ok && answer.body.state === "recorded") {
        step.classList.add("is-done");
        step.querySelector("use").setAttribute("href", `${document.documentElement.dataset.icons}#check`);
        setText(step.querySelector("span"), say("receipt.ledger"));
        return;
      }
    }
  }

  function showReceipt(receipt, { earlier = false, token = null, isNew = false } = {}) {
    const view = byId("receipt-view");
    view.classList.toggle("is-new", isNew);
    setText(byId("receipt-title"), say(earlier ? "receipt.earlier.title" : "receipt.title"));
    setText(byId("receipt-time"), clock.dated(receipt.accepted_ms, true));
    byId("receipt-time").setAttribute("datetime", new Date(receipt.accepted_ms).toISOString());
    setText(byId("receipt-clock"), clock.time(receipt.accepted_ms, true));
    byId("receipt-earlier").hidden = !earlier;
    setText(byId("receipt-earlier").querySelector("span"), say("receipt.earlier"));
    const code = byId("receipt-code");
    empty(code);
    code.append(...groupsOfFour(receipt.code).map((part) => el("span", {}, `${part} `)));
    byId("receipt-qr").src = fill(data.urls.qr, { code: receipt.code });
    byId("receipt-link").href = address(receipt.code);
    const next = nextWords(receipt);
    byId("receipt-next").closest(".card").hidden = !next;
    setText(byId("receipt-next"), next);
    setText(byId("receipt-ends"), say("receipt.ends", { date: clock.full(data.closes_ms) }));
    const save = byId("receipt-save");
    save.hidden = !canSave();
    save.onclick = () => savePicture(receipt, season);
    show("receipt-view");
    byId("receipt-title").focus({ preventScroll: true });
    if (token) {
      followLedger(token, LEDGER_TRIES);
    }
  }

  // Already cast, not open, paused or closed: what happened, what to do, and that the choices are kept.
  function showRefusal({ kind, title, text, receipt }) {
    all("[data-for-kind]").forEach((part) => {
      part.hidden = !part.dataset.forKind.split(" ").includes(kind);
    });
    setText(byId("already-title"), title);
    setDated(byId("already-text"), text);
    const link = byId("already-receipt");
    if (receipt) {
      link.href = address(receipt.code);
      setText(link.querySelector("b"), say("already.receipt", { time: clock.brief(receipt.accepted_ms) }));
      setText(link.querySelector("span span"), groupsOfFour(receipt.code).join("-"));
    }
    const numbers = season.choices.list();
    const kept = byId("already-kept");
    kept.hidden = !numbers.length;
    setText(kept.querySelector("h2"), say("already.kept", { n: numbers.length }));
    const portraits = kept.querySelector(".kept-portraits");
    empty(portraits);
    numbers
      .slice(0, 5)
      .filter((number) => season.nominees.has(number))
      .forEach((number) => {
        const nominee = season.nominees.get(number);
        portraits.append(el("img", { src: nominee.portrait, alt: `${number} ${nominee.name}`, width: "48", height: "60" }));
      });
    const again = kind === "already-voted" ? season.nextMs() : null;
    setText(
      kept.querySelector("p"),
      again ? say("already.kept.next", { time: clock.near(again) }) : say("already.kept.plain")
    );
    show("already-view");
    byId("already-title").focus({ preventScroll: true });
  }

  all("[data-to-season]").forEach((button) => {
    button.addEventListener("click", () => {
      show("season-view");
      window.history.replaceState(null, "");
      byId("main").focus({ preventScroll: true });
    });
  });

  return { showReceipt, showRefusal };
}
