// SPDX-License-Identifier: GPL-3.0-or-later
// Between which countries the two sides are furthest apart.
import * as Plot from "@observablehq/plot";
import { geoEqualEarth } from "d3-geo";
import { plainTable } from "./dom.js";
import { figure, textWidth } from "./figure.js";
import { money, whole } from "./format.js";
import { source, subject } from "./notes.js";
import { colour } from "./theme.js";

const LINES = 40;
// small places that goods pass through, and that maps of this scale leave out
const HUBS = ["HKG", "MAC", "SGP"];

function flows(data) {
  const names = ["exporter", "importer", "cells", "matched", "export_usd", "import_fob_usd", "net_gap_usd",
    "gross_positive_usd", "gross_negative_usd"];
  return data.tables.map.objects(names).map((o) => {
    const [from, to] = [data.place(o.exporter), data.place(o.importer)];
    const both = o.matched > 0;
    return { ...o, from, to, both, usd: both ? o.gross_positive_usd + o.gross_negative_usd
      : Math.max(o.export_usd, o.import_fob_usd) };
  });
}

function outline(data, border) {
  return { type: "MultiLineString", coordinates: data.outline.filter((l) => l.border === border).map((l) => {
    const points = [];
    for (let i = 0; i < l.points.length; i += 2) points.push([l.points[i], l.points[i + 1]]);
    return points;
  }) };
}

// Names that have room, on one of four sides of their place: the ends of the widest line,
// then the hubs, then the ends of the others.
function labels(lines, hubs, project, width) {
  const places = new Map();
  const ends = lines.flatMap((l) => [l.from, l.to]);
  for (const p of [...ends.slice(0, 2), ...hubs, ...ends]) if (!places.has(p.code)) places.set(p.code, p);
  const taken = [];
  const found = [];
  for (const p of places.values()) {
    const [x, y] = project([p.lon, p.lat]);
    const w = textWidth(p.name, 10) + 4;
    const sides = [
      { dx: 6, dy: 0, anchor: "start", box: [x + 4, y - 6, x + 6 + w, y + 6] },
      { dx: -6, dy: 0, anchor: "end", box: [x - 6 - w, y - 6, x - 4, y + 6] },
      { dx: 0, dy: -10, anchor: "middle", box: [x - w / 2, y - 16, x + w / 2, y - 4] },
      { dx: 0, dy: 10, anchor: "middle", box: [x - w / 2, y + 4, x + w / 2, y + 16] },
    ];
    const side = sides.find(({ box }) => box[0] >= 0 && box[2] <= width &&
      !taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3]));
    if (side === undefined) continue;
    taken.push(side.box);
    found.push({ ...p, ...side });
  }
  return found;
}

function plot(data, shown, width) {
  const height = Math.round(width * 0.5);
  const most = Math.max(...shown.map((f) => f.usd));
  const at = (f) => ({ x1: f.from.lon, y1: f.from.lat, x2: f.to.lon, y2: f.to.lat });
  const line = (f) => (f.both ? (f.net_gap_usd >= 0 ? colour("importer") : colour("exporter")) : colour("soft"));
  const thick = (f) => 0.7 + 5 * Math.sqrt(f.usd / most);
  const inMap = new Set(data.tables.map.byName.get("exporter").texts.concat(data.tables.map.byName.get("importer").texts));
  const hubs = [...data.places.values()].filter((p) => HUBS.includes(p.iso3) && p.lat !== null && inMap.has(String(p.code)));
  const lines = shown.map((f) => ({ ...f, ...at(f), line: line(f), thick: thick(f) }));
  const project = geoEqualEarth().fitExtent([[2, 2], [width - 2, height - 2]], { type: "Sphere" });
  const base = { width, height, projection: () => project,
    style: { background: "transparent", color: colour("ink"), fontSize: "10px" } };
  const dashes = (l) => (!l.both ? "1,3" : l.net_gap_usd >= 0 ? "6,3" : null);
  return Plot.plot({ ...base, marks: [
    Plot.sphere({ stroke: colour("rule") }),
    Plot.geo(outline(data, false), { stroke: colour("land"), strokeWidth: 0.8 }),
    Plot.geo(outline(data, true), { stroke: colour("land"), strokeWidth: 0.4 }),
    ...lines.map((l) => Plot.link([l], { x1: "x1", y1: "y1", x2: "x2", y2: "y2", stroke: l.line, strokeWidth: l.thick,
      strokeOpacity: 0.7, strokeDasharray: dashes(l) })),
    Plot.dot(lines, { x: "x2", y: "y2", r: (l) => l.thick, fill: "line" }),
    Plot.dot(hubs, { x: "lon", y: "lat", r: 2.5, fill: colour("paper"), stroke: colour("ink") }),
    ...labels(lines, hubs, project, width).map((p) => Plot.text([p], { x: "lon", y: "lat", text: "name",
      textAnchor: p.anchor, dx: p.dx, dy: p.dy, stroke: colour("paper"), strokeWidth: 3,
      fill: colour("ink") })),
    Plot.tip(lines, Plot.pointer({ x: "x2", y: "y2", fill: colour("paper"),
      title: (l) => `${l.from.name} to ${l.to.name}\n${l.both ? "apart" : "one side reports"} ${money(l.usd)}` })),
  ] });
}

export function mapFigure(data) {
  const all = flows(data);
  const shown = all.filter((f) => f.both).slice(0, LINES);
  const one = all.filter((f) => !f.both).slice(0, shown.length > 0 ? 0 : LINES);
  const drawn = shown.length > 0 ? shown : one;
  const first = drawn[0];
  return figure("map", {
    draw: (width) => ({
      title: first === undefined ? "No flow between two countries to draw"
        : first.both ? `The two sides are furthest apart from ${first.from.name} to ${first.to.name}: US$ ${money(first.usd)}, flow by flow`
          : `Largest trade that one side alone reports: ${first.from.name} to ${first.to.name}, US$ ${money(first.usd)}`,
      subtitle: `${subject(data)}; the ${drawn.length} largest, all periods together; width by the square root of US$`,
      notes: [
        (first === undefined || first.both ? "Orange, dashed: importers report more; blue: exporters do; a dot as large as its line at the importer's end. "
          : "Dotted: one side alone reports. A dot at the importer's end. ") +
          "Rings: Hong Kong, Macao and Singapore, where they trade. Outlines: Natural Earth, 1:110 million; " +
          "they say nothing about whose land is whose.",
        source(data)],
      plot: drawn.length > 0 ? plot(data, drawn, width) : null,
    }),
    csv: () => data.tables.map.csv(),
    numbers: () => plainTable("The largest gaps between countries", [
      { head: "Exporter", text: (f) => f.from.name },
      { head: "Importer", text: (f) => f.to.name },
      { head: "Apart flow by flow, US$", number: true, text: (f) => whole(f.both ? f.usd : null) },
      { head: "Net, US$", number: true, text: (f) => whole(f.both ? f.net_gap_usd : null) },
      { head: "Exporters, US$", number: true, text: (f) => whole(f.export_usd) },
      { head: "Importers (FOB), US$", number: true, text: (f) => whole(f.import_fob_usd) },
    ], all),
  });
}
