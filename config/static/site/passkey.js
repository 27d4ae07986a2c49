// Passkey buttons come alive once the scripts behind them are there: a press before that would be lost.
// Says on the page when a passkey could not be used; the scripts that ask for it tell the console alone.
// Expects: [data-passkey] buttons, disabled; one with the value "offer" is only a further way; #passkey-problem, hidden.
const place = document.getElementById("passkey-problem");

document.addEventListener("allauth.error", (event) => {
  if (place) {
    event.preventDefault();
    place.hidden = false;
    place.focus();
  }
});

// Modules run after the scripts before them, so this listener comes after the one that binds the buttons.
document.addEventListener("DOMContentLoaded", () => {
  const works = "PublicKeyCredential" in window;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.disabled = !works;
    if (button.dataset.passkey === "offer") {
      button.hidden = !works;
    } else if (place && !works) {
      place.hidden = false;
    }
  }
});
