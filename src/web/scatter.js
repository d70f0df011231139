// SPDX-License-Identifier: GPL-3.0-or-later
// Flow by flow, what the exporter and what the importer reports, both on a log scale.
import * as Plot from "@observablehq/plot";
import { plainTable, svgEl } from "./dom.js";
import { figure, wrap } from "./figure.js";
import { chance, money, moneyTick, periodText, whole } from "./format.js";
import { source, subject } from "./notes.js";
import { colour, colourNow, light } from "./theme.js";

const NAMED = 6;
const LIST = 220; // pixels that a list at the right needs
const CIRCLES = 400; // called flows that are drawn as elements; more go to the image

function points(data) {
  return data.tables.scatter.objects(["period", "exporter", "importer", "hs", "export_usd", "import_fob_usd", "q"])
    .map((o) => ({ ...o, x: o.export_usd > 0 ? o.export_usd : null, m: o.import_fob_usd > 0 ? o.import_fob_usd : null,
      called: o.q !== null && o.q <= 0.1 }));
}

function powers(all) {
  const values = all.flatMap((p) => [p.x, p.m]).filter((v) => v !== null);
  const low = Math.floor(Math.log10(Math.max(0.1, values.reduce((a, b) => Math.min(a, b), Infinity))));
  const high = Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b), 10)));
  return [10 ** (low - 1), 10 ** Math.max(high, low + 1)];
}

// The many, as one picture: thousands of elements would make the page slow.
function image(all, scale, width, height, edge) {
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  const to = canvas.getContext("2d");
  to.scale(2, 2);
  to.globalAlpha = 0.45;
  for (const p of all) {
    to.fillStyle = p.x === null || p.m === null ? light.gap : p.called ? colourNow("importer") : colourNow("near");
    const x = scale("x", p.x ?? edge);
    const y = scale("y", p.m ?? edge);
    if (p.x === null || p.m === null) to.fillRect(x - 1, y - 1, 2, 2);
    else {
      to.beginPath();
      to.arc(x, y, 1.3, 0, 2 * Math.PI);
      to.fill();
    }
  }
  return svgEl("image", { width, height, href: canvas.toDataURL("image/png") });
}

function plot(all, named, width) {
  const size = Math.min(width, 620);
  const domain = powers(all);
  const edge = domain[0] * 10 ** 0.5;
  const circles = all.filter((p) => p.called && p.x !== null && p.m !== null).slice(0, CIRCLES);
  const drawn = new Set(circles);
  const tick = (v) => (v <= edge ? "" : moneyTick(v));
  const decades = Math.log10(domain[1] / domain[0]);
  const axis = { type: "log", domain, tickFormat: tick, ticks: decades > 6 ? 5 : decades, grid: true, labelAnchor: "center" };
  const svg = Plot.plot({
    width: size, height: size, marginLeft: 62, marginBottom: 48, marginTop: 22, marginRight: 20,
    style: { background: "transparent", color: colour("ink"), fontSize: "12px" },
    x: { ...axis, label: "exporter reports, US$ (log scale) →" },
    y: { ...axis, label: "↑ importer reports, made FOB, US$ (log scale)", labelAnchor: "top" },
    marks: [
      Plot.link([0], { x1: domain[0], y1: domain[0], x2: domain[1], y2: domain[1], stroke: colour("ink"), strokeDasharray: "4,3" }),
      Plot.dot(circles, { x: "x", y: "m", r: 3, fill: colour("importer"), fillOpacity: 0.75, symbol: "triangle" }),
      Plot.text(named, { x: "x", y: "m", text: (p) => String(p.place), dx: 9, dy: -7, fontWeight: "bold",
        stroke: colour("paper"), fill: colour("ink") }),
      Plot.tip(circles, Plot.pointer({ x: "x", y: "m", title: "words", fill: colour("paper") })),
    ],
  });
  const scales = { x: svg.scale("x"), y: svg.scale("y") };
  const under = image(all.filter((p) => !drawn.has(p)), (name, v) => scales[name].apply(v), size, size, edge);
  svg.insertBefore(under, svg.querySelector("g"));
  return width - size < LIST ? svg : beside(svg, named, width, size);
}

// The named flows at the right of the plot, where there is room.
function beside(svg, named, width, size) {
  const all = svgEl("svg", { width, height: size });
  all.append(svg);
  let y = 40;
  for (const p of named) {
    for (const [i, line] of wrap(`${p.place}  ${p.line}`, width - size - 20, 12).entries())
      all.append(svgEl("text", { x: size + 20, y: y + 15 * i, "font-size": 12, fill: colour("ink") }, line));
    y += 15 * wrap(`${p.place}  ${p.line}`, width - size - 20, 12).length + 10;
  }
  return all;
}

export function scatterFigure(data) {
  const all = points(data);
  const { matched: both, called, one_sided: one, zeros } = data.scatter; // matched: both above zero
  const nowhere = data.flows - both - one - zeros;
  const words = (p) => `${data.place(p.exporter).name} to ${data.place(p.importer).name}, HS ${p.hs}, ${periodText(p.period)}`;
  for (const p of all) if (p.called) p.words = `${words(p)}\nexporter ${money(p.x)}, importer ${money(p.m)}`;
  const named = all.filter((p) => p.called && p.x !== null && p.m !== null).slice(0, NAMED)
    .map((p, i) => ({ ...p, place: i + 1, line: `${words(p)}: exporter US$ ${money(p.x)}, importer US$ ${money(p.m)}` }));
  return figure("scatter", {
    draw: (width) => ({
      title: both === 0 ? "No flow is reported by both sides"
        : called > 0 ? `${whole(called)} of ${whole(both)} flows: reports further apart than chance explains`
          : `None of ${whole(both)} flows has reports further apart than chance explains`,
      subtitle: `${subject(data)}; US$, current prices; both axes logarithmic`,
      notes: [
        ...(width - Math.min(width, 620) < LIST ? named.map((p) => `${p.place}  ${p.line}`) : []),
        `On the dashed line both sides agree. Triangles: q at most 0.1. At the edges: one side reports nothing (${whole(one)})` +
          (zeros > 0 ? ` or zero (${whole(zeros)}).` : ".") +
          (all.length < both + one + zeros ? ` Drawn: ${whole(all.length)} of ${whole(both + one + zeros)} flows, a sample of those that are not marked.` : "") +
          (nowhere > 0 ? ` Without ${whole(nowhere)} flows of zero, which a log scale cannot show.` : ""),
        source(data)],
      plot: both > 0 && all.length > 0 ? plot(all, named, width) : null,
    }),
    csv: () => data.tables.scatter.csv(),
    numbers: () => plainTable("Flows further apart than chance explains", [
      { head: "Flow", text: (p) => words(p) },
      { head: "Exporter, US$", number: true, text: (p) => whole(p.x) },
      { head: "Importer (FOB), US$", number: true, text: (p) => whole(p.m) },
      { head: "q", number: true, text: (p) => chance(p.q) },
    ], all.filter((p) => p.called)),
  });
}
