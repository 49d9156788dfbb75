// The console by keys. A letter typed outside of any field goes to what has it: fields with data-key are gone to, links
// and buttons are pressed, and buttons with data-chooses are chosen, to be sent from the note with Ctrl and Enter.
const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const rows = () => [...document.querySelectorAll("#result_list tbody tr")];

let chosen = null;
let row = -1;

/** Mark a button as what will be sent, and go to the note. */
function choose(button) {
  chosen?.removeAttribute("aria-pressed");
  chosen = button;
  chosen.setAttribute("aria-pressed", "true");
  const note = button.form.querySelector("textarea[name=note]");
  note?.focus();
}

/** Go up or down in a list. */
function move(step) {
  const all = rows();
  if (all.length === 0) return;
  row = Math.min(all.length - 1, Math.max(0, row + step));
  const link = all[row].querySelector("a");
  link?.focus();
  all[row].scrollIntoView({ block: "nearest" });
}

/** Show what there is, by what the page has. */
function help() {
  let dialog = document.querySelector("dialog.gh-help");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "gh-help gh-card";
    dialog.setAttribute("aria-label", "Keys");
    const lines = [...document.querySelectorAll("[data-key], [data-chooses]")].map((each) => [
      each.dataset.key ?? each.dataset.chooses,
      (each.title || each.labels?.[0]?.innerText || each.innerText || each.getAttribute("aria-label") || "").split("\n")[0],
    ]);
    if (rows().length) lines.unshift(["j k", "down and up in the list"], ["Enter", "open"]);
    if (document.querySelector("[data-chooses]")) lines.push(["Ctrl Enter", "send what is chosen"]);
    lines.push(["/", "search"], ["g q", "the queue"], ["g s", "signups"], ["g r", "rings"], ["?", "these keys"]);
    const list = document.createElement("dl");
    for (const [key, words] of lines) {
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      term.textContent = key;
      told.textContent = words;
      list.append(term, told);
    }
    const close = document.createElement("button");
    close.className = "gh-button gh-button-plain";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    dialog.append(list, close);
    document.body.append(dialog);
  }
  dialog.showModal();
}

const PLACES = { q: "/console/verification/case/", s: "/console/verification/signup/", r: "/console/risk/ring/", h: "/console/" };
let goes = 0; // until when a second letter says where to

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = target.closest("form");
    if (chosen && form === chosen.form) {
      event.preventDefault();
      form.requestSubmit(chosen);
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(FIELDS) || target.closest("dialog")) return;
  const key = event.key;
  if (Date.now() < goes && PLACES[key]) {
    location.assign(PLACES[key]);
    return;
  }
  if (key === "g") {
    goes = Date.now() + 1_000;
    return;
  }
  if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
    return;
  }
  if (key === "?") {
    help();
    return;
  }
  if (key === "/") {
    const search = document.querySelector("#searchbar, input[name=q]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
    return;
  }
  if (!/^[a-z]$/.test(key)) return;
  const choice = document.querySelector(`[data-chooses="${key}"]`);
  const named = document.querySelector(`[data-key="${key}"]`);
  if (!choice && !named) return;
  event.preventDefault();
  if (choice) choose(choice);
  else if (named.matches("button, a")) named.click();
  else named.focus();
});

// What is followed until it is done: the page is shown anew then.
const POLL_MS = 2_000;
function follow(line) {
  const look = async () => {
    const answer = await fetch(line.dataset.poll, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const { done, total } = await answer.json();
      line.querySelector("progress").max = Math.max(1, total);
      line.querySelector("progress").value = done;
      line.querySelector("[data-told]").textContent = `${done} of ${total}`;
      if (done >= total) {
        line.removeAttribute("data-poll");
        return;
      }
    }
    setTimeout(look, POLL_MS);
  };
  look();
}

// A text that is checked by the server as it is typed: what is wrong with it, by line, or what it would change.
const TYPED_MS = 500;
function checkAsTyped(checked) {
  const text = checked.querySelector("textarea");
  const said = document.getElementById("gh-checked");
  const changing = document.getElementById("gh-changing");
  let waits = 0;
  let asked = 0;
  const check = async () => {
    const turn = ++asked;
    const answer = await fetch(checked.dataset.checks, { method: "POST", body: new FormData(checked) }).catch(() => null);
    if (turn !== asked || !answer?.ok) return;
    const { errors, diff } = await answer.json();
    text.setAttribute("aria-invalid", String(errors.length > 0));
    said.replaceChildren(
      ...(errors.length ? errors : [diff.length ? "It can be stored. It would change:" : "It is what is in force."]).map((words) => {
        const line = document.createElement("p");
        line.textContent = words;
        if (errors.length) line.className = "gh-notice gh-is-deny";
        return line;
      }),
    );
    changing.textContent = diff.join("\n");
    changing.hidden = diff.length === 0;
  };
  text.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(check, TYPED_MS);
  });
}

// This is read before the page is.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-poll]").forEach(follow);
  document.querySelectorAll("form[data-checks]").forEach(checkAsTyped);
});
