// Reads the present ranking out: by the browser's voice, or else by the reader's own.
const synth = window.speechSynthesis;

export function sentences(words, category, standing, timeText) {
  if (standing.length === 0) {
    return words.say("read.nothing");
  }
  const rows = standing.filter((entry) => entry.rank !== null).map((entry) =>
    words.say(entry.votes === undefined ? "read.rank" : "read.row", {
      rank: entry.rank,
      name: entry.name,
      votes: words.number(entry.votes || 0),
    })
  );
  return words.say("read", { category, time: timeText, rows: rows.join(" ") });
}

/** Read a text out; a second call while it is being read stops it. */
export function readOut(text, locale, spoken) {
  if (!synth || !window.SpeechSynthesisUtterance) {
    spoken.textContent = text;
    return;
  }
  if (synth.speaking) {
    synth.cancel();
    return;
  }
  const voice = new SpeechSynthesisUtterance(text);
  voice.lang = locale;
  // Where there is no voice for it, a screen reader can still say it.
  voice.addEventListener("error", () => {
    spoken.textContent = text;
  });
  synth.speak(voice);
}
