// Going from nominee to nominee without leaving the page, so that a lost connection loses nothing:
// the next ones are fetched ahead, and shown from memory where the network is away.
import { byId } from "../site/dom.js";

const LIMIT_MS = 6000;
const MOST = 40; // pages kept

export function makeVisits({ arrived, cannot }) {
  const pages = new Map();

  async function fetched(address) {
    const controller = new AbortController();
    const limit = window.setTimeout(() => controller.abort(), LIMIT_MS);
    try {
      const response = await fetch(address, { credentials: "same-origin", signal: controller.signal });
      if (!response.ok || new URL(response.url).pathname !== new URL(address, window.location).pathname) {
        return { elsewhere: true };
      }
      const text = await response.text();
      pages.delete(address);
      pages.set(address, text);
      if (pages.size > MOST) {
        pages.delete(pages.keys().next().value);
      }
      return { text };
    } catch (error) {
      return { text: pages.get(address), away: true };
    } finally {
      window.clearTimeout(limit);
    }
  }

  async function go(address, { push = true } = {}) {
    const { text, elsewhere } = navigator.onLine ? await fetched(address) : { text: pages.get(address) };
    if (elsewhere) {
      window.location.assign(address); // signed out, or another kind of page
      return;
    }
    if (!text) {
      cannot();
      return;
    }
    const next = new DOMParser().parseFromString(text, "text/html");
    const judge = next.getElementById("judge");
    if (!judge) {
      window.location.assign(address);
      return;
    }
    const scrolled = document.querySelector(".judge-side").scrollTop;
    byId("judge").replaceWith(document.adoptNode(judge));
    document.title = next.title;
    if (push) {
      window.history.pushState({ judging: true }, "", address);
    }
    document.querySelector(".judge-side").scrollTop = scrolled;
    arrived();
  }

  window.addEventListener("popstate", () => go(window.location.pathname, { push: false }));

  return {
    go,
    ahead(addresses) {
      if (!navigator.onLine) {
        return;
      }
      addresses
        .filter((one) => one && !pages.has(one))
        .reduce((before, one) => before.then(() => fetched(one)), Promise.resolve());
    },
    here() {
      pages.set(window.location.pathname, document.documentElement.outerHTML);
    },
  };
}
