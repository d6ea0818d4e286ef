/* Says that work is going on: work that takes seconds, and work that is done in steps.

   Every form that changes something says so once its answer is waited for, in a sentence of its own where it has
   `data-working`, and cannot be sent twice meanwhile. A form with `data-steps` is sent again and again, each time a
   step, until all is done; its `progress` and its `output` say how far that is. */

const SAID_AFTER = 1000; // milliseconds
const SENTENCE = "This is being done. It can take some seconds.";
const UNSAID_AFTER = 60000; // of an answer that is a file, of which the page hears nothing

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const said = document.createElement("p");
  said.className = "working";
  said.setAttribute("role", "status");
  form.append(said);
  const buttons = [...form.querySelectorAll("button")];
  // Not before the form is sent: a button that is disabled is not sent with it.
  setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
  const saying = setTimeout(() => { said.textContent = form.dataset.working || SENTENCE; }, SAID_AFTER);
  const end = () => {
    clearTimeout(saying);
    said.remove();
    buttons.forEach((button) => { button.disabled = false; });
  };
  setTimeout(end, UNSAID_AFTER);
  addEventListener("pageshow", (shown) => { if (shown.persisted) end(); }, { once: true });
});

for (const form of document.querySelectorAll("form[data-steps]")) takeSteps(form);

async function takeSteps(form) {
  const bar = form.querySelector("progress");
  const said = form.querySelector("output");
  const button = form.querySelector("button");
  button.hidden = true;
  try {
    for (;;) {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { done, total } = await answer.json();
      bar.max = total;
      bar.value = done;
      said.textContent = `${done.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} ${form.dataset.steps}`;
      if (done >= total) break;
    }
    location.reload();
  } catch {
    said.textContent = "It stopped here. What is checked is kept.";
    button.hidden = false;
  }
}
