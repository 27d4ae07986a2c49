// Says on the page when a passkey could not be used; the scripts that ask for it tell the console alone.
// Expects: #passkey-problem, hidden.
document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey-problem");
  if (place) {
    event.preventDefault();
    place.hidden = false;
    place.focus();
  }
});
