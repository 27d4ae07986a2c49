// JSON requests to our own site, with a time limit.

export class NoAnswer extends Error {}

async function send(address, options, limitMs) {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), limitMs);
  try {
    const response = await fetch(address, {
      ...options,
      credentials: "same-origin",
      signal: controller.signal,
    });
    let body = {};
    try {
      body = await response.json();
    } catch (error) {
      if (response.ok) {
        throw error; // cut off: what was decided is not known
      }
    }
    return { ok: response.ok, status: response.status, body, waitMs: waitOf(response, body) };
  } catch (error) {
    throw new NoAnswer(error.message);
  } finally {
    window.clearTimeout(timer);
  }
}

// How long the server asks to wait, or null.
function waitOf(response, body) {
  if (typeof body.retry_ms === "number") {
    return body.retry_ms;
  }
  const seconds = Number(response.headers.get("Retry-After"));
  return response.headers.has("Retry-After") && seconds >= 0 ? seconds * 1000 : null;
}

export function post(address, body, limitMs) {
  return send(
    address,
    {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    },
    limitMs || 15000
  );
}

export function get(address, limitMs) {
  return send(address, { headers: { Accept: "application/json" } }, limitMs || 8000);
}

// The code of a refusal: the last part of its type, "/problems/too-few" -> "too-few".
export function problemCode(answer) {
  const type = typeof answer.body.type === "string" ? answer.body.type : "";
  return type.split("/").pop() || `http-${answer.status}`;
}
