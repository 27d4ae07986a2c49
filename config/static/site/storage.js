// Local storage that never throws: where it is forbidden or full, this page's memory stands in for it.
const memory = new Map();

export function recall(key) {
  try {
    const text = window.localStorage.getItem(key);
    return text === null && memory.has(key) ? memory.get(key) : text;
  } catch (error) {
    return memory.has(key) ? memory.get(key) : null;
  }
}

export function remember(key, text) {
  memory.set(key, text);
  try {
    window.localStorage.setItem(key, text);
  } catch (error) {
    // Kept for this page at least.
  }
}

export function forget(key) {
  memory.delete(key);
  try {
    window.localStorage.removeItem(key);
  } catch (error) {
    // Nothing was stored.
  }
}

// JSON, or the given value where there is none or where another program has spoilt it.
export function recallJson(key, otherwise) {
  try {
    const value = JSON.parse(recall(key));
    return value === null ? otherwise : value;
  } catch (error) {
    return otherwise;
  }
}

export function rememberJson(key, value) {
  remember(key, JSON.stringify(value));
}
