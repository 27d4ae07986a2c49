// What the rules say about a set of choices. The server decides; this only says it earlier.
// data: season-data (min, max, hard_max, category_max, categories); left: {choices} from the token, or null.

export function mostChoices(data, left) {
  const limits = [data.max, left && left.choices].filter((one) => typeof one === "number" && one > 0);
  return limits.length ? Math.min(...limits) : null;
}

// countIn(numbers, categoryOf): Map of category position -> number chosen
export function countIn(numbers, categoryOf) {
  const counts = new Map();
  numbers.forEach((number) => {
    const position = categoryOf(number);
    counts.set(position, (counts.get(position) || 0) + 1);
  });
  return counts;
}

// The first thing that stands in the way of casting, or null.
export function problemOf(data, left, numbers, categoryOf) {
  const n = numbers.length;
  const most = mostChoices(data, left);
  const bound = most === null ? data.hard_max : Math.min(most, data.hard_max);
  if (n > bound) {
    return data.min === bound
      ? { code: "exact", n: bound, m: n, k: n - bound, max: bound }
      : { code: "too_many", k: n - bound, max: bound };
  }
  if (data.category_max !== null) {
    const counts = countIn(numbers, categoryOf);
    const full = data.categories.find((one) => (counts.get(one.position) || 0) > data.category_max);
    if (full) {
      const k = counts.get(full.position) - data.category_max;
      return { code: "category", category: full.name, max: data.category_max, k };
    }
  }
  if (n < data.min) {
    return data.min === bound
      ? { code: "exact", n: bound, m: n, k: bound - n, short: true }
      : { code: "too_few", k: data.min - n, min: data.min, short: true };
  }
  return null;
}

// The line under the count in tray and aside.
export function hintOf(data, left, numbers, problem, say) {
  const most = mostChoices(data, left);
  if (!numbers.length) {
    if (most === null) {
      return say("tray.none.open", { min: data.min });
    }
    return say(data.min === most ? "tray.none.exact" : "tray.none", { min: data.min, max: most });
  }
  if (!problem) {
    return say("tray.ready");
  }
  if (problem.short) {
    return say("tray.short", { k: problem.k });
  }
  return say(problem.code === "category" ? "tray.over.category" : "tray.over", problem);
}

export function countText(data, left, n, say) {
  const most = mostChoices(data, left);
  return most === null ? say("count.open", { n }) : say("count", { n, max: most });
}
