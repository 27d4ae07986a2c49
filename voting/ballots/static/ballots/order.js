// A visitor's own order of the nominees, where the season asks for it: another one for each visitor,
// the same one each time this visitor comes back.
// Expects: .nominees lists; runs before the cards are shown.
import { all } from "../site/dom.js";
import { recall, remember } from "../site/storage.js";

// mulberry32: small, and good enough to put a list in some order.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function seedFor(slug) {
  const key = `order:${slug}`;
  const stored = Number(recall(key));
  if (Number.isInteger(stored) && stored > 0) {
    return stored;
  }
  const seed = window.crypto.getRandomValues(new Uint32Array(1))[0] || 1;
  remember(key, String(seed));
  return seed;
}

export function orderCards(slug) {
  const random = generator(seedFor(slug));
  all(".nominees").forEach((list) => {
    const cards = Array.from(list.children);
    for (let i = cards.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [cards[i], cards[j]] = [cards[j], cards[i]];
    }
    list.append(...cards);
  });
}
