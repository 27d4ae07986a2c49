// Comes back to where the voter was: tab and height of the list, for this tab of the browser only.
const key = (slug) => `place:${slug}`;

function stored(slug) {
  try {
    return JSON.parse(window.sessionStorage.getItem(key(slug)));
  } catch (error) {
    return null;
  }
}

export function keepPlace(slug, category) {
  window.addEventListener("pagehide", () => {
    try {
      window.sessionStorage.setItem(key(slug), JSON.stringify({ category: category(), y: window.scrollY }));
    } catch (error) {
      // The list then opens at its beginning.
    }
  });
}

// Only when coming back from a nominee's page or by the back button, not on a fresh visit.
export function returnToPlace(slug, finder) {
  const place = stored(slug);
  const [entry] = performance.getEntriesByType("navigation");
  const back = entry && ["back_forward", "reload"].includes(entry.type);
  const fromNominee = document.referrer.startsWith(window.location.origin) && /\/n\/[^/]+\/(\?.*)?$/.test(document.referrer);
  if (!place || !(back || fromNominee) || window.location.hash) {
    return;
  }
  if (place.category && document.querySelector(`.category[data-category="${CSS.escape(place.category)}"]`)) {
    finder.show(place.category);
  }
  window.scrollTo(0, place.y);
}
