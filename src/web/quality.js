// SPDX-License-Identifier: GPL-3.0-or-later
// How far the data can be trusted.
import * as Plot from "@observablehq/plot";
import { el, plainTable } from "./dom.js";
import { figure, labelMargin } from "./figure.js";
import { fixed, money, percent, periodText, whole } from "./format.js";
import { reportedBy } from "./flows.js";
import { source, subject } from "./notes.js";
import { colour } from "./theme.js";

const REPORTERS = 40;
const RELIABLE = 15;

const fates = {
  kept: "stands as an observation",
  rebuilt: "detail rows added up, as their total is missing",
  breakdown: "detail of a row that stands",
  aggregate_partner: "partner World or a group of countries",
  self_trade: "reporter and partner are the same",
  subflow: "part of exports or imports",
  not_goods: "no goods, or another classification",
  malformed: "not readable",
  no_data: "an empty answer of Comtrade",
  duplicate_exact: "the same row again",
  duplicate_conflict: "the same key with other figures, superseded",
  edition_superseded: "filed in an older edition too",
};

const silences = {
  "": "both report", nes: "is no country", never_reports: "filed nothing at all", not_reporting: "filed nothing in that period",
  secret: "may keep it secret", below_threshold: "may leave out so little (below 1,000 US$)", reported_zero: "filed something, no such row",
};

function silenceFigure(data) {
  const t = data.tables.silences;
  const rows = t.objects(["status", "silence", "flows", "value_usd"]).map((r) => ({ ...r,
    name: r.status === "matched" ? "both sides report" : `${reportedBy[r.status]}; the other ${silences[r.silence] ?? r.silence}` }));
  const total = rows.reduce((s, r) => s + r.flows, 0);
  const zero = rows.filter((r) => r.silence === "reported_zero").reduce((s, r) => s + r.flows, 0);
  return figure("silences", {
    draw: (width) => ({
      title: zero === 0 ? "No flow is missing on a side that filed something in that period"
        : `${percent(zero / total, 1)} of flows are missing on a side that filed something in that period`,
      subtitle: `${subject(data)}; number of flows by who reports them, and why the other side is silent`,
      notes: ["All as these files have it: where they are not all that a country filed, what is missing here may stand elsewhere.", source(data)],
      plot: Plot.plot({
        width, height: 50 + 24 * rows.length, marginLeft: labelMargin(rows.map((r) => r.name), 12, width, 0.5), marginRight: Math.min(150, width * 0.25),
        style: { background: "transparent", color: colour("ink"), fontSize: "12px" },
        x: { label: null, grid: true, ticks: 4 }, y: { label: null, domain: rows.map((r) => r.name) },
        marks: [
          Plot.barX(rows, { y: "name", x: "flows",
            fill: (r) => (r.silence === "reported_zero" ? colour("importer") : colour("near")) }),
          Plot.text(rows, { y: "name", x: "flows", text: (r) => `${whole(r.flows)} (US$ ${money(r.value_usd)})`,
            textAnchor: "start", dx: 4, clip: false }),
        ],
      }),
    }),
    csv: () => t.csv(),
  });
}

// For each reporter the flows it filed by period.
function reporters(data) {
  const found = new Map();
  const t = data.tables.coverage;
  for (let row = 0; row < t.rows; row++) {
    const flow = t.get(row, "flow");
    if (t.get(row, "freq") !== data.freq || (flow !== "X" && flow !== "M")) continue;
    const code = t.get(row, "reporter");
    if (!found.has(code)) found.set(code, { name: t.get(row, "reporter_name") || `area ${code}`, rows: 0, periods: new Map() });
    const r = found.get(code);
    const period = t.get(row, "period");
    r.rows += t.get(row, "observations");
    r.periods.set(period, (r.periods.get(period) ?? "") + flow);
  }
  return [...found.values()].sort((a, b) => b.rows - a.rows);
}

// The periods that the data hold: of others nobody can be said to have filed nothing.
function allPeriods(list) {
  return [...new Set(list.flatMap((r) => [...r.periods.keys()]))].sort((a, b) => a - b);
}

const filed = (flows) => (flows === undefined ? "nothing" : flows.includes("X") && flows.includes("M") ? "both"
  : flows.includes("X") ? "exports only" : "imports only");

function coverageFigure(data, list, periods) {
  // those with holes first: the others look all the same
  const complete = (r) => (r.periods.size === periods.length ? 1 : 0);
  const shown = [...list].sort((a, b) => complete(a) - complete(b) || b.rows - a.rows).slice(0, REPORTERS);
  const cells = shown.flatMap((r) => periods.map((p) => ({ name: r.name, period: periodText(p), what: filed(r.periods.get(p)) })));
  const holes = list.filter((r) => r.periods.size < periods.length).length;
  const domain = ["both", "exports only", "imports only", "nothing"];
  return figure("coverage", {
    draw: (width) => ({
      title: list.length === 0 ? "No reporter filed such rows"
        : list.length === 1 ? `${list[0].name} alone filed, in ${list[0].periods.size} of ${periods.length} periods`
          : holes === 0 ? `All ${list.length} reporters filed in every period`
            : `${holes} of ${list.length} reporters filed nothing in at least one period`,
      subtitle: `${subject(data)}; who filed what; ${shown.length} reporters, those with holes and most rows first`,
      notes: ["Dark: exports and imports; X: exports only; M: imports only; empty: nothing in these files, which is not zero trade.", source(data)],
      plot: cells.length === 0 ? null : Plot.plot({
        width, height: 40 + 15 * shown.length, marginLeft: labelMargin(shown.map((r) => r.name), 11, width), marginTop: 24, padding: 0.08,
        style: { background: "transparent", color: colour("ink"), fontSize: "11px" },
        x: { label: null, domain: periods.map(periodText), axis: "top",
          ticks: thin(periods.map(periodText), Math.max(2, Math.floor((width - 170) / 56))) },
        y: { label: null, domain: shown.map((r) => r.name) },
        color: { type: "categorical", domain, range: [colour("exporter"), colour("band"), colour("gap"), "transparent"] },
        marks: [
          Plot.cell(cells, { x: "period", y: "name", fill: "what" }),
          (width - 170) / periods.length < 12 ? null : Plot.text(cells.filter((c) => c.what.endsWith("only")), { x: "period", y: "name",
            text: (c) => (c.what === "exports only" ? "X" : "M"), fill: "#1b1b1b" }),
        ],
      }),
    }),
    csv: () => data.tables.coverage.csv(),
    numbers: () => plainTable("Reporters", [
      { head: "Reporter", text: (r) => r.name },
      { head: "Rows", number: true, text: (r) => whole(r.rows) },
      { head: "Periods filed", number: true, text: (r) => `${r.periods.size} of ${periods.length}` },
      { head: "First", text: (r) => periodText(Math.min(...r.periods.keys())) },
      { head: "Last", text: (r) => periodText(Math.max(...r.periods.keys())) },
      { head: "Without", text: (r) => missing(periods.filter((p) => !r.periods.has(p))) },
    ], list, 300),
  });
}

function missing(periods) {
  return periods.length === 0 ? "–" : periods.length > 12 ? `${periods.length} periods` : periods.map(periodText).join(", ");
}

function thin(names, most) {
  const step = Math.ceil(names.length / most);
  return names.filter((_, i) => i % step === 0);
}

function reliabilityFigure(data) {
  const t = data.tables.reliability;
  const all = t.objects(["country", "side", "measure", "method", "score", "std_error", "n"],
    (o) => o.measure === "value" && o.method === "baci" && o.score !== null && o.n >= 10)
    .map((o) => ({ ...o, name: data.place(o.country).name }));
  const least = [...all].sort((a, b) => a.score - b.score).slice(0, RELIABLE);
  const names = [...new Set(least.map((o) => o.name))];
  const shown = all.filter((o) => names.includes(o.name));
  return figure("reliability", {
    draw: (width) => ({
      title: least.length === 0 ? "Too few flows of both sides to tell how reliable reporters are"
        : `Least reliable: ${least[0].name} as ${least[0].side === "export" ? "exporter" : "importer"}`,
      subtitle: "How reliable values are (BACI's method); higher is better; reporters with 10 flows or more, all data",
      notes: ["Circles: exports; squares: imports; whiskers: two standard errors. The lowest are shown.", source(data)],
      plot: shown.length === 0 ? null : Plot.plot({
        width, height: 50 + 20 * names.length, marginLeft: labelMargin(names, 12, width), grid: true,
        style: { background: "transparent", color: colour("ink"), fontSize: "12px" },
        x: { label: "score →", nice: true }, y: { label: null, domain: names },
        marks: [
          Plot.ruleY(shown, { y: "name", x1: (o) => o.score - 2 * o.std_error, x2: (o) => o.score + 2 * o.std_error,
            stroke: (o) => colour(o.side === "export" ? "exporter" : "importer"), strokeOpacity: 0.5 }),
          Plot.dot(shown, { y: "name", x: "score", r: 4, symbol: (o) => (o.side === "export" ? "circle" : "square"),
            fill: (o) => colour(o.side === "export" ? "exporter" : "importer") }),
        ],
        symbol: { domain: ["circle", "square"], range: ["circle", "square"] },
      }),
    }),
    csv: () => t.csv(),
    numbers: () => plainTable("Reliability of values", [
      { head: "Country", text: (o) => o.name },
      { head: "Side", text: (o) => o.side },
      { head: "Score", number: true, text: (o) => fixed(o.score, 3) },
      { head: "Standard error", number: true, text: (o) => fixed(o.std_error, 3) },
      { head: "Flows", number: true, text: (o) => whole(o.n) },
    ], [...all].sort((a, b) => a.score - b.score), 400),
  });
}

function ledger(data) {
  const rows = data.tables.ledger.objects(["reason", "rows", "value_usd"]);
  return el("div", {}, el("h3", {}, "The ledger: what became of every row"),
    plainTable("The ledger", [
      { head: "Reason", text: (r) => r.reason },
      { head: "Meaning", text: (r) => fates[r.reason] ?? "" },
      { head: "Rows", number: true, text: (r) => whole(r.rows) },
      { head: "Value, US$", number: true, text: (r) => whole(r.value_usd) },
    ], rows));
}

function sources(data) {
  const rows = data.tables.sources.objects(["file", "hash", "bytes", "layout", "vintage", "rows"]);
  return el("div", {}, el("h3", {}, "The files"),
    plainTable("The files", [
      { head: "File", text: (r) => r.file.split("/").pop() },
      { head: "Layout", text: (r) => r.layout },
      { head: "Published", text: (r) => (r.vintage === null ? "not recorded" : String(r.vintage)) },
      { head: "Rows", number: true, text: (r) => whole(r.rows) },
      { head: "XXH3-128", text: (r) => r.hash },
    ], rows));
}

export function quality(data) {
  const list = reporters(data);
  const periods = allPeriods(list);
  return [silenceFigure(data), coverageFigure(data, list, periods), reliabilityFigure(data), ledger(data), sources(data)];
}
