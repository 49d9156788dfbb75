/** A passkey: hands Gatehouse's challenge to the browser, and its answer back as JSON. */

function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/={1,2}$/, "");
}

const described = (credential) => ({ ...credential, id: toBytes(credential.id) });

function creation(options) {
  return {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(described),
  };
}

function request(options) {
  return {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(described),
  };
}

/** Converted by hand: toJSON is missing in browsers of 2024, and broken where a password manager stands in between. */
function answered(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  const transports = response.getTransports?.();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: { ...Object.fromEntries(given), ...(transports && { transports }) },
  };
}

/** Whether this browser and this page can use passkeys at all. */
export function passkeys() {
  return window.isSecureContext && "PublicKeyCredential" in window;
}

/**
 * `challenge` is that of the check in Gatehouse's answer. Call it from a click: browsers want the person's own act.
 * Gives what is to be sent as `credential`; rejects with the browser's DOMException where the person declines.
 */
export async function passkey({ create, get }) {
  const credential = create
    ? await navigator.credentials.create({ publicKey: creation(create) })
    : await navigator.credentials.get({ publicKey: request(get) });
  return answered(credential);
}
