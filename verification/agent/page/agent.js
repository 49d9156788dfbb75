/**
 * The script that runs in a signup page. It looks at the browser once, asks Gatehouse for a device token and hands it to
 * the form or to the page's own code. Whatever goes wrong here, the page goes on without a token.
 *
 *   <form data-gatehouse-key="gh_pk_...">          a hidden input `device_token` is filled when the form is submitted
 *   import { start } from ".../agent/v1.js"        for pages that send the form by themselves
 */

import { watchForm } from "./behaviour.js";
import { lookAtDevice } from "./device.js";
import { wireForms } from "./forms.js";
import { within } from "./time.js";
import { postDevice } from "./token.js";

const TOKEN_MS = 3_000; // a person waits no longer than this for us, whatever the network does

const HOME = new URL(import.meta.url).origin;

let looking = null;

/** One look a page: the device does not change while the page is open, and a token must not cost a second look. */
function look() {
  looking ??= lookAtDevice();
  return looking;
}

/**
 * Begins looking at the browser in its idle time.
 *
 * @param {{endpoint?: string, key: string, form?: HTMLFormElement}} options `endpoint` is the origin of Gatehouse (default:
 *   where this script came from), `key` the publishable key; with `form`, how it is filled in is measured as well.
 * @returns {{token: () => Promise<string|null>}} `token()` gives a new single-use device token, or null within 3 seconds.
 */
export function start(options) {
  const { endpoint = HOME, key, form = null } = options ?? {};
  const watch = form instanceof HTMLFormElement ? watchForm(form) : null;
  const looked = look();
  looked.catch(() => {}); // asked for later, so a failure is no unhandled rejection meanwhile
  return { token: () => token({ endpoint, key, watch, looked }) };
}

async function token({ endpoint, key, watch, looked }) {
  const stop = new AbortController();
  const asked = async () => {
    const seen = await looked;
    return postDevice({ endpoint, key, body: { ...seen, form: watch?.() ?? null }, signal: stop.signal });
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
