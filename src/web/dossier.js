// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of one country from its partners.
import * as Plot from "@observablehq/plot";
import { el, plainTable } from "./dom.js";
import { figure } from "./figure.js";
import { dayYear, money, moneyTick, nextPeriod, percent, periodText, periodYear, whole } from "./format.js";
import { source } from "./notes.js";
import { eventMarks, relevantRules, shortInstrument, yearAxis } from "./series.js";
import { colour } from "./theme.js";

const flowWords = { X: "exports", M: "imports" };

function totals(data, flow) {
  const rows = data.tables.totals.objects(["period", "flow", "reported_usd", "estimate_usd", "low_usd", "high_usd",
    "upper_usd", "completeness", "reporters", "suspect_usd"], (o) => o.flow === flow).sort((a, b) => a.period - b.period);
  const points = [];
  for (const r of rows) {
    const last = points[points.length - 1];
    if (last !== undefined && nextPeriod(last.period) !== r.period)
      points.push({ period: nextPeriod(last.period), estimate_usd: NaN, low_usd: NaN, high_usd: NaN, reported_usd: NaN });
    points.push({ ...r });
  }
  for (const p of points) p.year = periodYear(p.period);
  return points;
}

// What a log scale cannot show: zero and below.
const above = (v) => (v > 0 ? v : NaN);

function totalsFigure(data, flow) {
  const points = totals(data, flow);
  const name = data.dossier.country.name;
  const told = points.filter((p) => p.estimate_usd > 0);
  const last = told.at(-1);
  return figure(`totals-${flowWords[flow]}`, {
    draw: (width) => ({
      title: last === undefined ? `No partner reports ${flowWords[flow]} of ${name} above zero`
        : `${name}'s ${flowWords[flow]} in ${periodText(last.period)}, estimated from partners' reports: US$ ${money(last.estimate_usd)} ` +
          `(90 % band ${money(last.low_usd)} to ${money(last.high_usd)}; reported ${money(last.reported_usd)})`,
      subtitle: `Trade with partners that report, FOB; US$, current prices, ${data.dossier.frequency === "M" ? "monthly" : "annual"}; ` +
        "logarithmic scale",
      notes: [
        "Line: estimate. Shaded: 90 % band; its lower end leaves out what may be another country's trade. Crosses: that part. " +
          "Hollow: partners that usually hold less than 40 % of such trade report. " +
          (eventMarks(relevantRules(data), points, 900).length > 0 ? "Dotted lines: rules on these goods take effect; a year's point stands in the middle of the year." : ""),
        source(data)],
      plot: told.length === 0 ? null : Plot.plot({
        width, height: 320, marginLeft: 60, marginRight: 20, marginTop: 46,
        style: { background: "transparent", color: colour("ink"), fontSize: "12px" },
        x: yearAxis(points, width), y: { type: "log", label: null, grid: true, ticks: 5, tickFormat: moneyTick },
        marks: [
          Plot.areaY(points, { x: "year", y1: (p) => above(p.low_usd), y2: (p) => above(p.high_usd), fill: colour("band"), fillOpacity: 0.7 }),
          ...eventMarks(relevantRules(data), points, width),
          Plot.lineY(points, { x: "year", y: (p) => above(p.estimate_usd), stroke: colour("importer"), strokeWidth: 2 }),
          Plot.dot(told, { x: "year", y: "estimate_usd", r: 3, stroke: colour("importer"),
            fill: (p) => (p.completeness >= 0.4 ? colour("importer") : colour("paper")) }),
          Plot.dot(points.filter((p) => p.suspect_usd > 0), { x: "year", y: "suspect_usd", symbol: "times", r: 4, stroke: colour("third") }),
          Plot.tip(told, Plot.pointerX({ x: "year", y: "estimate_usd", fill: colour("paper"),
            title: (p) => `${periodText(p.period)}\n${money(p.estimate_usd)} (${money(p.low_usd)} to ${money(p.high_usd)})\n` +
              `reporters ${p.reporters}, completeness ${percent(p.completeness)}` })),
        ],
      }),
    }),
    csv: () => data.tables.totals.csv(),
    numbers: () => plainTable(`Totals of ${name}: ${flowWords[flow]}`, [
      { head: "Period", text: (p) => periodText(p.period) },
      { head: "Reported, US$", number: true, text: (p) => whole(p.reported_usd) },
      { head: "Estimate, US$", number: true, text: (p) => whole(p.estimate_usd) },
      { head: "Low, US$", number: true, text: (p) => whole(p.low_usd) },
      { head: "High, US$", number: true, text: (p) => whole(p.high_usd) },
      { head: "Completeness", number: true, text: (p) => percent(p.completeness) },
      { head: "Reporters", number: true, text: (p) => whole(p.reporters) },
      { head: "May be another's, US$", number: true, text: (p) => whole(p.suspect_usd) },
    ], told, 400),
  });
}

// The rules by day, act and direction, with the goods of each.
function rulesOf(data) {
  const t = data.tables.rules;
  const rules = new Map();
  for (let row = 0; row < t.rows; row++) {
    const [effective, ends, direction] = ["effective", "ends", "direction"].map((name) => t.get(row, name));
    if (!effective) continue;
    const act = shortInstrument(t.get(row, "instrument"));
    const capped = t.get(row, "cap") !== null && t.get(row, "cap") !== "";
    const key = [effective, ends, act, direction, capped].join("|");
    if (!rules.has(key)) rules.set(key, { key, effective, ends, act, direction, capped, goods: new Set() });
    rules.get(key).goods.add(t.get(row, "good") + (capped ? ` (${t.get(row, "cap")} ${t.get(row, "cap_unit")})` : ""));
  }
  return [...rules.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((r) => ({ ...r, goods: [...r.goods].join(", "), from: dayYear(r.effective, true) }));
}

function timeLine(data) {
  const list = rulesOf(data);
  const byKey = new Map(list.map((r) => [r.key, r]));
  const years = data.dossier.periods.map(periodYear);
  const held = [Math.min(...years), Math.max(...years) + 1].map(Math.floor);
  const first = Math.floor(Math.min(held[0], ...list.map((r) => r.from)));
  const last = Math.ceil(Math.max(held[1], ...list.map((r) => r.from))) + 1;
  // where a name has room left of its bar
  const late = (r) => r.from - first > 0.4 * (last - first);
  const label = (r, most) => {
    const text = `${r.direction}: ${r.goods}`;
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  return figure("rules", {
    draw: (width) => ({
      title: list.length === 0 ? `No ban or cap on ${data.dossier.country.name} in the regimes looked at`
        : `Bans and caps on ${data.dossier.country.name} since ${list[0].effective}, by day, act and direction`,
      subtitle: "From the day a rule takes effect to the day it ends, or to the right edge where it is open; export and import " +
        "seen from the country",
      notes: ["Blue: ban; orange: cap. Grey: the periods that the data hold.",
        `Source: datasets/regimes of mirrorgap (${data.dossier.regimes.join(", ")}); each table names the legal acts.`],
      plot: list.length === 0 ? null : Plot.plot({
        width, height: 50 + 19 * list.length, marginLeft: Math.min(300, width * 0.45), marginRight: 24,
        style: { background: "transparent", color: colour("ink"), fontSize: "11px" },
        x: { label: null, domain: [first, last], tickFormat: (y) => (Number.isInteger(y) ? String(y) : ""), grid: true,
          ticks: Math.max(2, Math.floor(width / 90)) },
        y: { label: null, domain: list.map((r) => r.key), tickSize: 0,
          tickFormat: (key) => label(byKey.get(key), Math.floor(Math.min(300, width * 0.45) / 6.2)) },
        marks: [
          Plot.rectX([0], { x1: held[0], x2: held[1], fill: colour("gap"), fillOpacity: 0.25 }),
          Plot.barX(list, { y: "key", x1: "from", x2: (r) => (r.ends ? dayYear(r.ends, true) : last),
            fill: (r) => colour(r.capped ? "importer" : "exporter"), insetTop: 3, insetBottom: 3 }),
          Plot.text(list.filter(late), { y: "key", x: "from", text: (r) => `${r.effective} ${r.act}`, textAnchor: "end", dx: -4,
            fill: colour("soft"), fontSize: 10, stroke: colour("paper"), strokeWidth: 3 }),
          Plot.text(list.filter((r) => !late(r)), { y: "key", x: "from", text: (r) => `${r.effective} ${r.act}`, textAnchor: "start",
            dx: 4, fill: colour("paper"), fontSize: 10 }),
        ],
      }),
    }),
    csv: () => data.tables.rules.csv(),
    numbers: () => plainTable("Bans and caps", [
      { head: "Takes effect", text: (r) => r.effective },
      { head: "Ends", text: (r) => r.ends || "open" },
      { head: "Act", text: (r) => r.act },
      { head: "Direction", text: (r) => r.direction },
      { head: "Kind", text: (r) => (r.capped ? "cap" : "ban") },
      { head: "Goods", text: (r) => r.goods },
    ], list, 400),
  });
}

function section(title, what, element) {
  return el("div", {}, el("h3", {}, title), el("p", {}, what), element);
}

function verdicts(data) {
  const lines = Object.entries(data.dossier.verdicts).filter(([, v]) => v.lines > 0);
  const words = { before: "before the rule", straddles: "the period holds the day itself", wind_down: "days of grace",
    lookalike: "likelier another country's", within_cap: "within a cap", over_cap: "over a cap", after_ban: "after a ban",
    watch: "on a watch-list, not banned", cap_unknown: "under a cap, without a weight", exempt: "exempt" };
  return section("Trade under each rule", lines.length === 0 ? "No row falls under a rule or a watch-list."
    : "One line a reporter, rule and period; a row that two rules concern counts under both.",
  plainTable("Verdicts", [
    { head: "Verdict", text: ([v]) => v }, { head: "Meaning", text: ([v]) => words[v] ?? "" },
    { head: "Lines", number: true, text: ([, v]) => whole(v.lines) },
    { head: "Value, US$", number: true, text: ([, v]) => whole(v.value_usd) }], lines));
}

function afterBan(data) {
  const t = data.tables.after_ban;
  const rows = t.objects(["instrument", "good", "period", "reporter", "flow", "value_usd", "kg", "verdict", "confidence", "note"])
    .sort((a, b) => b.value_usd - a.value_usd);
  return section("After a ban, or over a cap",
    rows.length === 0 ? "No such trade in these data." : "Each is a question to ask, not a breach that is proved: see the notes and the limits below.",
    plainTable("After a ban or over a cap", [
      { head: "Period", text: (r) => periodText(r.period) },
      { head: "Reporter", text: (r) => data.place(r.reporter).name },
      { head: "Flow", text: (r) => (r.flow === "X" ? "exports to it" : r.flow === "M" ? "imports from it" : r.flow) },
      { head: "Goods", text: (r) => r.good },
      { head: "Act", text: (r) => r.instrument },
      { head: "Value, US$", number: true, text: (r) => whole(r.value_usd) },
      { head: "Verdict", text: (r) => r.verdict },
      { head: "Confidence", text: (r) => r.confidence },
      { head: "Note", text: (r) => r.note },
    ], rows));
}

function caps(data) {
  const rows = data.tables.caps.objects(["good", "instrument", "year_from", "cap", "unit", "used", "cap_used", "without_weight", "passed"]);
  return section("Caps", rows.length === 0 ? "No cap was in force in these data." : "Use of each cap in each of its years, all reporters together.",
    plainTable("Caps", [
      { head: "Year from", text: (r) => String(r.year_from) },
      { head: "Goods", text: (r) => r.good },
      { head: "Act", text: (r) => r.instrument },
      { head: "Cap", number: true, text: (r) => `${whole(r.cap)} ${r.unit}` },
      { head: "Used", number: true, text: (r) => whole(r.used) },
      { head: "Share", number: true, text: (r) => percent(r.cap_used) },
      { head: "Passed in", text: (r) => periodText(r.passed) },
    ], rows));
}

function lookalikes(data) {
  const t = data.tables.lookalike;
  const rows = t.objects(["period", "flow", "partner", "hs", "twin", "value_usd", "posterior", "verdict"],
    (o) => o.verdict === "swap" || o.verdict === "doubtful").sort((a, b) => b.value_usd - a.value_usd);
  return section("May be another country's trade",
    `${whole(data.dossier.lookalike.rows)} rows were looked at; ${whole(data.dossier.lookalike.swap)} are likelier ` +
      `another's, ${whole(data.dossier.lookalike.doubtful)} are doubtful.`,
    plainTable("Look-alikes", [
      { head: "Period", text: (r) => periodText(r.period) },
      { head: "Filed by", text: (r) => data.place(r.partner).name },
      { head: `As ${data.dossier.country.name}'s`, text: (r) => flowWords[r.flow] ?? r.flow },
      { head: "HS", text: (r) => r.hs },
      { head: "Taken for", text: (r) => data.place(r.twin).name },
      { head: "Value, US$", number: true, text: (r) => whole(r.value_usd) },
      { head: "Chance", number: true, text: (r) => percent(r.posterior) },
      { head: "Verdict", text: (r) => r.verdict },
    ], rows, 30));
}

function hubs(data) {
  const rows = data.tables.hubs.objects(["period", "country", "re_export_share", "pass_through_share", "phantom_ratio", "shortfall_ratio", "hub"],
    (o) => o.hub === "yes").sort((a, b) => b.period - a.period);
  const latest = rows.length > 0 ? rows[0].period : null;
  return section("Hubs among its partners", rows.length === 0 ? "None of the partners is a hub by its figures."
    : `Of the countries that filed trade with it in any period, those through which others' goods pass in ${periodText(latest)}; goods of ` +
      "the country may lie under their names.",
  plainTable("Hubs", [
    { head: "Country", text: (r) => data.place(r.country).name },
    { head: "Re-exports of exports", number: true, text: (r) => percent(r.re_export_share) },
    { head: "Passes through", number: true, text: (r) => percent(r.pass_through_share) },
    { head: "Sent to it, without any import filed", number: true, text: (r) => percent(r.phantom_ratio) },
    { head: "Sent to it, missing in all", number: true, text: (r) => percent(r.shortfall_ratio) },
  ], rows.filter((r) => r.period === latest)));
}

function limits(data) {
  const l = data.dossier.cannot_be_seen;
  const share = (name) => percent(l[name] ?? null);
  return el("div", {}, el("h3", {}, "What cannot be seen"), el("ul", {},
    [...l.in_words, `Of the value under a rule, ${share("share_of_value_where_code_holds_other_goods")} is in codes that hold other goods too, ` +
      `${share("share_of_value_without_weight")} has no weight, ${share("share_of_value_not_tested_for_lookalikes")} was not tested for look-alikes.`]
      .map((text) => el("li", {}, text))));
}

export function dossier(data) {
  return [totalsFigure(data, "X"), totalsFigure(data, "M"), timeLine(data), verdicts(data), afterBan(data), caps(data),
    lookalikes(data), hubs(data), limits(data)];
}
