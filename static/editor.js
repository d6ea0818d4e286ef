/* The rich text editor on an update's text box. Without it the text box stands and works alone.

   The parts come from the package django-prose-editor; its own set-up is not used, since that needs an inline import
   map, icons and injected styles, which the Content-Security-Policy forbids. What is typed goes back into the text box
   at once, so the form and the autosave read it there; who sets the text box fires "set" on it. */

import {
  Bold, BulletList, Document, Editor, Gapcursor, HardBreak, Heading, History, Italic, Link, ListItem, OrderedList,
  Paragraph, Table, TableCell, TableHeader, TableRow, Text,
} from "./django_prose_editor/editor.js";
import { tidyHtml, tidyText } from "./paste.js";

const LINK = /^(https?:\/\/|mailto:)\S+$/i;
const HINT = "Paste from Word or e-mail keeps lists, tables and headings. The Tab key leaves the text; " +
  "Ctrl+] and Ctrl+[ nest a list's item deeper and back; in a table the arrow keys move between the cells.";

// The Tab key always leaves the editor, so that nobody is caught in it who has only a keyboard.
const Item = ListItem.extend({
  addKeyboardShortcuts() {
    return {
      Enter: () => this.editor.commands.splitListItem(this.name),
      "Mod-]": () => this.editor.commands.sinkListItem(this.name),
      "Mod-[": () => this.editor.commands.liftListItem(this.name),
    };
  },
});

const PlainTable = Table.extend({
  addKeyboardShortcuts() {
    const { Tab, "Shift-Tab": back, ...others } = this.parent();
    return others;
  },
});

const SafeLink = Link.extend({
  addKeyboardShortcuts() {
    return { "Mod-k": () => { askForLink(this.editor); return true; } };
  },
}).configure({ protocols: ["http", "https", "mailto"], isAllowedUri: (url) => LINK.test(url), enableTarget: false, autolink: true, defaultProtocol: "https" });

const EXTENSIONS = [
  Document, Paragraph, Text, HardBreak, Gapcursor, History, Bold, Italic, Heading.configure({ levels: [3, 4] }), BulletList,
  OrderedList.configure({ enableListAttributes: false }), Item, SafeLink, PlainTable.configure({ resizable: false }), TableRow, TableHeader, TableCell,
];

/* A tool: its word, what it does to a chain of commands, and when it is pressed in, can be used and is shown. */
const inList = (editor) => editor.isActive("listItem");
const inTable = (editor) => editor.isActive("table");
const TOOLS = [
  { word: "Bold", keys: "Ctrl+B", run: (chain) => chain.toggleBold(), pressed: (editor) => editor.isActive("bold") },
  { word: "Italic", keys: "Ctrl+I", run: (chain) => chain.toggleItalic(), pressed: (editor) => editor.isActive("italic") },
  { word: "Sub-heading", run: (chain) => chain.toggleHeading({ level: 3 }), pressed: (editor) => editor.isActive("heading") },
  { word: "Bulleted list", keys: "Ctrl+Shift+8", run: (chain) => chain.toggleBulletList(), pressed: (editor) => editor.isActive("bulletList") },
  { word: "Numbered list", keys: "Ctrl+Shift+7", run: (chain) => chain.toggleOrderedList(), pressed: (editor) => editor.isActive("orderedList") },
  { word: "Nest deeper", keys: "Ctrl+]", run: (chain) => chain.sinkListItem("listItem"), shown: inList },
  { word: "Nest back", keys: "Ctrl+[", run: (chain) => chain.liftListItem("listItem"), shown: inList },
  { word: "Link", keys: "Ctrl+K", ask: askForLink, pressed: (editor) => editor.isActive("link") },
  { word: "Table", run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }), shown: (editor) => !inTable(editor) },
  { word: "Add row", run: (chain) => chain.addRowAfter(), shown: inTable },
  { word: "Remove row", run: (chain) => chain.deleteRow(), shown: inTable },
  { word: "Add column", run: (chain) => chain.addColumnAfter(), shown: inTable },
  { word: "Remove column", run: (chain) => chain.deleteColumn(), shown: inTable },
  { word: "Remove table", run: (chain) => chain.deleteTable(), shown: inTable },
  { word: "Undo", keys: "Ctrl+Z", run: (chain) => chain.undo(), usable: (editor) => editor.can().undo() },
  { word: "Redo", keys: "Ctrl+Shift+Z", run: (chain) => chain.redo(), usable: (editor) => editor.can().redo() },
];

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** What the text box holds, as HTML: it may be plain lines, which have no "<" and no "&" in them. */
function asHtml(text) {
  return text.includes("<") || text.includes("&") ? text : tidyLines(text);
}

function tidyLines(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => make("p", {}, line.trim()).outerHTML).join("");
}

function edit(textarea) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  const described = (textarea.getAttribute("aria-describedby") ?? "").split(" ")[0];
  const hint = described && document.getElementById(described);
  if (hint) hint.textContent = HINT;
  const { id } = textarea;
  textarea.id = `${id}_source`;
  textarea.hidden = true;
  label.id = `${id}_label`;
  label.removeAttribute("for");
  const attributes = { id, class: "narrative", role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id };
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(name)) attributes[name] = textarea.getAttribute(name);
  }
  const frame = make("div", { class: "editor" });
  textarea.before(frame);
  const editor = new Editor({
    element: frame,
    extensions: EXTENSIONS,
    content: asHtml(textarea.value),
    injectCSS: false,
    editorProps: { attributes, transformPastedHTML: tidyHtml, handlePaste: (view, event) => pasteLines(editor, event) },
    onUpdate() {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  textarea.value = editor.isEmpty ? "" : editor.getHTML();
  textarea.addEventListener("set", () => editor.commands.setContent(asHtml(textarea.value)));
  label.addEventListener("click", () => editor.commands.focus());
  frame.prepend(toolbar(editor));
}

/** Plain text of more than one line; what has HTML beside it is left to the editor. */
function pasteLines(editor, event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (event.clipboardData?.getData("text/html") || !/\S[\r\n]+\s*\S/.test(text)) return false;
  editor.commands.insertContent(tidyText(text));
  return true;
}

/** One stop for the Tab key; the arrow keys move within it, as everywhere that a toolbar has its role. */
function toolbar(editor) {
  const bar = make("div", { role: "toolbar", "aria-label": "Text format", class: "tools", "aria-controls": editor.view.dom.id });
  const buttons = TOOLS.map((tool) => {
    const button = make("button", { type: "button", tabindex: "-1" }, tool.word);
    if (tool.keys) button.title = tool.keys;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      if (tool.ask) tool.ask(editor);
      else tool.run(editor.chain().focus()).run();
    });
    bar.append(button);
    return button;
  });
  const refresh = () => {
    TOOLS.forEach((tool, index) => {
      const button = buttons[index];
      if (tool.pressed) button.setAttribute("aria-pressed", tool.pressed(editor));
      if (tool.usable) button.setAttribute("aria-disabled", !tool.usable(editor));
      button.hidden = tool.shown ? !tool.shown(editor) : false;
    });
    if (!buttons.some((one) => one.tabIndex === 0 && !one.hidden)) buttons[0].tabIndex = 0;
  };
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: "first", End: "last" }[event.key];
    if (!step) return;
    event.preventDefault();
    const there = buttons.filter((one) => !one.hidden);
    const at = there.indexOf(document.activeElement);
    const to = step === "first" ? 0 : step === "last" ? there.length - 1 : (at + step + there.length) % there.length;
    there[to].focus();
  });
  bar.addEventListener("focusin", (event) => buttons.forEach((one) => { one.tabIndex = one === event.target ? 0 : -1; }));
  editor.on("transaction", refresh);
  refresh();
  return bar;
}

function askForLink(editor) {
  const input = make("input", { id: "link-address", type: "url", name: "address", autocomplete: "off", "aria-describedby": "link-hint" });
  const hint = make("p", { class: "hint", id: "link-hint" }, "Begins with https:// or mailto:");
  const cancel = make("button", { type: "button", class: "quiet" }, "Cancel");
  const remove = make("button", { type: "button", class: "quiet" }, "Remove link");
  const form = make("form", { method: "dialog", novalidate: "" }, make("label", { for: "link-address" }, "Address of the link"), hint, input, make("p", {}, make("button", { type: "submit" }, "Set link"), " ", remove, " ", cancel));
  const dialog = make("dialog", { "aria-label": "Link" }, form);
  input.value = editor.getAttributes("link").href ?? "";
  remove.hidden = !editor.isActive("link");
  const done = (change) => { dialog.close(); change?.(editor.chain().focus().extendMarkRange("link")).run(); };
  cancel.addEventListener("click", () => done());
  remove.addEventListener("click", () => done((chain) => chain.unsetLink()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    const href = LINK.test(typed) ? typed : /^[^\s:]+@[^\s:]+$/.test(typed) ? `mailto:${typed}` : `https://${typed}`;
    if (!typed || !LINK.test(href) || /^https:\/\/[a-z]+:/i.test(href)) {
      hint.textContent = "That is not an address. It begins with https:// or mailto:";
      hint.className = "error";
      input.focus();
    } else if (editor.state.selection.empty && !editor.isActive("link")) {
      done((chain) => chain.insertContent([{ type: "text", text: typed, marks: [{ type: "link", attrs: { href } }] }]));
    } else {
      done((chain) => chain.setLink({ href }));
    }
  });
  dialog.addEventListener("close", () => { dialog.remove(); editor.commands.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}

for (const textarea of document.querySelectorAll("textarea[data-rich-text]")) edit(textarea);
