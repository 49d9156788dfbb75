/** Wires every `<form data-gatehouse-key>`, present or to come: its submission waits for a token, then goes its way. */

const WIRED = Symbol.for("gatehouse.agent.forms"); // shared by two copies of this script in one page: one wires, one rests
const MARKED = "form[data-gatehouse-key]";
const FIELD = "device_token";

const agents = new WeakMap();
const waiting = new WeakSet();
const released = new WeakSet();

function markedForm(event) {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  return form?.matches(MARKED) ? form : null;
}

function fill(form, token) {
  let field = form.querySelector(`input[name="${FIELD}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = FIELD;
    form.append(field);
  }
  field.value = token ?? "";
}

/** Submits as the person did: same button, same validation, one submit event for the page's own listeners. */
function release(form, submitter) {
  const { requestSubmit, submit } = HTMLFormElement.prototype; // a field may be called "submit"
  if (!requestSubmit) return submit.call(form); // Safari before 16
  released.add(form);
  requestSubmit.call(form, submitter?.form === form ? submitter : null);
  released.delete(form); // where validation stopped it, no submit event came to clear the mark
}

async function hold(form, submitter) {
  waiting.add(form);
  form.setAttribute("aria-busy", "true");
  try {
    fill(form, await agents.get(form).token());
  } finally {
    waiting.delete(form);
    form.removeAttribute("aria-busy");
    release(form, submitter);
  }
}

function onSubmit(event, adopt) {
  const form = markedForm(event);
  if (!form || event.defaultPrevented) return;
  if (released.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waiting.has(form)) return; // a second click while the first waits
  adopt(form);
  hold(form, event.submitter);
}

/** @param {Document} page @param {typeof import("./agent.js").start} start */
export function wireForms(page, start) {
  if (page[WIRED]) return;
  page[WIRED] = true;
  const adopt = (form) => {
    if (agents.has(form)) return;
    const { gatehouseKey: key, gatehouseEndpoint: endpoint, gatehouseWorker: worker } = form.dataset;
    agents.set(form, start({ key, endpoint, form, worker }));
  };
  page.querySelectorAll(MARKED).forEach(adopt); // a module runs when the document has been read
  page.addEventListener("focusin", (event) => {
    const form = markedForm(event);
    if (form) adopt(form);
  });
  page.addEventListener("submit", (event) => onSubmit(event, adopt), { capture: true });
}
