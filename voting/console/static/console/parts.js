// The weights of the components, added up while they are typed. Without scripts the server adds them.
// Expects: <form data-weights="percent or sum"> with inputs weight_…, gone_… and an <output data-sum>.

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
  sum.parentElement.classList.toggle("is-wrong", total !== 1e8);
}

if (sum) {
  form.addEventListener("input", add);
  form.addEventListener("change", add);
}
