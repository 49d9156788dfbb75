/** Cards and documents are shown to Stripe, in frames of its own: this page never sees them. It only hears the end. */

const STEPS = {
  payment(stripe, form) {
    const card = stripe.elements().create("card");
    card.mount(form.querySelector("[data-card]"));
    return () => stripe.confirmCardSetup(form.dataset.secret, { payment_method: { card } });
  },
  document(stripe, form) {
    return () => stripe.verifyIdentity(form.dataset.secret);
  },
};

for (const form of document.querySelectorAll("form[data-stripe]")) {
  const step = STEPS[form.dataset.stripe](Stripe(form.dataset.key), form);
  const said = form.querySelector("[data-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.ariaBusy = "true";
    said.textContent = "";
    const { error } = await step();
    form.ariaBusy = "false";
    if (error) said.textContent = error.message ?? "That did not work. Try again, or choose another way.";
    else form.submit(); // our server hears that the person is done, and asks Stripe what came of it
  });
}
