// SPDX-License-Identifier: GPL-3.0-or-later
// Colours by meaning. Figures name them as var(--…): the page sets them for light and
// dark, an exported picture takes the light ones. Lines differ in dashes as well, so that
// they can be told apart in grey.

export const light = {
  ink: "#1b1b1b",
  soft: "#555555",
  rule: "#d9d9d9",
  paper: "#ffffff",
  exporter: "#00429d",
  importer: "#d95f02",
  third: "#8c2d04",
  band: "#f3c9a5",
  gap: "#bdbdbd",
  land: "#c9c9c9",
  near: "#8896a8",
};

export const font = "system-ui, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif";

export function colour(name) {
  return `var(--${name})`;
}

// The text of an SVG with the light colours written out.
export function resolveColours(text) {
  return text.replace(/var\(--([a-z]+)\)/g, (whole, name) => light[name] ?? whole);
}

// A colour as the page has it now, for what is drawn on a canvas.
export function colourNow(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || light[name];
}
