/** What this page does beyond plain HTML. The device token is the agent script's own affair: see data-gatehouse-key. */

const form = document.querySelector("form[data-gatehouse-key]");
const status = form?.querySelector("[data-status]");

// The agent has held the form for its token until now; from here on the server is at work.
form?.addEventListener("submit", () => {
  status.textContent = "Creating your account…";
});
addEventListener("pageshow", () => {
  if (status) status.textContent = ""; // back by the browser's button
});

// A code that is on its way arrives within seconds: look again, unless the person has begun to type.
const LOOK_AGAIN_MS = 1_500;
if (document.querySelector("[data-check]:is([data-status=requested], [data-status=looking])")) {
  setTimeout(() => {
    const typing = [...document.querySelectorAll("input.code")].some((input) => input.value !== "");
    if (!typing) location.replace(location.pathname);
  }, LOOK_AGAIN_MS);
}
