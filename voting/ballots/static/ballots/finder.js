// Category tabs and search.
// Expects: .tab[data-category], .category[data-category], .nominee[data-number][data-search], #search, #search-result.
// Without this script all categories stand one below the other and the tabs are links to them.
import { all, byId, setText } from "../site/dom.js";

export function startFinder({ say }) {
  const tabs = all(".tab");
  const sections = all(".category");
  const cards = all(".nominee");
  const input = byId("search");
  const form = byId("ballot");
  let current = sections.length ? sections[0].dataset.category : null;
  const haystacks = new Map(
    cards.map((card) => [
      card,
      fold(`${card.querySelector(".nominee-head").textContent} ${card.querySelector(".nominee-unit").textContent} ${card.dataset.search}`),
    ])
  );

  function fold(text) {
    return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  }

  function show(category) {
    current = category;
    tabs.forEach((tab) => {
      if (tab.dataset.category === category) {
        tab.setAttribute("aria-current", "true");
        keepInView(tab);
      } else {
        tab.removeAttribute("aria-current");
      }
    });
    form.classList.toggle("is-one", tabs.length > 0);
    sections.forEach((section) => {
      section.hidden = tabs.length > 0 && section.dataset.category !== category;
    });
  }

  // Scrolls the row of tabs only, never the page.
  function keepInView(tab) {
    const row = tab.closest(".tabs");
    if (row.scrollWidth > row.clientWidth) {
      row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    }
  }

  function search() {
    const text = fold(input.value);
    const words = text.split(" ").filter(Boolean);
    if (!words.length) {
      cards.forEach((card) => {
        card.hidden = false;
      });
      setText(byId("search-result"), "");
      show(current);
      return;
    }
    form.classList.remove("is-one");
    let found = 0;
    cards.forEach((card) => {
      card.hidden = !words.every((word) => haystacks.get(card).includes(word));
      found += card.hidden ? 0 : 1;
    });
    sections.forEach((section) => {
      section.hidden = !all(".nominee", section).some((card) => !card.hidden);
    });
    tabs.forEach((tab) => tab.removeAttribute("aria-current"));
    const shown = input.value.trim();
    toTop();
    setText(byId("search-result"), found ? say("search.found", { n: found }) : say("search.none", { text: shown }));
  }

  tabs.forEach((tab) => {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      if (input.value) {
        input.value = "";
        search();
      }
      show(tab.dataset.category);
      toTop();
    });
  });

  // The list starts right below the sticky parts; without this a short category would open at its end.
  function toTop() {
    const finder = document.querySelector(".finder");
    const top = form.getBoundingClientRect().top + window.scrollY;
    const sticky = getComputedStyle(finder).position === "sticky";
    const target = top - (sticky ? finder.offsetHeight + document.querySelector(".bar").offsetHeight : 0);
    if (window.scrollY > target) {
      window.scrollTo(0, target);
    }
  }

  if (input) {
    input.addEventListener("input", search);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && input.value) {
        input.value = "";
        search();
      } else if (event.key === "Enter") {
        event.preventDefault();
        input.blur();
      }
    });
  }
  if (current !== null) {
    show(current);
  }

  return {
    show,
    current: () => current,
    // Brings a card into view, whatever tab or search hides it. Returns false if there is none.
    reveal(number) {
      const card = byId(`n-${number}`);
      if (!card) {
        return false;
      }
      if (input && input.value) {
        input.value = "";
        search();
      }
      show(card.closest(".category").dataset.category);
      card.scrollIntoView({ block: "start" });
      card.querySelector(".nominee-link").focus({ preventScroll: true });
      return true;
    },
  };
}
