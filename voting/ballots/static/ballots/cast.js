// Sends a ballot until its fate is known. The same ballot is always sent under the same token (its vote
// id), so that it cannot count twice; the token is given up only after every attempt was refused.
// report({state, code, ...}) is told: sending | waiting (waitMs, code) | stopped (code) | refused (code, body)
//   | accepted (receipt, earlier, token).
import { attempt, statusOf } from "./attempt.js";

const RENEW = ["expired-token", "foreign-token", "bad-token", "no-cookie"];
const CROWDED = ["rate-limited", "flooded"];
const LATER = ["busy", "not-ready", "unknown-outcome"];
const MOST_TRIES = 5;

export function openCaster({ data, tokens, pending, report }) {
  const means = { data, tokens, pending };
  let running = false;
  let wake = null;

  // Resolves to true after the time, or at once when hurried; to false when cancelled.
  function wait(ms) {
    return new Promise((resolve) => {
      const timer = window.setTimeout(() => resolve(true), ms);
      wake = (goOn) => {
        window.clearTimeout(timer);
        resolve(goOn);
      };
    });
  }

  function accepted(body, earlier) {
    const { token } = pending.get();
    pending.clear();
    tokens.drop();
    report({ state: "accepted", receipt: body, earlier, token });
  }

  async function run(choices) {
    let renewed = false;
    let tries = 0;
    let crowded = 0;
    for (;;) {
      report({ state: "sending" });
      const { code, body, waitMs } = await attempt(choices, means);
      let waitFor = null;
      if (code === "accepted" || code === "token-used") {
        accepted(body, code === "token-used");
        return;
      }
      if (code === "no-answer" || code === "unsent") {
        report({ state: "stopped", code: code === "unsent" ? "offline.before" : "offline" });
        return;
      }
      if (RENEW.includes(code)) {
        const open = pending.get();
        const earlier = open && open.uncertain ? await statusOf(open.token, means) : null;
        if (earlier) {
          accepted(earlier, false);
          return;
        }
        if (earlier === undefined) {
          report({ state: "stopped", code: "unknown-outcome" });
          return;
        }
        pending.clear();
        tokens.drop();
        if (renewed) {
          report({ state: "refused", code: code === "no-cookie" ? code : "expired", body });
          return;
        }
        renewed = true;
      } else if (CROWDED.includes(code)) {
        crowded += 1;
        waitFor = crowded > 1 ? null : (waitMs || 5000) * (1 + Math.random() * 0.2);
      } else if (LATER.includes(code)) {
        tries += 1;
        waitFor = tries > MOST_TRIES ? null : (waitMs || 3000) * (1 + Math.random() * 0.5);
      } else {
        pending.clear();
        report({ state: "refused", code, body });
        return;
      }
      if (!RENEW.includes(code)) {
        if (waitFor !== null) {
          report({ state: "waiting", code, waitMs: waitFor });
        }
        const goOn = waitFor !== null && (await wait(waitFor));
        if (!goOn) {
          report({ state: "stopped", code, cancelled: waitFor !== null });
          return;
        }
      }
    }
  }

  return {
    isRunning: () => running,
    async cast(choices) {
      if (running) {
        return;
      }
      running = true;
      try {
        await run(choices);
      } finally {
        running = false;
      }
    },
    hurry: () => wake && wake(true),
    cancel: () => wake && wake(false),
    // After a reload: was the ballot that was on its way received? Its receipt, null, or undefined.
    async recover() {
      const open = pending.get();
      if (!open || !open.uncertain) {
        return null;
      }
      const earlier = await statusOf(open.token, means);
      if (earlier) {
        accepted(earlier, false);
      }
      return earlier;
    },
  };
}
