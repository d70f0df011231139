// SPDX-License-Identifier: GPL-3.0-or-later
// A figure: one SVG that holds its finding as title, what is shown, the picture, and the
// notes with the source, so that it stays whole when it is taken out of the page.
import { el, svgEl } from "./dom.js";
import { colour, font, resolveColours } from "./theme.js";

const measuring = document.createElement("canvas").getContext("2d");

// Breaks a text into lines that are not wider than `width` pixels.
export function wrap(text, width, size, weight = "normal") {
  measuring.font = `${weight} ${size}px ${font}`;
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && measuring.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

export function textWidth(text, size, weight = "normal") {
  measuring.font = `${weight} ${size}px ${font}`;
  return measuring.measureText(text).width;
}

// Room for the names of a vertical axis, but not more than a part of the picture.
export function labelMargin(names, size, width, part = 0.45) {
  return Math.ceil(Math.min(width * part, 14 + Math.max(20, ...names.map((name) => textWidth(name, size)))));
}

function putLines(svg, lines, y, size, fill, weight) {
  for (const line of lines) {
    y += size * 1.25;
    svg.append(svgEl("text", { x: 0, y, "font-size": size, fill, "font-weight": weight }, line));
  }
  return y;
}

// Puts words around a plot (an SVG element with width and height, or null).
function compose({ title, subtitle, notes, plot, width }) {
  const svg = svgEl("svg", { role: "img", "aria-label": `${title}. ${subtitle}. ${notes.join(" ")}`,
    width, "font-family": font, xmlns: "http://www.w3.org/2000/svg" });
  svg.append(svgEl("rect", { width: "100%", height: "100%", fill: colour("paper") }));
  let y = putLines(svg, wrap(title, width, 18, "bold"), 0, 18, colour("ink"), "bold");
  y = putLines(svg, wrap(subtitle, width, 13), y + 2, 13, colour("soft"));
  y += 10;
  if (plot !== null) {
    plot.setAttribute("y", y);
    plot.setAttribute("x", 0);
    svg.append(plot);
    y += Number(plot.getAttribute("height"));
  }
  y += 4;
  for (const note of notes) y = putLines(svg, wrap(note, width, 11), y, 11, colour("soft"));
  y += 8;
  dropLabels(svg);
  // a tip comes when the pointer does
  new MutationObserver(() => dropLabels(svg)).observe(svg, { childList: true, subtree: true });
  svg.setAttribute("height", y);
  svg.setAttribute("viewBox", `0 0 ${width} ${y}`);
  return svg;
}

// The picture has one description; those of its parts have no role to belong to.
function dropLabels(svg) {
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
}

function svgText(svg) {
  const copy = svg.cloneNode(true);
  copy.removeAttribute("role");
  const text = new XMLSerializer().serializeToString(copy);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${resolveColours(text)}\n`;
}

async function pngBlob(svg, scale = 2) {
  const url = URL.createObjectURL(new Blob([svgText(svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(Number(svg.getAttribute("width")) * scale);
    canvas.height = Math.round(Number(svg.getAttribute("height")) * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// A figure in the page. draw(width) gives {title, subtitle, notes, plot}; it is drawn anew
// where the width or the colours change. csv() gives the text of its table; numbers() an
// element with its main numbers, for those who cannot see it.
export function figure(id, { draw, csv, numbers }) {
  const box = el("div", { class: "picture" });
  let width = 0;
  const render = () => {
    width = Math.max(300, Math.min(1000, Math.floor(box.clientWidth || 900)));
    box.replaceChildren(compose({ ...draw(width), width }));
  };
  const button = (name, label, run) =>
    el("button", { type: "button", "data-export": name, "aria-label": `${label}: ${id}`, onclick: run }, label);
  const tools = el("div", { class: "tools" },
    button("svg", "SVG", () => download(new Blob([svgText(box.firstChild)], { type: "image/svg+xml" }), `${id}.svg`)),
    button("png", "PNG", async () => download(await pngBlob(box.firstChild), `${id}.png`)),
    button("csv", "CSV", () => download(new Blob([csv()], { type: "text/csv" }), `${id}.csv`)));
  const parts = [box, tools];
  if (numbers !== undefined) {
    const details = el("details", { class: "numbers" }, el("summary", {}, "The numbers"));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(numbers());
    });
    parts.push(details);
  }
  const element = el("figure", { class: "figure", id: `figure-${id}` }, parts);
  new ResizeObserver(() => {
    if (Math.abs(box.clientWidth - width) > 1 && (box.clientWidth < 1000 || width < 1000)) render();
  }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  return element;
}
