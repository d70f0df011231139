// SPDX-License-Identifier: GPL-3.0-or-later
// What exporters and importers report over time.
import * as Plot from "@observablehq/plot";
import { plainTable } from "./dom.js";
import { figure, textWidth } from "./figure.js";
import { dayYear, money, nextPeriod, percent, periodText, periodYear, whole } from "./format.js";
import { source, subject, unitFor } from "./notes.js";
import { colour } from "./theme.js";

// Years as ticks: no more than fit.
export function yearAxis(points, width) {
  const years = points.map((p) => p.year);
  const span = Math.ceil(Math.max(...years)) - Math.floor(Math.min(...years));
  return { label: null, tickFormat: (y) => (Number.isInteger(y) ? String(y) : ""), inset: 8,
    ticks: Math.max(2, Math.min(10, span, Math.floor((width - 170) / 45))) };
}

// Where two labels at the right end stand, clear of each other.
function endLabels(points, sides, height, top) {
  const labels = [];
  for (const [field, text, fill] of sides) {
    const known = points.filter((p) => !Number.isNaN(p[field]));
    if (known.length > 0) {
      const last = known[known.length - 1];
      labels.push({ year: last.year, y: last[field], text, fill });
    }
  }
  const apart = (16 / (height - 50)) * top;
  if (labels.length === 2 && Math.abs(labels[0].y - labels[1].y) < apart) {
    const [low, high] = labels[0].y <= labels[1].y ? labels : [labels[1], labels[0]];
    const middle = (low.y + high.y) / 2;
    high.y = middle + apart / 2;
    low.y = middle - apart / 2;
  }
  return labels;
}

// Two lines with their names at the ends; band: fields low and high of the points.
export function labelled({ width, height, points, x, m, one = false, band = null, events = [], extra = [], axis }) {
  const narrow = width < 560;
  const top = Math.max(1e-9, ...points.flatMap((p) => [p[x], p[m], band ? p[band[1]] : NaN])
    .filter((v) => !Number.isNaN(v)));
  const named = (who) => (one ? (narrow ? who : `${who} reports`) : narrow ? `${who}s` : `${who}s report`);
  const sides = [[x, named("exporter"), colour("exporter")], [m, named("importer"), colour("importer")]];
  const dot = { r: 2.5 };
  return Plot.plot({
    width, height, marginRight: narrow ? 78 : 118, marginLeft: 52, marginTop: events.length > 0 ? 46 : 16,
    style: { background: "transparent", color: colour("ink"), fontSize: "12px" },
    x: axis, y: { label: null, grid: true, domain: [0, top * 1.04], nice: false },
    marks: [
      band ? Plot.areaY(points, { x: "year", y1: band[0], y2: band[1], fill: colour("band"), fillOpacity: 0.75 }) : null,
      ...events,
      ...extra,
      Plot.lineY(points, { x: "year", y: x, stroke: colour("exporter"), strokeWidth: 2 }),
      Plot.lineY(points, { x: "year", y: m, stroke: colour("importer"), strokeWidth: 2, strokeDasharray: "6,3" }),
      // a zero is a hollow point on the axis; what is missing has none
      Plot.dot(points, { x: "year", y: x, fill: (p) => (p[x] === 0 ? colour("paper") : colour("exporter")),
        stroke: colour("exporter"), filter: (p) => !Number.isNaN(p[x]), ...dot }),
      Plot.dot(points, { x: "year", y: m, symbol: "square", filter: (p) => !Number.isNaN(p[m]),
        fill: (p) => (p[m] === 0 ? colour("paper") : colour("importer")), stroke: colour("importer"), ...dot }),
      Plot.text(endLabels(points, sides, height, top), { x: "year", y: "y", text: "text", fill: "fill",
        textAnchor: "start", dx: 8, fontWeight: "bold" }),
      Plot.tip(points, Plot.pointerX({ x: "year", y: (p) => Math.max(p[x] || 0, p[m] || 0),
        title: (p) => `${periodText(p.period)}\nexporters ${tipText(p[x])}\nimporters ${tipText(p[m])}`,
        fill: colour("paper") })),
    ],
  });
}

function tipText(value) {
  return Number.isNaN(value) ? "nothing reported" : value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

// The rules about goods of the chapters that are shown; undefined: none to ask for.
export function relevantRules(data) {
  const t = data.tables.rules;
  if (t === undefined) return undefined;
  const chapters = new Set(data.tables.scores.byName.get("hs").texts.map((hs) => hs.slice(0, 2)));
  const all = [...chapters].some((c) => !/^\d\d$/.test(c)); // TOTAL holds every chapter
  return t.objects(["effective", "instrument", "hs"], (r) => all || chapters.has(r.hs.slice(0, 2)));
}

// Days on which rules took effect, as thin dashed lines; those of one year share a label.
export function eventMarks(rules, points, width) {
  if (rules === undefined || points.length === 0) return [];
  const monthly = points[0].period >= 10000;
  const half = monthly ? 1 / 24 : 0.5;
  const from = points[0].year - half;
  const to = points[points.length - 1].year + half;
  const days = new Map();
  for (const { effective: day, instrument } of rules) {
    if (!day) continue;
    const year = dayYear(day, monthly);
    if (year < from || year > to) continue;
    const name = shortInstrument(instrument);
    if (!days.has(day)) days.set(day, { year, names: new Set() });
    days.get(day).names.add(name);
  }
  const events = [...days].sort().map(([day, e]) => ({ day, year: e.year, text: listed([...e.names]) }));
  if (events.length === 0) return [];
  return [
    Plot.ruleX(events, { x: "year", stroke: colour("third"), strokeWidth: 1, strokeDasharray: "2,3" }),
    ...spread(events, from, to - from, width).map((e) =>
      Plot.text([e], { x: "year", text: "text", frameAnchor: "top", dy: e.dy, dx: e.dx, textAnchor: e.anchor,
        fill: colour("third"), fontSize: 10 })),
  ];
}

function listed(names) {
  return names.length > 2 ? `${names.slice(0, 2).join(", ")} …` : names.join(", ");
}

// "UNSCR 2371 (2017) para 8" is "UNSCR 2371".
export function shortInstrument(text) {
  return text.replace(/\s*\(\d{4}\).*$/, "").replace(/,.*$|\s+para.*$/, "");
}

// Labels in rows above the picture, so that none lies on another; those near the right end
// stand left of their line.
function spread(events, from, span, width) {
  const perYear = (width - 180) / span;
  const ends = [-Infinity, -Infinity, -Infinity];
  return events.map((e) => {
    const at = (e.year - from) * perYear;
    const size = textWidth(e.text, 10) + 8;
    const left = at + size > width - 70;
    const row = ends.findIndex((end) => end < (left ? at - size : at));
    if (row < 0) return { ...e, text: "" };
    ends[row] = left ? at : at + size;
    return { ...e, dy: -8 - 12 * row, dx: left ? -3 : 3, anchor: left ? "end" : "start" };
  }).filter((e) => e.text !== "");
}

function seriesPoints(t) {
  const rows = t.objects(["period", "matched", "exporter_only", "importer_only", "export_usd", "import_fob_usd",
    "coverage_export", "coverage_import", "net_low_usd", "net_high_usd"]);
  const compares = rows.some((r) => r.matched > 0);
  const points = [];
  for (const r of rows) {
    const last = points[points.length - 1];
    if (last !== undefined && nextPeriod(last.period) !== r.period)
      points.push({ period: nextPeriod(last.period), x: NaN, m: NaN, low: NaN, high: NaN });
    const x = compares ? (r.matched > 0 ? r.export_usd * (r.export_usd > 0 ? r.coverage_export : 1) : NaN)
      : (r.exporter_only > 0 ? r.export_usd : NaN);
    const m = compares ? (r.matched > 0 ? r.import_fob_usd * (r.import_fob_usd > 0 ? r.coverage_import : 1) : NaN)
      : (r.importer_only > 0 ? r.import_fob_usd : NaN);
    points.push({ period: r.period, x, m, low: compares ? x + r.net_low_usd : NaN, high: compares ? x + r.net_high_usd : NaN });
  }
  for (const p of points) p.year = periodYear(p.period);
  return { points, compares };
}

function finding(points, compares) {
  if (!compares) {
    const sum = (name) => points.reduce((s, p) => s + (Number.isNaN(p[name]) ? 0 : p[name]), 0);
    if (sum("x") === 0 && sum("m") === 0) return "No trade is reported";
    return sum("x") > 0 && sum("m") > 0 ? "No flow is reported by both sides: the lines are of different flows"
      : `Only ${sum("x") > 0 ? "exporters" : "importers"} report: US$ ${money(Math.max(sum("x"), sum("m")))} in all`;
  }
  // over all periods: one odd period at the end must not make the title
  const told = points.filter((p) => !Number.isNaN(p.x) && !Number.isNaN(p.m));
  const [x, m] = ["x", "m"].map((side) => told.reduce((s, p) => s + p[side], 0));
  const span = told.length > 1 ? `From ${periodText(told[0].period)} to ${periodText(told.at(-1).period)}` : `In ${periodText(told[0].period)}`;
  if (!(x > 0) || !(m > 0)) return `${span} exporters report US$ ${money(x)}, importers ${money(m)}`;
  const more = m / x - 1;
  if (Math.abs(more) < 0.005) return `${span} both sides report about the same in sum: US$ ${money(x)}`;
  return `${span} importers report ${percent(Math.abs(more), Math.abs(more) < 0.1 ? 1 : 0)} ${more > 0 ? "more" : "less"} than exporters: ` +
    `US$ ${money(m)} against ${money(x)}`;
}

// Periods whose imports are made FOB by a model among others that are not: they differ in
// more than trade.
function marginNote(t) {
  const rows = t.objects(["period", "modelled_share"]).filter((r) => r.modelled_share !== null);
  const by = rows.filter((r) => r.modelled_share > 0.5);
  const not = rows.filter((r) => r.modelled_share <= 0.5);
  if (by.length === 0 || not.length === 0) return "";
  const [few, what] = by.length <= not.length ? [by, "mostly"] : [not, "mostly not"];
  return ` Imports of ${few.length > 8 ? `${few.length} periods` : few.map((r) => periodText(r.period)).join(", ")} are ${what} made FOB ` +
    "by a model's margin, the others otherwise: compare them with care.";
}

export function seriesFigure(data) {
  const t = data.tables.series;
  const { points, compares } = seriesPoints(t);
  const [unit, word] = unitFor(Math.max(0, ...points.flatMap((p) => [p.x, p.m]).filter((v) => !Number.isNaN(v))));
  const scaled = points.map((p) => ({ ...p, x: p.x / unit, m: p.m / unit, low: p.low / unit, high: p.high / unit }));
  const dayNote = eventMarks(relevantRules(data), scaled, 900).length > 0
    ? ` Dotted lines: rules on these goods take effect${data.freq === "M" ? "" : "; a year's point stands in the middle of the year"}.` : "";
  const left = (name, one) => {
    const all = t.objects([name, one]);
    const total = all.reduce((s, r) => s + r[name], 0);
    const covered = all.reduce((s, r) => s + r[name] * (r[one] ?? 0), 0);
    return total > 0 ? percent(1 - covered / total, 1) : "0 %";
  };
  return figure("series", {
    draw: (width) => ({
      title: finding(points, compares),
      subtitle: `${subject(data)}; ${word}, current prices, ${data.freq === "M" ? "monthly" : "annual"}` +
        (compares ? "; flows that both sides report" : ""),
      notes: [
        compares ? "Shaded: importers' sum if freight and insurance of every flow stood at the same end of its band, a bound " +
          "and wider than an interval of the sum. Left out, as one side " +
          `alone reports it: ${left("export_usd", "coverage_export")} of exporters', ` +
          `${left("import_fob_usd", "coverage_import")} of importers' figures. A line breaks where nothing is reported.${marginNote(t)}${dayNote}`
          : `A line breaks where nothing is reported, which is not zero.${dayNote}`,
        source(data)],
      plot: labelled({ width, height: 340, points: scaled, x: "x", m: "m", band: compares ? ["low", "high"] : null,
        events: eventMarks(relevantRules(data), scaled, width), axis: yearAxis(scaled, width) }),
    }),
    csv: () => t.csv(),
    numbers: () => plainTable("Both sides by period", [
      { head: "Period", text: (p) => periodText(p.period) },
      { head: "Exporters, US$", number: true, text: (p) => whole(Number.isNaN(p.x) ? null : p.x) },
      { head: "Importers (FOB), US$", number: true, text: (p) => whole(Number.isNaN(p.m) ? null : p.m) },
    ], points, 400),
  });
}
