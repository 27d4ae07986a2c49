// The ballot token: fetched when the voter makes the first choice, renewed silently, kept in memory.
// Also remembers on this device what must survive a reload: the ballot on its way and the last receipt.
// data.urls.token answers {token, expires_ms, now_ms, phase, left, used, next_ms, last}.
import { forget, recallJson, rememberJson } from "../site/storage.js";
import { post } from "../site/http.js";

const SPARE_MS = 60000; // a token that ends sooner is renewed before it is used

export class Refused extends Error {
  constructor(answer) {
    super("refused");
    this.answer = answer;
  }
}

export function openTokens(data, clock, onNews) {
  let current = null;
  let coming = null;

  async function fetchToken() {
    const answer = await post(data.urls.token, {}, 10000);
    if (!answer.ok) {
      throw new Refused(answer);
    }
    current = answer.body;
    clock.setServerTime(current.now_ms);
    onNews(current);
    return current;
  }

  return {
    // A token with enough time left; throws Refused or NoAnswer.
    async get() {
      if (current && current.expires_ms - clock.now() > SPARE_MS) {
        return current.token;
      }
      coming = coming || fetchToken();
      try {
        return (await coming).token;
      } finally {
        coming = null;
      }
    },
    // Early, so that "ballots left" is known; a failure shows when the ballot is cast.
    warm() {
      this.get().catch(() => null);
    },
    drop() {
      current = null;
    },
  };
}

// The ballot that was sent and has not been answered for certain: {token, choices, uncertain}.
export function openPending(slug) {
  const key = `pending:${slug}`;
  return {
    get: () => recallJson(key, null),
    set: (pending) => rememberJson(key, pending),
    clear: () => forget(key),
  };
}

// This device's last receipt: {code, accepted_ms, next_ms, left}.
export function openReceipts(slug) {
  const key = `receipt:${slug}`;
  return {
    get: () => recallJson(key, null),
    set: (receipt) => rememberJson(key, receipt),
    // The receipt of the period that is still running and has no ballot left, or null.
    barring(now) {
      const last = recallJson(key, null);
      if (!last || !last.left || last.left.ballots !== 0) {
        return null;
      }
      return last.next_ms === null || now < last.next_ms ? last : null;
    },
  };
}
