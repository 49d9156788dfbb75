/** What a page needs for the checks that Gatehouse poses itself. Load it where one is asked for: /agent/v1-checks.js */

export { passkey, passkeys } from "./passkey.js";
export { proofOfWork } from "./proof_of_work.js";
