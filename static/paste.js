/* What is pasted, made into what an update can hold: real lists, tables with a header row, headings, paragraphs.
   Nothing here makes text safe: the editor keeps only the elements it knows, and the server cleans what it stores. */

const BULLET = /^[·•▪◦●‣∙■□➢✓o§\uf0a7\uf0b7\uf0d8-][\s\u00a0]+/;
const NUMBER = /^\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)][\s\u00a0]+/i;
const PLAIN_MARK = /^(\s*)(?:([-–*•·▪◦●‣])|(\d{1,3})[.)])[ \t\u00a0]+(?=\S)/;

/** Clipboard HTML, from Word, Outlook, web mail or a page, as HTML of the elements that an update has. */
export function tidyHtml(html) {
  const body = new DOMParser().parseFromString(withoutStyles(html), "text/html").body;
  dropWhatIsNoText(body);
  makeWordLists(body);
  writeBoldAndItalicOut(body);
  levelHeadings(body);
  for (const table of body.querySelectorAll("table")) markHeaderRow(table);
  for (const block of body.querySelectorAll("p, div")) splitAtBlankLines(block);
  splitAtBlankLines(body);
  for (const paragraph of body.querySelectorAll("p, div")) if (isEmpty(paragraph)) paragraph.remove();
  return body.innerHTML;
}

/** Pasted plain text as HTML: a line a paragraph, lines with a mark before them a list, nested by their indent. */
export function tidyText(text) {
  const page = document.implementation.createHTMLDocument("");
  const items = text.split(/\r\n|\r|\n/).filter((line) => line.trim()).map((line) => {
    const paragraph = page.createElement("p");
    const mark = PLAIN_MARK.exec(line);
    paragraph.textContent = mark ? line.slice(mark[0].length).trim() : line.trim();
    if (mark) markItem(paragraph, Math.floor(mark[1].replace(/\t/g, "  ").length / 2) + 1, !!mark[3]);
    page.body.append(paragraph);
    return paragraph;
  });
  nestItems(items);
  return page.body.innerHTML;
}

/** A style or an event's script would be reported as a breach of the Content-Security-Policy as soon as it is parsed,
    so styles become plain data, and scripts nothing at all. */
function withoutStyles(html) {
  return html.replace(/<style[\s>][\s\S]*?<\/style>/gi, "").replace(/<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-css=").replace(/([\s"'/])on\w+\s*=/gi, "$1 data-dropped="));
}

const css = (element) => element.getAttribute("data-css") ?? "";

function dropWhatIsNoText(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.remove();
  for (const one of body.querySelectorAll("style, script, meta, link, title, xml, img, hr")) one.remove();
  // Word's comments: the marks beside the text, and the list of them at the end.
  for (const one of body.querySelectorAll('[data-css*="mso-element:comment"], .MsoCommentReference, .msocomanchor')) one.remove();
  for (const one of body.querySelectorAll("*")) {
    if (one.localName.includes(":")) one.replaceWith(...one.childNodes);
  }
}

/* Word writes a list's item as a paragraph that says in its style which list and level it is of, and its mark as text. */

function makeWordLists(body) {
  const items = [...body.querySelectorAll('[data-css*="mso-list"]:is(p, h1, h2, h3), p[class*="MsoListParagraph"]')];
  const marked = items.filter((one) => {
    const list = /mso-list:\s*l\d+\s+level(\d+)/i.exec(css(one));
    const ignored = [...one.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(css(span)));
    const mark = ignored ? ignored.textContent : firstMark(one);
    if (!list && !mark) return false;
    if (ignored) ignored.remove();
    else if (mark) cutFromStart(one, mark.length);
    markItem(one, list ? Number(list[1]) : 1, NUMBER.test(`${mark.trim()} `) && !BULLET.test(`${mark.trim()} `));
    return true;
  });
  nestItems(marked);
}

function firstMark(paragraph) {
  const text = paragraph.textContent;
  return (BULLET.exec(text.trimStart()) ?? NUMBER.exec(text.trimStart()) ?? [""])[0] && text.match(/^\s*\S+\s+/)[0];
}

function cutFromStart(element, length) {
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (length > 0 && walker.nextNode()) {
    const text = walker.currentNode.data;
    walker.currentNode.data = text.slice(length);
    length -= text.length;
  }
}

function markItem(paragraph, level, numbered) {
  paragraph.dataset.level = level;
  paragraph.dataset.numbered = numbered ? "1" : "";
}

/** Paragraphs marked as items, one after the other, become nested lists in the place of the first. */
function nestItems(items) {
  let open = [];
  let last = null;
  for (const item of items) {
    if (!item.dataset.level) continue;
    const level = Number(item.dataset.level);
    const numbered = item.dataset.numbered === "1";
    if (!last || nextElement(last) !== item) open = [];
    while (open.length && open.at(-1).level > level) open.pop();
    const page = item.ownerDocument;
    let list = open.at(-1);
    if (list && list.level === level && list.numbered !== numbered) {
      open.pop();
      list = open.at(-1);
    }
    if (!list || list.level < level) {
      const element = page.createElement(numbered ? "ol" : "ul");
      if (list) list.element.lastElementChild.append(element);
      else item.before(element);
      list = { element, level, numbered };
      open.push(list);
    }
    const entry = page.createElement("li");
    const paragraph = page.createElement("p");
    paragraph.append(...item.childNodes);
    entry.append(paragraph);
    list.element.append(entry);
    last = open[0].element;
    item.remove();
  }
}

function nextElement(element) {
  let next = element.nextSibling;
  while (next && next.nodeType !== Node.ELEMENT_NODE && !next.textContent.trim()) next = next.nextSibling;
  return next;
}

/** Programs say bold and italic in styles, or take them back there ("<b style='font-weight:normal'>" round it all). */
function writeBoldAndItalicOut(body) {
  for (const one of body.querySelectorAll("b, strong, i, em, span, font")) {
    const weight = /font-weight:\s*(\w+)/i.exec(css(one))?.[1] ?? "";
    const slant = /font-style:\s*(\w+)/i.exec(css(one))?.[1] ?? "";
    if (/^(normal|[1-4]00)$/i.test(weight) && /^(b|strong)$/.test(one.localName)) one.replaceWith(...one.childNodes);
    else if (/^(span|font)$/.test(one.localName)) {
      let parts = [...one.childNodes];
      for (const name of [/^(bold|[6-9]00)/i.test(weight) && "strong", /^italic/i.test(slant) && "em"]) {
        if (!name || !one.textContent.trim()) continue;
        const element = body.ownerDocument.createElement(name);
        element.append(...parts);
        parts = [element];
      }
      one.replaceWith(...parts);
    }
  }
}

function levelHeadings(body) {
  const as = { h1: "h3", h2: "h3", h5: "h4", h6: "h4" };
  for (const heading of body.querySelectorAll("h1, h2, h5, h6")) rename(heading, as[heading.localName]);
}

/** The first row is the header where Word says so, or where it is bold throughout and another row is not. */
function markHeaderRow(table) {
  const [first, ...rest] = table.rows;
  if (!first || !rest.length || table.querySelector("th")) return;
  const saidSo = first.parentElement.localName === "thead" || /mso-yfti-irow:\s*-1/i.test(css(first));
  if (saidSo || (isBold(first) && !rest.every(isBold))) for (const cell of [...first.cells]) rename(cell, "th");
}

function isBold(row) {
  const written = [...row.cells].filter((cell) => cell.textContent.trim());
  return written.length > 0 && written.every((cell) => {
    const walker = cell.ownerDocument.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (walker.currentNode.data.trim() && !isInBold(walker.currentNode.parentElement, row)) return false;
    }
    return true;
  });
}

function isInBold(element, row) {
  for (let one = element; one && one !== row.parentElement; one = one.parentElement) {
    if (/^(b|strong|th)$/.test(one.localName)) return true;
    if (/font-weight:\s*(bold|[6-9]00)/i.test(css(one))) return true;
  }
  return false;
}

function rename(element, name) {
  const renamed = element.ownerDocument.createElement(name);
  for (const span of ["colspan", "rowspan"]) if (element.hasAttribute(span)) renamed.setAttribute(span, element.getAttribute(span));
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

/** Mail is written in one block, with two line breaks where a paragraph ends. */
function splitAtBlankLines(block) {
  const breaks = [...block.children].filter((one) => one.localName === "br" && followedByBreak(one));
  if (!breaks.length) return;
  const page = block.ownerDocument;
  const parts = [page.createElement("p")];
  for (const node of [...block.childNodes]) {
    if (breaks.includes(node)) parts.push(page.createElement("p"));
    else if (node.nodeType === Node.ELEMENT_NODE && /^(p|div|ul|ol|table|h\d|blockquote)$/.test(node.localName)) {
      parts.push(node, page.createElement("p"));
    } else if (!(node.localName === "br" && !parts.at(-1).hasChildNodes())) parts.at(-1).append(node);
  }
  const written = parts.filter((one) => one.localName !== "p" || !isEmpty(one));
  if (block.localName === "body") block.replaceChildren(...written);
  else block.replaceWith(...written);
}

function followedByBreak(element) {
  let next = element.nextSibling;
  while (next && next.nodeType === Node.TEXT_NODE && !next.data.trim()) next = next.nextSibling;
  return next !== null && next.localName === "br";
}

function isEmpty(element) {
  return !element.textContent.replace(/\u00a0/g, " ").trim() && !element.querySelector("table, li");
}
