// The published state and how messages change it. Pure: knows neither socket nor page.

/** The state after a frame; null if a frame between was missed; the same state for an old frame. */
export function applyFrame(state, frame) {
  if (frame.epoch === state.epoch && frame.version <= state.version) {
    return state;
  }
  if (frame.epoch !== state.epoch || frame.previous !== state.version) {
    return null;
  }
  const next = Object.assign({}, state, frame, { nominees: Object.assign({}, state.nominees, frame.nominees) });
  delete next.t;
  delete next.previous;
  return next;
}

/** A state that has just come, brought up to date by the frames that came before it. */
export function catchUp(state, frames) {
  let next = state;
  for (const frame of frames) {
    const after = applyFrame(next, frame);
    if (after === null && frame.version > next.version) {
      return { state: next, gap: true };
    }
    next = after || next;
  }
  return { state: next, gap: false };
}

/** Whether a state that has come is not older than the one we have. */
export function isNewer(state, known) {
  return !known || state.version > known.version || (state.version === known.version && state.updated_ms >= known.updated_ms);
}

/** Ballot numbers of a category in order of rank; who has withdrawn comes last. */
export function inOrder(nominees, numbers) {
  const last = Number.MAX_SAFE_INTEGER;
  const rank = (number) => (nominees[number] && nominees[number].rank) || last;
  return numbers
    .map((number, place) => ({ number, place }))
    .sort((a, b) => rank(a.number) - rank(b.number) || a.place - b.place)
    .map((entry) => entry.number);
}
