/* Signing out leaves no text behind on the device (see copies.js). */

import { dropAll, hasCopies } from "./copies.js";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-signs-out]")) return;
  const question = "A text on this device has not been saved yet. Sign out and delete it?";
  if (hasCopies() && !window.confirm(question)) event.preventDefault();
  else dropAll();
});
