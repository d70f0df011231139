// SPDX-License-Identifier: GPL-3.0-or-later
// How far both sides' sums are apart, by country and chapter.
import * as Plot from "@observablehq/plot";
import { plainTable } from "./dom.js";
import { figure } from "./figure.js";
import { money, percent, periodText, whole } from "./format.js";
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
      return { country: data.place(o[side]).name, column: by === "period" ? periodText(o[by]) : String(o[by]),
        matched: o.matched, cells: o.cells, x, m, gap: x + m > 0 ? (m - x) / (m + x) : null,
        size: o.matched > 0 ? o.gross_positive_usd + o.gross_negative_usd : 0,
        usd: Math.max(o.export_usd, o.import_fob_usd) };
    });
}

// The names with the largest sums, in order.
function largest(all, name, most) {
  const sums = new Map();
  for (const c of all) sums.set(c[name], (sums.get(c[name]) ?? 0) + c.size + 1e-9 * c.usd);
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, most).map(([key]) => key);
}

const what = { hs2: "HS chapter", hs4: "HS heading", period: "period" };

export function heatFigure(data) {
  const all = cells(data);
  const rows = largest(all, "country", ROWS);
  const columns = largest(all, "column", COLUMNS).sort();
  const shown = all.filter((c) => rows.includes(c.country) && columns.includes(c.column));
  const told = shown.filter((c) => c.gap !== null && c.matched > 0);
  const worst = told.reduce((a, b) => (a === null || b.size > a.size ? b : a), null);
  const focus = !data.tables.heat.has("exporter");
  const who = focus ? "trade with" : "exports of";
  const chapter = (c) => (data.heat_by === "hs2" && data.chapters.get(c) ? `${c} (${data.chapters.get(c)})` : c);
  return figure("heat", {
    draw: (width) => ({
      title: worst === null ? "No sums of both sides to compare"
        : `Furthest apart: ${who} ${worst.country}, ${what[data.heat_by]} ${chapter(worst.column)}. Importers report ` +
          `US$ ${money(worst.m)}, exporters ${money(worst.x)}`,
      subtitle: `${subject(data)}; ${focus ? "partners" : "exporters"} by ${what[data.heat_by]}; (importers' − exporters' sum) / ` +
        "their sum, flows that both sides report",
      notes: [
        `Orange and +: importers report more; blue and −: exporters do. In per cent; colours end at ±${100 * CLAMP}. ` +
          "A slash: only one side reports. Empty: no trade reported, which is not zero." +
          (rows.length === ROWS || columns.length === COLUMNS ? ` The ${ROWS} countries and ${COLUMNS} columns with the largest gaps.` : ""),
        source(data)],
      plot: shown.length === 0 ? null : Plot.plot({
        width, height: 60 + 22 * rows.length, marginLeft: Math.min(170, width * 0.3), marginBottom: 40, padding: 0.04,
        style: { background: "transparent", color: colour("ink"), fontSize: "11px" },
        x: { label: null, domain: columns, tickRotate: columns.length * 34 > width - 180 ? -60 : 0 },
        y: { label: null, domain: rows },
        color: { type: "diverging", domain: [-CLAMP, CLAMP], pivot: 0, clamp: true, range: ["#00429d", "#f7f7f7", "#d95f02"],
          interpolate: "rgb" },
        marks: [
          Plot.cell(told, { x: "column", y: "country", fill: "gap" }),
          Plot.text(told, { x: "column", y: "country", text: (c) => signed(c.gap), fontSize: width / columns.length > 34 ? 10 : 0,
            fill: (c) => (Math.abs(c.gap) > 0.3 ? "#ffffff" : "#1b1b1b"),
            filter: () => (width - 170) / columns.length > 24 }),
          Plot.text(shown.filter((c) => c.matched === 0 && c.cells > 0), { x: "column", y: "country", text: () => "/",
            fill: colour("soft") }),
        ],
      }),
    }),
    csv: () => data.tables.heat.csv(),
    numbers: () => plainTable("Sums by country", [
      { head: focus ? "Partner" : "Exporter", text: (c) => c.country },
      { head: what[data.heat_by], text: (c) => chapter(c.column) },
      { head: "Exporters, US$", number: true, text: (c) => whole(c.x) },
      { head: "Importers (FOB), US$", number: true, text: (c) => whole(c.m) },
      { head: "Apart", number: true, text: (c) => percent(c.gap, 1) },
    ], [...told].sort((a, b) => b.size - a.size)),
  });
}

function signed(gap) {
  const n = Math.round(100 * gap);
  return n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "0";
}
