// One attempt to cast a ballot, and the question whether an earlier one arrived.
import { post, problemCode } from "../site/http.js";
import { Refused } from "./tokens.js";

function named(answer) {
  const code = problemCode(answer);
  // A proxy's own error says nothing about the ballot.
  const known = code.startsWith("http-5") ? "unknown-outcome" : code;
  return { code: known, body: answer.body, waitMs: answer.waitMs };
}

// Returns {code: "accepted" | "no-answer" | "unsent" | a problem's code, body, waitMs}.
export async function attempt(choices, { data, tokens, pending }) {
  const before = pending.get();
  const uncertain = Boolean(before && before.uncertain);
  let token = uncertain ? before.token : null;
  try {
    token = token || (await tokens.get());
  } catch (error) {
    return error instanceof Refused ? named(error.answer) : { code: "unsent" };
  }
  // Until an answer comes, also when this page is closed meanwhile, the outcome is open.
  pending.set({ token, choices, uncertain: true });
  let answer = null;
  try {
    answer = await post(data.urls.ballots, { token, choices });
  } catch (error) {
    return { code: "no-answer" };
  }
  if (answer.ok) {
    return { code: "accepted", body: answer.body };
  }
  const found = named(answer);
  if (found.code !== "unknown-outcome") {
    pending.set({ token, choices, uncertain });
  }
  return found;
}

// Was the ballot of this token received? Its code and time, null if not, undefined if nobody could say.
export async function statusOf(token, { data }) {
  try {
    const answer = await post(data.urls.status, { token }, 10000);
    if (!answer.ok) {
      return undefined;
    }
    return ["recorded", "received"].includes(answer.body.state) ? answer.body : null;
  } catch (error) {
    return undefined;
  }
}
