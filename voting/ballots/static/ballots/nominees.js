// What the cards on the season page say about each nominee, by ballot number.
// Expects: .nominee[data-number] in .category[data-category], with .nominee-name, .nominee-unit, img and
// input[name="choice"] (missing once withdrawn or closed).
import { all } from "../site/dom.js";

export function readNominees() {
  const nominees = new Map();
  all(".nominee").forEach((card) => {
    const number = card.dataset.number;
    const name = card.querySelector(".nominee-name");
    nominees.set(number, {
      number,
      name: name.textContent,
      lang: name.lang,
      unit: card.querySelector(".nominee-unit").textContent,
      portrait: card.querySelector("img").src,
      category: Number(card.closest(".category").dataset.category),
      card,
      box: card.querySelector('input[name="choice"]'),
      withdrawn: card.classList.contains("is-withdrawn"),
    });
  });
  return nominees;
}

export function namesOf(numbers, nominees) {
  return numbers
    .map((number) => (nominees.has(number) ? `${number} ${nominees.get(number).name}` : number))
    .join(document.documentElement.lang === "en" ? ", " : "、");
}
