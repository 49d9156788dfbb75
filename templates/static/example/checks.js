/** The checks that need a script: each answers its challenge and sends the answer with its form. */

import { passkey, passkeys, proofOfWork } from "/agent/v1-checks.js";

function send(form, answer) {
  form.elements.answer.value = answer;
  form.submit();
}

function fault(form) {
  form.querySelector("[data-fault]").hidden = false;
}

for (const form of document.querySelectorAll("form[data-work]")) {
  proofOfWork(form.querySelector("[data-place]"), JSON.parse(form.dataset.work)).then(
    (solution) => send(form, solution),
    () => fault(form),
  );
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!passkeys()) fault(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      send(form, JSON.stringify(await passkey(JSON.parse(form.dataset.passkey))));
    } catch {
      fault(form); // declined, no authenticator, or not a page that passkeys belong to
    }
  });
}
