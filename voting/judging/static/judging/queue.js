// What was entered and is not yet known to be on the server: kept on this device until it is.
// It survives reloads, lost connections and sign-outs. Two tabs of a browser share it.
// Expects: save address that answers {results: [{id, state, ...}]}; see views/saving.py.
import { recallJson, rememberJson } from "../site/storage.js";

const LIMIT_MS = 15000;
const SOON_MS = 250;
const RETRY_MS = 5000;
const AT_ONCE = 40; // changes in one request
const AWAY_MS = 60000; // between two tries where nothing but a person can help
const EARLIER = 20; // ids of unanswered saves that are named with a later one
// Refusals after which what was entered stays here to be seen, and is not sent again as it is.
const SET_ASIDE = ["unreadable", "out-of-range"];
const isText = (entry) => entry.field === "comment" || entry.field === "note";

function newId() {
  if (window.crypto && window.crypto.randomUUID) {
    return window.crypto.randomUUID();
  }
  const part = () => Math.random().toString(16).slice(2, 10).padEnd(8, "0");
  return `${part()}-${part()}${part()}`;
}

// heard({state, count, refused}): state is saved, saving, or one of APART: offline, signed-out, shut
// (the server lets nothing in), gone (the seat is not this account's any more). refused are the
// entries that the server did not take. answered(entry, result).
export const APART = ["offline", "signed-out", "shut", "gone"];

export function makeQueue({ key, address, token, renewToken, heard, answered }) {
  const place = `judging:${key}`;
  let timer = null;
  let busy = false;
  let state = "saved";
  let atOnce = AT_ONCE;
  let renewed = false; // the token, since the server last let something in

  const entries = () => recallJson(place, []);
  const keep = (list) => rememberJson(place, list);
  const waiting = () => entries().filter((one) => !one.conflict && !one.refused);
  const refused = () => entries().filter((one) => one.refused);

  function tell(next) {
    state = next;
    heard({ state, count: waiting().length, refused: refused() });
  }

  // A later change of the same field takes the place of one that still waits. restMs: how long to
  // wait for more before it is sent; on this device it is kept at once. about: how to name the
  // entry and where to find it, {label, page}, should the server not take it.
  function put(code, field, value, base, known, restMs, about) {
    const list = entries();
    const old = list.find((one) => one.code === code && one.field === field);
    const entry = {
      id: newId(), code, field, value, at: Date.now(), about: about || (old && old.about),
      base: old && !old.conflict ? old.base : base,
      was: known ? [...new Set([...(old ? old.was : []), ...known])].slice(-EARLIER) : [],
    };
    if (!known && old && !old.conflict) {
      entry.was = [...old.was, old.id].slice(-EARLIER);
    }
    keep([...list.filter((one) => one !== old), entry]);
    tell(state === "saved" ? "saving" : state);
    soon(restMs || SOON_MS);
  }

  // After a clash: what is there is taken, or what is here is sent on top of it.
  function settle(entry, takeHere) {
    const rest = entries().filter((one) => one.id !== entry.id);
    keep(rest);
    if (takeHere) {
      const known = entry.text ? [entry.conflict.there || ""] : null;
      put(entry.code, entry.field, entry.value, entry.conflict.revision, known);
    } else {
      tell(waiting().length ? state : "saved");
    }
  }

  function soon(ms) {
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, ms);
  }

  async function send(batch) {
    const controller = new AbortController();
    const limit = window.setTimeout(() => controller.abort(), LIMIT_MS);
    try {
      return await fetch(address, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        signal: controller.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({
          saves: batch.map(({ id, code, field, value, base, was }) => ({
            id, code, field, value, base, was,
          })),
        }),
      });
    } finally {
      window.clearTimeout(limit);
    }
  }

  async function flush() {
    const batch = waiting().slice(0, atOnce);
    if (busy || !batch.length) {
      return;
    }
    busy = true;
    if (state === "saved") {
      tell("saving");
    }
    let next = RETRY_MS;
    try {
      const response = await send(batch);
      const again = renewed;
      renewed = response.status === 403;
      if (response.status === 401 || response.type === "opaqueredirect") {
        tell("signed-out");
      } else if (response.status === 403 && again) {
        tell("shut"); // not for the token: a new one did not help
      } else if (response.status === 403) {
        // The token is of an earlier sign-in; the page has another one by now.
        const fresh = await renewToken();
        tell(fresh ? "saving" : "signed-out");
        next = fresh ? 0 : RETRY_MS;
        renewed = fresh;
      } else if (response.status === 404) {
        tell("gone");
        next = AWAY_MS;
      } else if (response.ok) {
        const { results, time } = await response.json();
        take(results, time);
        next = 0;
      } else if (response.status === 400 || response.status === 413) {
        // What is sent is to blame. One by one it shows which; the others go through.
        if (batch.length === 1) {
          take([{ id: batch[0].id, state: "refused", problem: "unreadable", text: "" }], null);
        }
        atOnce = batch.length === 1 ? AT_ONCE : 1;
        next = 0;
      } else {
        tell("offline");
      }
    } catch (error) {
      tell("offline");
    }
    busy = false;
    if (waiting().length) {
      soon(next);
    } else if (!APART.includes(state)) {
      tell("saved");
    }
  }

  function take(results, time) {
    rememberJson(`${place}:heard`, Date.now());
    results.forEach((result) => {
      const list = entries();
      const entry = list.find((one) => one.id === result.id);
      if (!entry) {
        return; // a later change has taken its place, and names it
      }
      const rest = list.filter((one) => one !== entry);
      if (result.state === "conflict") {
        entry.conflict = result;
        entry.text = isText(entry);
        rest.push(entry);
      } else if (result.state === "refused" && entry.value && (isText(entry) || SET_ASIDE.includes(result.problem))) {
        entry.refused = { text: result.text };
        rest.push(entry);
      }
      keep(rest);
      answered(entry, { ...result, time });
    });
    state = "saving";
    tell(waiting().length ? "saving" : "saved");
  }

  window.addEventListener("online", () => soon(0));
  window.addEventListener("offline", () => tell("offline"));
  window.addEventListener("focus", () => soon(0));
  document.addEventListener("visibilitychange", () => soon(0));

  // What the server did not take, and its writer does not want any more.
  function discard(id) {
    keep(entries().filter((one) => one.id !== id));
    tell(waiting().length ? state : "saved");
  }

  return {
    put,
    settle,
    discard,
    refused,
    entries,
    count: () => waiting().length,
    state: () => state,
    // Whether a save was answered after this moment: a page that was asked for before, while the
    // save was under way, may not show it.
    heardSince: (moment) => recallJson(`${place}:heard`, 0) > moment,
    start() {
      if (!navigator.onLine) {
        tell("offline");
      } else {
        tell(waiting().length ? "saving" : "saved");
      }
      soon(0);
    },
  };
}
