/** How a form is filled in, without what is filled in: four numbers, no key, no character, no position. */

const COUNTED = {
  keydown: "keystrokes",
  paste: "pastes",
  pointerdown: "pointer_events",
  pointermove: "pointer_events",
};

const MOVE_MS = 100; // a move counts ten times a second at most: a measure of the hand, not of the mouse's polling rate

/** Only what the browser itself reports counts: events made by a script are not trusted, a held key repeats by itself. */
function counts(event, lastMove) {
  const tooSoon = event.type === "pointermove" && event.timeStamp - lastMove < MOVE_MS;
  return event.isTrusted && !event.repeat && !tooSoon;
}

/**
 * Watches a form from now on.
 *
 * @param {HTMLFormElement} form
 * @returns {() => {duration_ms: number, keystrokes: number, pastes: number, pointer_events: number}} reads the numbers
 */
export function watchForm(form) {
  const began = performance.now();
  const seen = { keystrokes: 0, pastes: 0, pointer_events: 0 };
  let lastMove = -MOVE_MS;
  const note = (event) => {
    if (!counts(event, lastMove)) return;
    if (event.type === "pointermove") lastMove = event.timeStamp;
    seen[COUNTED[event.type]] += 1;
  };
  for (const type of Object.keys(COUNTED)) form.addEventListener(type, note, { capture: true, passive: true });
  return () => ({ duration_ms: Math.round(performance.now() - began), ...seen });
}
