// The weights of the components, added up while they are typed. Without scripts the server adds them.
// Expects: <form data-weights="percent or sum"> with inputs weight_…, gone_… and an <output data-sum>,
// with data-must="100" where nothing else will do.

import { all } from "../site/dom.js";

const form = document.querySelector("form[data-weights]");
const sum = form ? form.querySelector("[data-sum]") : null;

function add() {
  const gone = (input) => {
    const box = form.elements.namedItem(input.name.replace("weight_", "gone_"));
    return box !== null && box.checked;
  };
  const weights = all("input[name^=weight_]", form).filter((input) => !gone(input));
  // In millionths, so that 33.3 and 66.7 make 100.
  const total = weights.reduce((all_, input) => all_ + Math.round(Number(input.value || 0) * 1e6), 0);
  sum.textContent = String(total / 1e6);
  if (sum.dataset.must) {
    sum.parentElement.classList.toggle("is-wrong", total !== Number(sum.dataset.must) * 1e6);
  }
}

if (sum) {
  form.addEventListener("input", add);
  form.addEventListener("change", add);
}
