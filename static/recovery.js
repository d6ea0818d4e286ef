/* The recovery step and its date are shown where the chosen rating needs them, or where something stands in them:
   what is written is never hidden, and so never sent or cleared unseen. */

const form = document.querySelector("form[data-needing-recovery]");
if (form) {
  const codes = form.dataset.needingRecovery.split(" ");
  const fields = ["recovery_step", "recovery_by"].map((name) => form.elements[name]);
  const show = () => {
    const isNeeded = codes.includes(form.elements.rating.value) || fields.some((field) => field.value);
    for (const field of fields) field.closest(".field").hidden = !isNeeded && !field.closest(".has-error");
  };
  form.addEventListener("change", show);
  show();
}
