// Reading aloud in the large-type view, where the browser can speak. season: see season.js.
// Expects: .nominee cards; adds a button to each. Does nothing outside the large-type layout.
import { el, icon, setText } from "../site/dom.js";

export function startElder({ say, nominees }) {
  const steps = document.querySelector(".elder-steps");
  if (!steps || !("speechSynthesis" in window)) {
    return;
  }
  const speech = window.speechSynthesis;
  let speaking = null;

  function stop() {
    speech.cancel();
    if (speaking) {
      setText(speaking.querySelector("span"), say("elder.read"));
      speaking = null;
    }
  }

  function read(button, card) {
    const same = speaking === button;
    stop();
    if (same) {
      return;
    }
    const utterance = new SpeechSynthesisUtterance(card.querySelector(".nominee-link").innerText);
    utterance.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
    utterance.rate = 0.9;
    utterance.onend = () => {
      if (speaking === button) {
        stop();
      }
    };
    speaking = button;
    setText(button.querySelector("span"), say("elder.stop"));
    speech.speak(utterance);
  }

  nominees.forEach(({ card, number, name }) => {
    const button = el("button", { class: "button button-quiet read", type: "button" }, icon("sound"), el("span", {}, say("elder.read")), el("span", { class: "sr" }, ` ${number} ${name}`));
    button.addEventListener("click", () => read(button, card));
    card.insertBefore(button, card.querySelector(".nominee-link").nextSibling);
  });
  window.addEventListener("pagehide", stop);
}
