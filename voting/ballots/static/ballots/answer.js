// Turns each report of cast.js into what the page shows. season: see season.js.
import { messageFor } from "./refusal.js";

export function answerTo(report, season) {
  const { sheet, choices, receipts, data, say, clock } = season;
  if (report.state === "sending") {
    sheet.sending();
    return;
  }
  if (report.state === "accepted") {
    accepted(report, season);
    return;
  }
  let gone = null;
  if (report.code === "withdrawn" || report.code === "unknown-nominee") {
    const out = choices.remove(report.body.nominees || []);
    gone = { out, rest: choices.list().length };
  }
  const message = messageFor(report, { ...season, gone });
  if (message.place === "sheet") {
    sheet.tell(message, report);
    return;
  }
  sheet.shut();
  const { code, body } = report;
  if (code === "already-voted") {
    alreadyVoted(body, season);
    return;
  }
  if (code === "not-open") {
    data.opens_ms = body.opens_ms || data.opens_ms;
  } else if (code === "paused") {
    data.phase = "paused";
    data.pause_reason = body.reason || data.pause_reason;
    data.pause_until_ms = body.until_ms || null;
  } else {
    data.phase = "closed";
    data.closes_ms = body.closes_ms || data.closes_ms;
  }
  season.updateState();
  season.receiptView.showRefusal({
    kind: code,
    title: say(`${code}.title`),
    text: season.stateSentence(),
    receipt: receipts.barring(clock.now()),
  });
}

function accepted({ receipt, earlier, token }, season) {
  const { choices, receipts, tokens, sheet } = season;
  const known = receipt.left !== undefined;
  receipts.set(receipt);
  sheet.shut();
  choices.clear();
  season.receiptView.showReceipt(receipt, { earlier, token, isNew: !earlier });
  season.refresh();
  if (!known) {
    tokens.warm(); // the answer to a status query does not say how many ballots are left
  }
}

async function alreadyVoted(body, season) {
  const { data, say, clock, receipts, tokens } = season;
  try {
    tokens.drop();
    await tokens.get(); // brings the receipt of the last ballot and the next time
  } catch (error) {
    // The page then says it without them.
  }
  const last = receipts.barring(clock.now()) || receipts.get();
  const next = body.next_ms || season.nextMs();
  const daily = data.period !== "season" && next;
  const when = daily ? { time: last && clock.brief(last.accepted_ms), next: clock.near(next) } : { date: last && clock.full(last.accepted_ms) };
  const key = daily ? "already.day" : "already.once";
  season.receiptView.showRefusal({
    kind: "already-voted",
    title: say(data.period === "day" ? "already.title.day" : "already.title.once"),
    text: say(last ? key : `${key}.plain`, when),
    receipt: last,
  });
  season.refresh();
}
