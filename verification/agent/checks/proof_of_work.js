/** Proof of work: ALTCHA's widget, with its worker from where this script came from. Nothing else is asked or told. */

import "altcha/external";

const WORKER = new URL("v1-checks-worker.js", import.meta.url);
const LONGEST_MS = 10 * 60 * 1000; // as long as a challenge can be answered

/** A worker starts only from the page's own origin; from another it is loaded by one that does (worker-src blob:). */
function worker() {
  if (WORKER.origin === location.origin) return new Worker(WORKER);
  const loader = new Blob([`importScripts(${JSON.stringify(WORKER.href)});`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(loader));
}

globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", worker);

/**
 * Puts the widget into `place` and starts it. `challenge` is that of the check in Gatehouse's answer.
 * Gives what is to be sent as `solution`; rejects where the work cannot be done, as in a page without HTTPS.
 */
export function proofOfWork(place, challenge) {
  const widget = document.createElement("altcha-widget");
  const settings = {
    auto: "onload",
    challenge,
    timeout: LONGEST_MS,
    minDuration: 0,
    hideFooter: true,
    hideLogo: true,
    humanInteractionSignature: false, // pointer and scroll movements are nobody's business here
  };
  widget.setAttribute("configuration", JSON.stringify(settings));
  return new Promise((solved, failed) => {
    widget.addEventListener("verified", ({ detail }) => solved(detail.payload));
    widget.addEventListener("statechange", ({ detail }) => {
      if (["error", "expired"].includes(detail.state)) failed(new Error(`the widget says ${detail.state}`));
    });
    place.replaceChildren(widget);
  });
}
