// Keeps the published state current: a socket for frames, a GET after every gap. Knows nothing of the page.
// Announces each new state by onState(state); what the connection is like is read from `open` and `heardAt`.
import { applyFrame, catchUp, isNewer } from "./state.js";

const KEPT = 32; // frames kept while a state is on its way
const FETCH_WITHIN_MS = 2000; // a crowd that misses the same frame must not ask all at once
const LONGEST_WAIT_MS = 30000;
const UNKNOWN_SEASON = 4004;

export class Feed {
  constructor({ socket, tallies, onState }) {
    this.address = `${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}${socket}`;
    this.tallies = tallies;
    this.onState = onState;
    this.state = null;
    this.recent = [];
    this.open = false;
    this.everOpen = false;
    this.unknown = false;
    this.heardAt = -Infinity;
    this.offset = -Infinity;
    this.failures = 0;
    this.fetching = null;
    this.retrying = null;
  }

  start() {
    this.connect();
    // Back from the background or back on the net: no reason to wait any longer.
    const hurry = () => {
      if (!document.hidden && this.retrying) {
        this.connect();
      }
    };
    window.addEventListener("online", hurry);
    document.addEventListener("visibilitychange", hurry);
  }

  /** The server's clock. */
  now() {
    return Date.now() + (Number.isFinite(this.offset) ? this.offset : 0);
  }

  connect() {
    clearTimeout(this.retrying);
    this.retrying = null;
    let socket;
    try {
      socket = new WebSocket(this.address);
    } catch (error) {
      this.lost(0);
      return;
    }
    socket.addEventListener("open", () => {
      this.open = true;
      this.everOpen = true;
    });
    socket.addEventListener("message", (event) => this.hear(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => this.lost(event.code));
  }

  lost(code) {
    this.open = false;
    this.unknown = code === UNKNOWN_SEASON;
    this.failures += 1;
    // Where sockets do not get through, the numbers still come, if less often.
    if (this.failures > 1 && !this.unknown) {
      this.need();
    }
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * Math.pow(2, this.failures - 1));
    this.retrying = setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2));
  }

  hear(message) {
    this.heardAt = performance.now();
    this.failures = 0;
    if (message.t === "state") {
      this.take(message);
      return;
    }
    this.offset = Math.max(this.offset, message.updated_ms - Date.now());
    if (message.t === "pulse") {
      this.pulse(message);
      return;
    }
    this.recent.push(message);
    this.recent = this.recent.slice(-KEPT);
    const next = this.state && applyFrame(this.state, message);
    if (next) {
      this.show(next);
    } else {
      this.need();
    }
  }

  pulse(message) {
    if (this.state && message.version === this.state.version) {
      this.show(Object.assign({}, this.state, { updated_ms: message.updated_ms }));
    } else if (!this.state || message.version > this.state.version) {
      this.need();
    }
  }

  /** Take a whole state, from the socket or from a GET. */
  take(state) {
    if (!isNewer(state, this.state)) {
      return;
    }
    this.offset = Math.max(this.offset, state.updated_ms - Date.now());
    const found = catchUp(state, this.recent);
    this.show(found.state);
    if (found.gap) {
      this.need();
    }
  }

  show(state) {
    this.state = state;
    this.onState(state);
  }

  /** Fetch the state soon; at most one request at a time. */
  need() {
    if (this.fetching === null) {
      this.fetching = setTimeout(() => this.fetch(), Math.random() * FETCH_WITHIN_MS);
    }
  }

  fetch() {
    fetch(this.tallies, { credentials: "same-origin" })
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.status))))
      .then((state) => {
        this.fetching = null;
        this.take(state);
      })
      .catch(() => {
        // The next frame, pulse or reconnection asks again.
        this.fetching = null;
      });
  }
}
