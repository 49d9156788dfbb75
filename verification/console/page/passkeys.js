/** Forms that an authenticator fills in: each fetches its options, asks the person for the passkey, and is sent. */

import { passkey, passkeys } from "../../agent/checks/passkey.js";

/** What to ask an authenticator for: the server's challenge, which is answered once. */
async function options(form) {
  const body = new URLSearchParams("makes" in form.dataset ? { makes: "1" } : {});
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

function tell(form, fault) {
  form.querySelector("[data-fault]").hidden = !fault;
  form.querySelector("button").disabled = false;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!passkeys()) form.hidden = true; // there is another way on each of these pages
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector("button").disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(await passkey(await options(form)));
      form.submit();
    } catch {
      tell(form, true); // declined, no authenticator, or not a page that passkeys belong to
    }
  });
}
