// SPDX-License-Identifier: GPL-3.0-or-later
// How far both sides' sums are apart, by country and chapter.
import * as Plot from "@observablehq/plot";
import { plainTable } from "./dom.js";
import { figure, labelMargin } from "./figure.js";
import { money, percent, whole } from "./format.js";
import { source, subject } from "./notes.js";
import { colour } from "./theme.js";

const ROWS = 24;
const COLUMNS = 30;
const CLAMP = 0.5;

// The matched part of each side, and how far apart: (m - x) / (m + x).
function cells(data) {
  const t = data.tables.heat;
  const side = t.has("exporter") ? "exporter" : "country";
  const own = new Set(data.chosen.map(String));
  const by = data.heat_by;
  return t.objects([side, by, "matched", "cells", "export_usd", "import_fob_usd", "coverage_export", "coverage_import",
    "gross_positive_usd", "gross_negative_usd"]).filter((o) => side === "exporter" || !own.has(String(o[side])))
    .filter((o) => o[by] !== "" && o[by] !== null)
    .map((o) => {
      const x = o.export_usd * (o.coverage_export ?? 0);
      const m = o.import_fob_usd * (o.coverage_import ?? 0);
      return { country: data.place(o[side]).name, column: String(o[by]),
        matched: o.matched, cells: o.cells, x, m, gap: x + m > 0 ? (m - x) / (m + x) : null,
        size: o.matched > 0 ? o.gross_positive_usd + o.gross_negative_usd : 0,
        // what one side alone reports of either direction is never the same trade twice
        usd: o.matched > 0 ? Math.max(o.export_usd, o.import_fob_usd) : o.export_usd + o.import_fob_usd };
    });
}

// The names with the largest sums, in order.
function largest(all, name, most) {
  const sums = new Map();
  for (const c of all) sums.set(c[name], (sums.get(c[name]) ?? 0) + c.size + 1e-9 * c.usd);
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, most).map(([key]) => key);
}

const what = { hs2: "HS chapter", hs4: "HS heading", year: "year" };

// Both sides' sums and how far they are apart.
function gapMarks(shown, columns, width) {
  const told = shown.filter((c) => c.gap !== null && c.matched > 0);
  return {
    color: { type: "diverging", domain: [-CLAMP, CLAMP], pivot: 0, clamp: true, range: ["#00429d", "#f7f7f7", "#d95f02"],
      interpolate: "rgb" },
    marks: [
      Plot.cell(told, { x: "column", y: "country", fill: "gap" }),
      (width - 170) / columns.length <= 24 ? null : Plot.text(told, { x: "column", y: "country", text: (c) => signed(c.gap),
        fontSize: 10, fill: (c) => (Math.abs(c.gap) > 0.3 ? "#ffffff" : "#1b1b1b") }),
      Plot.text(shown.filter((c) => c.matched === 0 && c.cells > 0), { x: "column", y: "country", text: () => "/",
        fill: colour("soft") }),
    ],
  };
}

// Where no sum has two sides: what one side reports.
function oneSidedMarks(shown, columns, width) {
  const told = shown.filter((c) => c.usd > 0);
  const sizes = told.map((c) => c.usd);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const dark = (c) => Math.log(c.usd / least) > 0.55 * Math.log(most / least);
  return {
    color: { type: "log", domain: [least, most * 1.0001], range: ["#eef2f8", "#00429d"], interpolate: "rgb" },
    marks: [
      Plot.cell(told, { x: "column", y: "country", fill: "usd" }),
      (width - 170) / columns.length <= 44 ? null : Plot.text(told, { x: "column", y: "country", text: (c) => money(c.usd),
        fontSize: 10, fill: (c) => (dark(c) ? "#ffffff" : "#1b1b1b") }),
    ],
  };
}

export function heatFigure(data) {
  const all = cells(data);
  const rows = largest(all, "country", ROWS);
  const columns = largest(all, "column", COLUMNS).sort();
  const shown = all.filter((c) => rows.includes(c.country) && columns.includes(c.column));
  const compares = shown.some((c) => c.gap !== null && c.matched > 0);
  const size = (c) => (compares ? c.size : c.usd);
  const told = shown.filter((c) => (compares ? c.matched > 0 && c.gap !== null : c.usd > 0));
  const worst = told.reduce((a, b) => (a === null || size(b) > size(a) ? b : a), null);
  const focus = !data.tables.heat.has("exporter");
  const who = focus ? "trade with" : "exports of";
  const chapter = (c) => (data.heat_by === "hs2" && data.chapters.get(c) ? `${c} (${data.chapters.get(c)})` : c);
  const cut = rows.length === ROWS || columns.length === COLUMNS
    ? ` The ${rows.length} countries and ${columns.length} columns with the largest ${compares ? "gaps" : "sums"}.` : "";
  const at = worst === null ? "" : `${who} ${worst.country}, ${what[data.heat_by]} ${chapter(worst.column)}`;
  return figure("heat", {
    draw: (width) => ({
      title: worst === null ? "No sums to compare"
        : compares ? `Largest gaps, added up flow by flow (US$ ${money(worst.size)}): ${at}. In sum importers report US$ ${money(worst.m)}, ` +
          `exporters ${money(worst.x)}`
          : `One side alone reports; most: ${at}, US$ ${money(worst.usd)}`,
      subtitle: `${subject(data)}; ${focus ? "partners" : "exporters"} by ${what[data.heat_by]}; ` +
        (compares ? "(importers' − exporters' sum) / their sum, flows that both sides report"
          : "US$, current prices, what one side alone reports, both directions added up; logarithmic scale of colour"),
      notes: [
        (compares ? `Orange and +: importers report more; blue and −: exporters do. In per cent; colours end at ±${100 * CLAMP}. ` +
          "A slash: only one side reports. Empty: no trade reported, which is not zero."
          : "Darker is more. Empty: no trade reported, which is not zero.") + cut,
        source(data)],
      plot: told.length === 0 ? null : Plot.plot({
        width, height: 60 + 22 * rows.length, marginLeft: labelMargin(rows, 11, width), marginBottom: 40, padding: 0.04,
        style: { background: "transparent", color: colour("ink"), fontSize: "11px" },
        x: { label: null, domain: columns, tickRotate: columns.length * 34 > width - 180 ? -60 : 0 },
        y: { label: null, domain: rows },
        ...(compares ? gapMarks : oneSidedMarks)(shown, columns, width),
      }),
    }),
    csv: () => data.tables.heat.csv(),
    numbers: () => plainTable("Sums by country", [
      { head: focus ? "Partner" : "Exporter", text: (c) => c.country },
      { head: what[data.heat_by], text: (c) => chapter(c.column) },
      { head: "Exporters, both report, US$", number: true, text: (c) => whole(c.x) },
      { head: "Importers (FOB), both report, US$", number: true, text: (c) => whole(c.m) },
      { head: "Apart", number: true, text: (c) => percent(c.gap, 1) },
      { head: compares ? "Larger sum, all flows, US$" : "One side alone, US$", number: true, text: (c) => whole(c.usd) },
    ], [...told].sort((a, b) => size(b) - size(a))),
  });
}

function signed(gap) {
  const n = Math.round(100 * gap);
  return n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "0";
}
