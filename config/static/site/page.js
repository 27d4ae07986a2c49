// What every page does: remembers the large-type view.
// Expects: links with data-view="elder" or data-view="standard" in the bar.
import { remember, forget } from "./storage.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-view]");
  if (!link) {
    return;
  }
  if (link.dataset.view === "elder") {
    remember("view", "elder");
  } else {
    forget("view");
  }
});
