// SPDX-License-Identifier: GPL-3.0-or-later
// Why a flow stands where it does.
import * as Plot from "@observablehq/plot";
import { el, plainTable } from "./dom.js";
import { figure, labelMargin } from "./figure.js";
import { chance, fixed, money, nextPeriod, percent, periodText, periodYear, whole } from "./format.js";
import { source, unitFor } from "./notes.js";
import { colour } from "./theme.js";
import { labelled, yearAxis } from "./series.js";

const reasonWords = {
  margin: "what all flows of the period share",
  valuation: "how the importer values",
  exporter_habit: "habit of the exporter's partners",
  importer_habit: "habit of the importer",
  product: "habit of the commodity",
  size: "size of the flow",
  pair_habit: "the flow's other periods",
  hub: "a hub stands between",
  re_export: "re-exports",
  timing: "goods on their way at the turn of the period",
  secrecy: "figures kept secret",
  edition: "codes changed",
  unexplained: "not explained",
};

const flagWords = {
  explained: "an innocent explanation fits; ranked behind those without",
  timing: "goods on their way at the turn of the period",
  secrecy: "the missing figure may be in what is kept secret",
  edition: "the sides filed in different editions of the code",
  nes: "one side is an area not specified",
  new_reporter: "the silent side's first period in the data",
  succession: "a country came or went about then",
  estimated_quantity: "a quantity is an estimate",
  rounded_x: "the exporter's figure is suspiciously round",
  rounded_m: "the importer's figure is suspiciously round",
};

const silenceWords = {
  nes: "it is no country",
  never_reports: "it filed nothing in these files",
  not_reporting: "it filed nothing of that kind in that period, in these files",
  secret: "the figure fits into what it keeps secret",
  below_threshold: "the figure is below 1,000 US$",
  reported_zero: "it filed something in that period, and no such row",
};

function explainFlag(flag) {
  if (flag.startsWith("unit_")) return `a figure is off by a power of ten (${flag.slice(5)})`;
  if (flag.startsWith("shift:")) return `the flow's level changed in ${periodText(Number(flag.slice(6)))}`;
  if (flag.startsWith("relabel:")) return `code ${flag.slice(8)} under the same heading nets the gap out`;
  return flagWords[flag] ?? flag;
}

export function cellOf(t, row) {
  return ["period", "exporter", "importer", "hs"].map((name) => t.get(row, name)).join("/");
}

function flowName(t, row) {
  const commodity = t.get(row, "commodity");
  return `${t.get(row, "exporter_name")} to ${t.get(row, "importer_name")}, HS ${t.get(row, "hs")}` +
    `${commodity ? ` (${commodity})` : ""}`;
}

function reasonsOf(t, row) {
  const text = t.get(row, "reasons");
  if (!text) return [];
  return text.split(";").map((part) => {
    const at = part.lastIndexOf("=");
    return { name: part.slice(0, at), share: Number(part.slice(at + 1)) };
  });
}

function verdict(t, row) {
  const x = t.get(row, "export_usd");
  const m = t.get(row, "import_fob_usd");
  const p = t.get(row, "p");
  const parts = [];
  if (t.get(row, "status") === "matched") {
    parts.push(`The exporter reports US$ ${money(x)}, the importer US$ ${money(m)} (made FOB)` +
      (x > 0 && m > 0 ? `: ${m >= x ? `${fixed(m / x, 2)} times as much` : `${percent(m / x, m / x < 0.1 ? 1 : 0)} of it`}.` : "."));
    const expected = t.get(row, "expected_log_gap");
    if (expected !== null && t.get(row, "z") !== null)
      parts.push(`Usual of such a flow is ${fixed(Math.exp(expected), 2)} times; this is ` +
        `${fixed(Math.abs(t.get(row, "z")), 1)} deviations ${t.get(row, "z") >= 0 ? "above" : "below"} that.`);
  } else {
    const who = t.get(row, "status") === "exporter_only" ? ["exporter", x, "importer"] : ["importer", m, "exporter"];
    parts.push(`The ${who[0]} reports US$ ${money(who[1])}, the ${who[2]} nothing: ` +
      `${silenceWords[t.get(row, "silence")] ?? t.get(row, "silence")}.`);
  }
  if (p === null) parts.push("It is not scored: nothing says what would be usual.");
  else parts.push(`p is ${chance(p)} and q ${chance(t.get(row, "q"))}; US$ ${money(t.get(row, "at_stake_usd"))} ` +
    `is at stake. Strongest evidence: ${t.get(row, "channel").replace("_", " ") || "none"}.`);
  return parts.join(" ");
}

function reasonsFigure(data, t, row) {
  const reasons = reasonsOf(t, row);
  const matched = t.get(row, "status") === "matched";
  const rest = reasons.find((r) => r.name === "unexplained");
  return figure("reasons", {
    draw: (width) => ({
      title: matched && rest ? `Of the gap, a factor of ${fixed(Math.exp(Math.abs(rest.share)), 2)} is not explained`
        : "What makes the flow surprising",
      subtitle: `${flowName(t, row)}, ${periodText(t.get(row, "period"))}; ` +
        (matched ? "parts of ln(importer's over exporter's figure), which add up to it"
          : "parts of minus ln of the chance that a side is missing, which add up to it"),
      notes: [source(data)],
      plot: Plot.plot({
        width, height: 60 + 26 * reasons.length, marginLeft: labelMargin(reasons.map((r) => reasonWords[r.name] ?? r.name), 10, width), marginRight: 60,
        style: { background: "transparent", color: colour("ink") },
        x: { label: null, grid: true, nice: true, inset: 40 },
        y: { label: null, domain: reasons.map((r) => reasonWords[r.name] ?? r.name) },
        marks: [
          Plot.ruleX([0], { stroke: colour("ink") }),
          Plot.barX(reasons, { y: (r) => reasonWords[r.name] ?? r.name, x: "share",
            fill: (r) => (r.name === "unexplained" ? colour("importer") : colour("near")) }),
          Plot.text(reasons, { y: (r) => reasonWords[r.name] ?? r.name, x: "share", text: (r) => fixed(r.share, 3),
            textAnchor: "start", dx: 4, filter: (r) => r.share >= 0 }),
          Plot.text(reasons, { y: (r) => reasonWords[r.name] ?? r.name, x: "share", text: (r) => fixed(r.share, 3),
            textAnchor: "end", dx: -4, filter: (r) => r.share < 0 }),
        ],
      }),
    }),
    csv: () => `reason,share\n${reasons.map((r) => `${r.name},${r.share}`).join("\n")}\n`,
  });
}

function historyOf(data, t, row) {
  const same = ["exporter", "importer", "hs"].map((name) => [name, t.get(row, name)]);
  const fields = ["period", "exporter", "importer", "hs", "status", "export_usd", "import_fob_usd", "expected_log_gap",
    "z", "p"];
  const match = (o) => same.every(([name, value]) => o[name] === value);
  const found = data.tables.histories.objects(fields, match);
  const all = (found.length > 0 ? found : t.objects(fields, match)).sort((a, b) => a.period - b.period);
  return { all, whole: found.length > 0 };
}

// Periods that are left out break the line.
function withGaps(history) {
  const rows = [];
  for (const h of history) {
    const last = rows[rows.length - 1];
    if (last !== undefined && nextPeriod(last.period) !== h.period)
      rows.push({ period: nextPeriod(last.period), export_usd: null, import_fob_usd: null });
    rows.push(h);
  }
  return rows;
}

function historyFigure(data, t, row, { all: history, whole: complete }) {
  const here = t.get(row, "period");
  const top = Math.max(...history.flatMap((h) => [h.export_usd ?? 0, h.import_fob_usd ?? 0]));
  const [unit, word] = unitFor(top);
  const points = withGaps(history).map((h) => ({ year: periodYear(h.period), period: h.period,
    x: h.export_usd === null ? NaN : h.export_usd / unit, m: h.import_fob_usd === null ? NaN : h.import_fob_usd / unit }));
  return figure("flow", {
    draw: (width) => ({
      title: `${t.get(row, "exporter_name")} to ${t.get(row, "importer_name")}: both reports over time`,
      subtitle: `HS ${t.get(row, "hs")}; ${word}, current prices; the flow of ${periodText(here)} is marked`,
      notes: [complete ? "A line breaks where a side reports nothing, which is not zero."
        : "Not all periods: only those that stand in the table above, as the flow is not among the first 1,000. `explain` prints all.",
      source(data)],
      plot: labelled({ width, height: 280, points, x: "x", m: "m", one: true,
        extra: [Plot.ruleX([periodYear(here)], { stroke: colour("ink"), strokeDasharray: "2,3" })],
        axis: yearAxis(points, width) }),
    }),
    csv: () => ["period,export_usd,import_fob_usd", ...history.map((h) =>
      `${h.period},${h.export_usd ?? ""},${h.import_fob_usd ?? ""}`)].join("\n") + "\n",
    numbers: () => plainTable("The flow's periods", [
      { head: "Period", text: (h) => periodText(h.period) },
      { head: "Exporter, US$", number: true, text: (h) => whole(h.export_usd) },
      { head: "Importer (FOB), US$", number: true, text: (h) => whole(h.import_fob_usd) },
      { head: "z", number: true, text: (h) => fixed(h.z, 1) },
      { head: "p", number: true, text: (h) => chance(h.p) },
    ], history, 400),
  });
}

export function why(data, row) {
  const t = data.tables.scores;
  const cell = cellOf(t, row);
  const flags = (t.get(row, "flags") || "").split(";").filter((f) => f !== "");
  const text = data.explanations[cell];
  const parts = [
    el("h3", { tabindex: "-1" }, `${flowName(t, row)}, ${periodText(t.get(row, "period"))}`),
    el("p", {}, `Rank ${whole(t.get(row, "rank"))}. ${verdict(t, row)}`),
  ];
  if (flags.length > 0)
    parts.push(el("p", {}, "To know: "), el("ul", {}, flags.map((flag) => el("li", {}, explainFlag(flag)))));
  const figures = [];
  if (reasonsOf(t, row).length > 0) figures.push(reasonsFigure(data, t, row));
  const history = historyOf(data, t, row);
  if (history.all.length > 1) figures.push(historyFigure(data, t, row, history));
  parts.push(...figures);
  if (text !== undefined)
    parts.push(el("details", { open: true }, el("summary", {}, "All that is known of it"),
      el("pre", { tabindex: "0", "aria-label": "All that is known of the flow" }, text)));
  parts.push(el("p", { class: "aside" }, "The same on the command line, for any flow: ",
    el("code", {}, `mirrorgap explain STORE ${cell}`)));
  return el("div", { class: "why-panel" }, parts);
}
