/* Keeps an update's draft while it is typed, and says so.

   A few seconds after typing stops, and when the page is hidden or left, the form is sent to the autosave address. What
   was sent and not answered is sent again as it was, before anything newer: the server knows it and does not take it
   for somebody else's. Until the server has a text, a copy of it is on the device (copies.js). A conflict stops it all
   until the person decides. The buttons save in the same way first, so that an ended session or a lost connection
   leaves the page, and the text, where it is. */

import { copiesAt, dropCopy, keepCopy, keyOf } from "./copies.js";

const WAIT = 1500; // milliseconds after the last change
const LONGEST = 15000; // while somebody types without a pause
const TIMEOUT = 20000;
const ON_DEVICE = "what you type is kept on this device";

const status = document.getElementById("saving");
const form = document.querySelector("form[data-autosave]");
const key = keyOf(status.dataset.user, location.pathname);

forgetWhatWasKept();
if (form) start();

/** The server says in the address which copy it has saved by a button. */
function forgetWhatWasKept() {
  const address = new URL(location.href);
  const kept = address.searchParams.get("kept");
  if (!kept) return;
  dropCopy(key, kept);
  address.searchParams.delete("kept");
  history.replaceState(null, "", address);
}

function start() {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const panel = document.getElementById("conflict");
  let version = form.elements.version.value;
  let kept = form.dataset.unsaved ? "" : asText(entered());
  let unanswered = null;
  let sending = null;
  let conflict = null;
  let isOnDevice = true;
  let mayLeave = false;
  const isToldByPage = form.dataset.unsaved === "conflict";
  let timer = 0;
  let firstChange = 0;
  let failures = 0;
  form.elements.copy.value = id;

  function entered() {
    const sent = {};
    for (const [name, value] of new FormData(form)) {
      if (!["csrfmiddlewaretoken", "version", "copy", "confirmed"].includes(name)) (sent[name] ??= []).push(value);
    }
    // A half-typed date reads as none: what is stored stays until it is whole.
    for (const input of form.querySelectorAll("input[type=date]")) if (input.validity.badInput) delete sent[input.name];
    return sent;
  }

  function asText(fields) {
    return JSON.stringify({ ...fields, narrative: [normal(fields.narrative?.[0] ?? "")] });
  }

  const isDirty = () => asText(entered()) !== kept;

  function keepOnDevice() {
    isOnDevice = keepCopy(key, { id, version, at: new Date().toISOString(), fields: entered() });
  }

  function changed() {
    if (!isDirty()) return;
    keepOnDevice();
    if (conflict || isToldByPage) return;
    clearTimeout(timer);
    firstChange ||= Date.now();
    timer = setTimeout(save, Math.min(WAIT, Math.max(0, firstChange + LONGEST - Date.now())));
  }

  /** Sends what is new until all is sent; "saved", or why it is not. */
  async function save({ leaving = false } = {}) {
    if (sending) return leaving ? "sending" : (await sending, save());
    clearTimeout(timer);
    firstChange = 0;
    if (conflict || isToldByPage) return "conflict";
    if (!unanswered && !isDirty()) return "saved";
    sending = send(leaving);
    let outcome;
    try {
      outcome = await sending;
    } finally {
      sending = null;
    }
    if (outcome === "saved" && isDirty()) changed();
    return outcome;
  }

  async function send(leaving) {
    const fields = entered();
    unanswered ??= { version, fields, text: asText(fields) };
    const { text } = unanswered;
    const body = new URLSearchParams({ version: unanswered.version, writer: status.dataset.user });
    for (const [name, values] of Object.entries(unanswered.fields)) for (const value of values) body.append(name, value);
    const slow = setTimeout(() => say("Saving …"), 1000);
    let response;
    try {
      response = await fetch(form.dataset.autosave, {
        method: "POST", body, headers: { "X-CSRFToken": token() }, keepalive: leaving && body.toString().length < 60000,
        redirect: "manual", signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.status >= 500) throw new Error(response.status);
    } catch {
      return noAnswer("No connection", "the connection is back");
    } finally {
      clearTimeout(slow);
    }
    const answer = await response.json().catch(() => ({}));
    // A page instead of an answer: the second factor is asked for first, or a proxy wants its own sign-in.
    if (response.type === "opaqueredirect" || (response.ok && !answer.version)) {
      return noAnswer("Something else is asked for first, such as signing in. Open this page in another tab and do what it asks, then come back here", "that is done");
    }
    unanswered = null;
    failures = 0;
    if (response.ok) return saved(answer, text);
    keepOnDevice();
    if (response.status === 401) return signedOut(answer);
    if (response.status === 409) return told(answer);
    say(`Not saved: ${answer.message ?? "the page was open too long, or this update is no longer open to you. Reload the page."} Your text is kept on this device.`);
    return "refused";
  }

  function saved(answer, text) {
    version = String(answer.version);
    form.elements.version.value = version;
    kept = text;
    const left = Object.keys(answer.left_out);
    if (left.length) say(`Draft saved at ${answer.at}, without ${left.join(" and ")}: ${Object.values(answer.left_out).join(" ")}`);
    else say(`Draft saved at ${answer.at}`);
    if (!left.length && !isDirty()) dropCopy(key, id);
    return "saved";
  }

  function noAnswer(why, until) {
    keepOnDevice();
    failures += 1;
    say(isOnDevice
      ? `${why}: ${ON_DEVICE} and saved as soon as ${until}.`
      : `${why}, and this browser keeps nothing on this device: leave the page open until it says that the draft is saved.`);
    timer = setTimeout(save, Math.min(60000, 2000 * 2 ** failures));
    return "lost";
  }

  function signedOut(answer) {
    const link = document.createElement("a");
    link.href = status.dataset.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in another tab (opens a new tab)";
    say(`${answer.message} Your text is kept here: `, link, ", then come back to this one.");
    timer = setTimeout(save, 20000);
    return "signed out";
  }

  function told(answer) {
    conflict = answer;
    document.getElementById("newer").innerHTML = answer.html; // as the server cleaned it
    panel.querySelector("[data-if-open]").hidden = !answer.is_open;
    panel.querySelector("[data-if-closed]").hidden = answer.is_open;
    panel.hidden = false;
    // The focus stays where somebody is typing; the link leads to the other text.
    const link = document.createElement("a");
    link.href = "#conflict";
    link.textContent = "See both texts";
    say(`Not saved: ${answer.message} `, link);
    return "conflict";
  }

  function decided() {
    version = String(conflict.version);
    form.elements.version.value = version;
    conflict = null;
    panel.hidden = true;
  }

  async function useTheirs() {
    const theirs = conflict;
    await recordMine();
    decided();
    fill(Object.fromEntries(Object.entries(theirs.fields).map(([name, value]) => [name, [value ?? ""].flat()])));
    kept = asText(entered());
    dropCopy(key, id);
    say(`This is the text that was saved meanwhile. Yours is in the update's history.`);
    document.getElementById("id_narrative").focus();
  }

  /** What was typed after the conflict was told goes into the record too, before it is taken off the page. */
  async function recordMine() {
    const body = new URLSearchParams({ version, writer: status.dataset.user });
    for (const [name, values] of Object.entries(entered())) for (const value of values) body.append(name, value);
    await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-CSRFToken": token() } }).catch(() => {});
  }

  async function keepMine() {
    decided();
    kept = "";
    if ((await save()) === "saved") document.getElementById("id_narrative").focus();
  }

  function fill(fields) {
    for (const input of form.elements) {
      const values = fields[input.name];
      if (input.type === "radio" || input.type === "checkbox") input.checked = (values ?? []).includes(input.value);
      else if (values && input.type !== "hidden") input.value = values[0];
    }
    form.elements.narrative.dispatchEvent(new Event("set"));
    for (const folded of form.querySelectorAll("details")) folded.open ||= !!folded.querySelector(":checked");
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function offer(copy) {
    const box = document.getElementById("on-device");
    const text = new DOMParser().parseFromString(copy.fields.narrative?.[0] ?? "", "text/html").body.innerText;
    box.querySelector("[data-when]").textContent = new Date(copy.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
    box.querySelector("[data-text]").textContent = text.length > 400 ? `${text.slice(0, 400)} …` : text;
    box.querySelector("[data-use]").onclick = () => {
      version = copy.version;
      fill(copy.fields);
      dropCopy(key, copy.id);
      next();
      changed();
      document.getElementById("id_narrative").focus();
    };
    box.querySelector("[data-drop]").onclick = () => { dropCopy(key, copy.id); next(); };
    box.hidden = false;
  }

  function next() {
    document.getElementById("on-device").hidden = true;
    for (const copy of copiesAt(key)) {
      if (copy.id === id) continue;
      if (asText({ ...copy.fields }) === asText(entered())) dropCopy(key, copy.id);
      else return offer(copy);
    }
  }

  async function submitted(event) {
    if (mayLeave) return;
    const button = event.submitter;
    if (conflict) decided();
    else if (isToldByPage) mayLeave = true;
    else if (unanswered || isDirty()) {
      event.preventDefault();
      // Where the autosave itself fails, the form is sent in the ordinary way.
      const outcome = await save().catch(() => "failed");
      if (["lost", "signed out", "conflict"].includes(outcome)) return status.scrollIntoView({ block: "nearest" });
      mayLeave = true;
      form.requestSubmit(button);
      return;
    }
    mayLeave = true;
    form.elements.version.value = version;
    // The form's own token is of the session it came with.
    form.elements.csrfmiddlewaretoken.value = token();
  }

  function leave() {
    if (mayLeave || conflict || !isDirty()) return;
    keepOnDevice();
    save({ leaving: true });
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", submitted);
  panel.querySelector("[data-use-theirs]").addEventListener("click", useTheirs);
  panel.querySelector("[data-keep-mine]").addEventListener("click", keepMine);
  window.addEventListener("online", () => save());
  window.addEventListener("focus", () => { if (isDirty()) save(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else if (!conflict && isDirty()) save();
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", (event) => {
    if (!mayLeave && isDirty() && !isOnDevice) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { mayLeave = false; });
  next();
  if (form.dataset.unsaved === "1") changed();
}

function token() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
}

/** Two texts that are read alike are alike. */
function normal(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const one of body.querySelectorAll("p, h3, h4, li")) if (!one.textContent.trim() && !one.querySelector("table")) one.remove();
  return body.innerHTML.replace(/\s+/g, " ").replace(/ ?(<[^>]+>) ?/g, "$1");
}

function say(...parts) {
  const said = parts.map((part) => part.textContent ?? part).join("");
  if (status.textContent !== said) status.replaceChildren(...parts);
}
