// SPDX-License-Identifier: GPL-3.0-or-later
// Elements. Text is always set as text: nothing of the data is ever read as HTML.

export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined)
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  return element;
}

const svgSpace = "http://www.w3.org/2000/svg";

export function svgEl(name, attributes = {}, ...children) {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) element.setAttribute(key, String(value));
  for (const child of children.flat(Infinity))
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  return element;
}

// A plain table: columns are {head, text(row), number}; rows beyond `most` are told of.
// The box scrolls sideways, so it can be reached with the keyboard.
export function plainTable(label, columns, rows, most = 50) {
  if (rows.length === 0) return el("div");
  const shown = rows.slice(0, most);
  const table = el("table", { class: "plain" },
    el("thead", {}, el("tr", {}, columns.map((c) =>
      el("th", { scope: "col", class: c.number ? "number" : null }, c.head)))),
    el("tbody", {}, shown.map((row) => el("tr", {}, columns.map((c) =>
      el("td", { class: c.number ? "number" : null }, c.text(row)))))));
  const parts = [el("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, table)];
  if (rows.length > most)
    parts.push(el("p", { class: "aside" }, `${most} of ${rows.length} lines; all are in the CSV file.`));
  return el("div", {}, parts);
}
