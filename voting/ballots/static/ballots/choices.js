// The voter's choices for one season: kept in this device's storage, shared by all its tabs.
// Survive reload, change of language and every refusal; only the voter, a withdrawal or a cast ballot removes one.
import { recallJson, rememberJson } from "../site/storage.js";

export function openChoices(slug) {
  const key = `choices:${slug}`;
  const listeners = [];
  let numbers = load();

  function load() {
    const stored = recallJson(key, []);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string") : [];
  }

  function save(next, by) {
    numbers = next;
    rememberJson(key, numbers);
    tell(by);
  }

  function tell(by) {
    listeners.forEach((listener) => listener(numbers, by));
  }

  window.addEventListener("storage", (event) => {
    if (event.key === key) {
      numbers = load();
      tell({ elsewhere: true });
    }
  });
  // A page that comes back from the browser's memory may be behind.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      numbers = load();
      tell({ elsewhere: true });
    }
  });

  return {
    list: () => numbers.slice(),
    has: (number) => numbers.includes(number),
    onChange: (listener) => listeners.push(listener),
    set(number, chosen) {
      if (chosen && !numbers.includes(number)) {
        save([...numbers, number], { number, chosen: true });
      } else if (!chosen && numbers.includes(number)) {
        save(numbers.filter((one) => one !== number), { number, chosen: false });
      }
    },
    // Takes out several at once; returns those that were in.
    remove(gone) {
      const out = numbers.filter((one) => gone.includes(one));
      if (out.length) {
        save(numbers.filter((one) => !gone.includes(one)), { removed: out });
      }
      return out;
    },
    clear() {
      if (numbers.length) {
        save([], { cleared: true });
      }
    },
  };
}
