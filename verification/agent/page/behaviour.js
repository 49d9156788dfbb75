/**
 * How a form is filled in, without what is filled in: counts and times. No key, no character, no position is kept
 * longer than it takes to count it, and no order of keys can be told from a median and a spread.
 */

const COUNTED = { keydown: "keystrokes", paste: "pastes", pointerdown: "pointer_events", pointermove: "pointer_events" };

const MOVE_MS = 100; // a move counts ten times a second at most: a measure of the hand, not of the mouse's polling rate
const PAUSE_MS = 2_000; // a longer gap between two keys is thought, not rhythm
const TIMES_MOST = 512; // gaps and dwells kept, the first ones
const STEADY_TIMES = 8; // fewer tell no rhythm
const JUMP_PX = 64; // a hand that arrives at a field slows down: its last step is a few pixels
const INSERTED = /^insert(?:Text|CompositionText|ReplacementText)$/;

/** Only what the browser itself reports counts: events made by a script are not trusted, a held key repeats by itself. */
function counts(event, lastMove) {
  const tooSoon = event.type === "pointermove" && event.timeStamp - lastMove < MOVE_MS;
  return event.isTrusted && !event.repeat && !tooSoon;
}

/** The median of some times and how far the tenth is from the ninetieth of a hundred, in whole ms; null for too few. */
function rhythm(times) {
  if (times.length < STEADY_TIMES) return [null, null];
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)];
  return [Math.round(at(0.5)), Math.round(at(0.9) - at(0.1))];
}

/** Keys of a keyboard; those of a screen or an input method come without a name and with times of their own making. */
function watchKeys(listen) {
  const [gaps, dwells, down] = [[], [], new Map()];
  let last = null;
  const named = (event) => event.isTrusted && !event.isComposing && event.key && event.key !== "Unidentified";
  listen("keydown", (event) => {
    if (!named(event) || event.repeat) return;
    const gap = last === null ? PAUSE_MS : event.timeStamp - last;
    if (gap < PAUSE_MS && gaps.length < TIMES_MOST) gaps.push(gap);
    last = event.timeStamp;
    down.set(event.code, event.timeStamp);
  });
  listen("keyup", (event) => {
    const began = down.get(event.code);
    down.delete(event.code);
    if (event.isTrusted && began !== undefined && dwells.length < TIMES_MOST) dwells.push(event.timeStamp - began);
  });
  return () => {
    const [[key_gap_ms, key_gap_spread_ms], [key_dwell_ms, key_dwell_spread_ms]] = [rhythm(gaps), rhythm(dwells)];
    return { key_gap_ms, key_gap_spread_ms, key_dwell_ms, key_dwell_spread_ms };
  };
}

/** Clicks of a mouse in the form, and those to which it had jumped; moves are followed on the whole page. */
function watchMouse(listen, listenAll) {
  const seen = { clicks: 0, pointer_jumps: 0, touches: 0 };
  let place = null;
  let step = null;
  const went = ({ clientX, clientY }) => {
    step = place && Math.hypot(clientX - place.x, clientY - place.y);
    place = { x: clientX, y: clientY };
  };
  listenAll("pointermove", (event) => {
    if (event.isTrusted && event.pointerType === "mouse") went(event);
  });
  listen("pointerdown", (event) => {
    if (!event.isTrusted) return;
    if (event.pointerType === "touch") seen.touches += 1;
    if (event.pointerType !== "mouse") return;
    if (!place || event.clientX !== place.x || event.clientY !== place.y) went(event);
    if (step === null) return; // the first that is seen of it: where it came from is not known
    seen.clicks += 1;
    seen.pointer_jumps += step > JUMP_PX ? 1 : 0;
  });
  return () => seen;
}

/** Text that came without a key: from a keyboard on the screen, dictation, or the browser filling in. */
function watchInput(listen, form) {
  let screen_keys = 0;
  listen("input", (event) => {
    if (event.isTrusted && INSERTED.test(event.inputType ?? "") && !typed) screen_keys += 1;
    typed = false;
  });
  let typed = false;
  listen("keydown", (event) => {
    typed = event.isTrusted && event.key !== "Unidentified" && !event.isComposing;
  });
  const filledIn = (name) => {
    try {
      return form.querySelectorAll(name).length;
    } catch {
      return 0; // a browser that does not know the name
    }
  };
  return () => ({ screen_keys, autofills: filledIn(":autofill") || filledIn(":-webkit-autofill") });
}

function watchCounts(listen) {
  const seen = { keystrokes: 0, pastes: 0, pointer_events: 0 };
  let lastMove = -MOVE_MS;
  for (const type of Object.keys(COUNTED)) {
    listen(type, (event) => {
      if (!counts(event, lastMove)) return;
      if (event.type === "pointermove") lastMove = event.timeStamp;
      seen[COUNTED[event.type]] += 1;
    });
  }
  return () => seen;
}

/**
 * Watches a form from now on.
 *
 * @param {HTMLFormElement} form
 * @returns {() => Object<string, number|null>} reads the numbers: docs/formats.md, "form"
 */
export function watchForm(form) {
  const began = performance.now();
  const listenOn = (target) => (type, heard) =>
    target.addEventListener(type, heard, { capture: true, passive: true });
  const listen = listenOn(form);
  const parts = [
    watchCounts(listen),
    watchKeys(listen),
    watchMouse(listen, listenOn(form.ownerDocument)),
    watchInput(listen, form),
  ];
  return () => Object.assign({ duration_ms: Math.round(performance.now() - began) }, ...parts.map((read) => read()));
}
