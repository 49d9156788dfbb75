/**
 * The script that runs in a signup page. It looks at the browser once, asks Gatehouse for a device token and hands it to
 * the form or to the page's own code. Whatever goes wrong here, the page goes on without a token.
 *
 *   <form data-gatehouse-key="gh_pk_...">          a hidden input `device_token` is filled when the form is submitted;
 *                                                  data-gatehouse-endpoint and data-gatehouse-worker as in `start`
 *   import { start } from ".../agent/v1.js"        for pages that send the form by themselves
 */

import { watchForm } from "./behaviour.js";
import { prepareChallenge } from "./challenge.js";
import { lookAtDevice } from "./device.js";
import { wireForms } from "./forms.js";
import { within } from "./time.js";
import { postDevice } from "./token.js";

const TOKEN_MS = 3_000; // a person waits no longer than this for us, whatever the network does
const CHALLENGE_MS = 500; // of these for a canvas challenge that is not there yet; it was asked for when the form was begun

const HOME = new URL(import.meta.url).origin;

let looking = null;

/** One look a page: the device does not change while the page is open, and a token must not cost a second look. */
function look(worker) {
  looking ??= lookAtDevice({ worker });
  return looking;
}

/** The challenge is asked for when somebody begins with the form, not for everybody who only passes by. */
function challengeFor(gatehouse, form) {
  let ask = null;
  const begin = () => (ask ??= prepareChallenge(gatehouse));
  if (form) form.addEventListener("focusin", begin, { once: true, passive: true });
  else begin();
  return () => within(begin()(), CHALLENGE_MS).catch(() => null);
}

/**
 * Begins looking at the browser in its idle time.
 *
 * @param {{endpoint?: string, key: string, form?: HTMLFormElement, worker?: string}} options `endpoint` is the origin of
 *   Gatehouse (default: where this script came from), `key` the publishable key; with `form`, how it is filled in is
 *   measured as well; `worker` is "blob", "none" or an address: docs/how-a-signup-flows.md, "The page".
 * @returns {{token: () => Promise<string|null>}} `token()` gives a new single-use device token, or null within 3 seconds.
 */
export function start(options) {
  const { endpoint = HOME, key, form = null, worker } = options ?? {};
  const watched = form instanceof HTMLFormElement ? form : null;
  const watch = watched && watchForm(watched);
  const challenge = challengeFor({ endpoint, key }, watched);
  const looked = look(worker);
  looked.catch(() => {}); // asked for later, so a failure is no unhandled rejection meanwhile
  return { token: () => token({ endpoint, key, watch, looked, challenge }) };
}

async function token({ endpoint, key, watch, looked, challenge }) {
  const stop = new AbortController();
  const asked = async () => {
    const form = watch?.() ?? null; // before anything is waited for: the person is done
    const [seen, canvas] = await Promise.all([looked, challenge()]);
    return postDevice({ endpoint, key, body: { ...seen, canvas, form }, signal: stop.signal });
  };
  try {
    return await within(asked(), TOKEN_MS);
  } catch {
    return null;
  } finally {
    stop.abort();
  }
}

wireForms(document, start);
