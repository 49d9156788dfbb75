/**
 * The page, a frame in it and a worker, each asked the same; the server compares.
 *
 * A worker is only tried where it cannot offend the page's content security policy, for a violation is reported to the
 * page's owner even where nothing breaks, and no script can ask beforehand. So: from our own address when that is the
 * page's own too, from the address that the page names, or from a blob when the page says "blob".
 */

import { glance } from "./glance.js";
import { within } from "./time.js";

const WORKER_MS = 1_000; // a start takes 10 to 50 ms; graphics in software can take ten times that
const OWN = new URL("./v1-worker.js", import.meta.url);

/** An empty frame: no address, no content, so neither frame-src nor Trusted Types has anything to say. */
function askFrame() {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  document.documentElement.append(frame);
  try {
    const { contentWindow } = frame;
    return glance(contentWindow, () => contentWindow.document.createElement("canvas"));
  } catch {
    return null; // a sandboxed page may not look into its own frames
  } finally {
    frame.remove();
  }
}

/** @param {string|undefined} wanted "blob", "none", an address of the page's own origin, or nothing */
function workerAddress(wanted) {
  if (wanted === "none" || typeof Worker !== "function") return null;
  if (wanted === "blob") return URL.createObjectURL(new Blob([__WORKER__], { type: "text/javascript" }));
  const address = wanted ? new URL(wanted, location.href) : OWN;
  return address.origin === self.origin ? address.href : null; // a sandboxed page has no origin, and no workers
}

/** Pages that enforce Trusted Types take an address only through a policy; allow it with `trusted-types gatehouse`. */
function trusted(address) {
  const policy = globalThis.trustedTypes?.createPolicy("gatehouse", { createScriptURL: (url) => url });
  return policy ? policy.createScriptURL(address) : address;
}

function answerOf(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => {
      event.preventDefault(); // no fault of the page's
      reject(new Error("no worker"));
    };
  });
}

async function askWorker(wanted) {
  let address = null;
  let worker = null;
  try {
    address = workerAddress(wanted);
    if (!address) return null;
    worker = new Worker(trusted(address));
    return await within(answerOf(worker), WORKER_MS);
  } catch {
    return null;
  } finally {
    worker?.terminate();
    if (address?.startsWith("blob:")) URL.revokeObjectURL(address);
  }
}

/** @returns {Promise<{page: object, frame: object|null, worker: object|null}>} null: could not be asked */
export async function lookAround(wanted) {
  const worker = askWorker(wanted);
  const page = glance(window, () => document.createElement("canvas"));
  return { page, frame: askFrame(), worker: await worker };
}
