// Runs before the first paint: marks that scripts work, and keeps to the large-type view if it was chosen.
// Expects: <html data-elder-page> on pages that have a layout of their own for large type.
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  var view = null;
  try {
    view = window.localStorage.getItem("view");
  } catch (error) {
    // Storage may be forbidden; then the address alone says which view is wanted.
  }
  if (view !== "elder" || /[?&]view=/.test(window.location.search)) {
    return;
  }
  if (root.hasAttribute("data-elder-page")) {
    window.location.replace(window.location.pathname + "?view=elder" + window.location.hash);
  } else {
    root.classList.add("elder");
  }
})();
