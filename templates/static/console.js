// A letter typed outside of any field goes to the field that has it as data-key.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (!/^[a-z]$/.test(event.key)) return;
  const field = document.querySelector(`[data-key="${event.key}"]`);
  if (!field) return;
  event.preventDefault();
  field.focus();
});
