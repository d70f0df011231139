// SPDX-License-Identifier: GPL-3.0-or-later
// The ranked table: search, filters, sorting, pages; a line opens its explanation.
import { el } from "./dom.js";
import { download } from "./figure.js";
import { chance, fixed, money, periodText } from "./format.js";
import { Ranking } from "./ranking.js";

const columns = [
  { head: "Rank", name: "rank", number: true },
  { head: "Period", name: "period", text: (t, row) => periodText(t.get(row, "period")) },
  { head: "Exporter", name: "exporter_name", wide: true },
  { head: "Importer", name: "importer_name", wide: true },
  { head: "HS", name: "hs", wide: true, text: (t, row) => [t.get(row, "hs"), t.get(row, "commodity")].join(" ") },
  { head: "Reported by", name: "status", text: (t, row) => reportedBy[t.get(row, "status")] },
  { head: "Exporter reports, US$", name: "export_usd", number: true, text: usd("export_usd") },
  { head: "Importer (FOB), US$", name: "import_fob_usd", number: true, text: usd("import_fob_usd") },
  { head: "At stake, US$", name: "at_stake_usd", number: true, text: usd("at_stake_usd") },
  { head: "z", name: "z", number: true, text: (t, row) => fixed(t.get(row, "z"), 1) },
  { head: "p", name: "p", number: true, text: (t, row) => chance(t.get(row, "p")) },
  { head: "q", name: "q", number: true, text: (t, row) => chance(t.get(row, "q")) },
  { head: "Channel", name: "channel", text: (t, row) => (t.get(row, "channel") ?? "").replace("_", " ") },
];

export const reportedBy = { matched: "both", exporter_only: "exporter only", importer_only: "importer only" };

function usd(name) {
  return (t, row) => money(t.get(row, name));
}

function option(value, label) {
  return el("option", { value }, label);
}

// Countries of the table by name, with their codes.
function countryOptions(table) {
  const names = new Map();
  for (const side of ["exporter", "importer"])
    for (let row = 0; row < table.rows; row++) names.set(table.get(row, side), table.get(row, `${side}_name`));
  return [...names].sort((a, b) => (a[1] < b[1] ? -1 : 1)).map(([code, name]) => option(code, name));
}

function field(label, control) {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

export class Flows {
  constructor(data, open) {
    this.table = data.tables.scores;
    this.flows = data.flows; // that the ranking has in all
    this.ranking = new Ranking(this.table);
    this.open = open;
    this.page = 0;
    this.size = 25;
    this.sorted = { name: null, down: false };
    this.element = el("div", { class: "flows" }, this.makeControls(), this.makeTable(), this.makePager());
    this.apply();
  }

  makeControls() {
    const again = () => this.apply();
    const input = (attributes) => el("input", { oninput: again, ...attributes });
    const select = (...options) => el("select", { onchange: again }, options);
    const periods = [...new Set(this.table.byName.get("period").values)].sort((a, b) => b - a);
    this.controls = {
      words: input({ type: "search", placeholder: "country, code, commodity, flag", autocomplete: "off" }),
      country: select(option("", "all"), countryOptions(this.table)),
      hs: input({ type: "text", inputmode: "numeric", size: 8, placeholder: "2701", autocomplete: "off" }),
      status: select(option("", "all"), option("matched", "both sides"),
        option("exporter_only", "exporter only"), option("importer_only", "importer only")),
      period: select(option("", "all"), periods.map((p) => option(p, periodText(p)))),
      q: select(option("", "any"), [0.01, 0.05, 0.1, 0.25].map((q) => option(q, `at most ${q}`))),
    };
    const c = this.controls;
    this.count = el("p", { class: "count", role: "status", "aria-live": "polite" });
    return el("form", { class: "controls", role: "search", "aria-label": "Filter the flows",
      onsubmit: (event) => event.preventDefault(), onreset: () => setTimeout(again) },
    field("Search", c.words), field("Country", c.country), field("HS begins with", c.hs),
    field("Reported by", c.status), field("Period", c.period), field("q", c.q),
    el("button", { type: "reset" }, "Show all"),
    el("button", { type: "button", "data-export": "csv",
      onclick: () => download(new Blob([this.table.csv([...this.ranking.lines])], { type: "text/csv" }), "flows.csv") },
    "CSV of these"), this.count);
  }

  makeTable() {
    this.heads = columns.map((c) => {
      const button = el("button", { type: "button", onclick: () => this.sortBy(c.name) }, c.head,
        el("span", { class: "arrow", "aria-hidden": "true" }));
      return el("th", { scope: "col", class: c.number ? "number" : null }, button);
    });
    this.body = el("tbody");
    this.body.addEventListener("click", (event) => {
      const line = event.target.closest("tr");
      if (line !== null) this.open(Number(line.dataset.row));
    });
    this.body.addEventListener("keydown", (event) => this.move(event));
    return el("div", { class: "scroll", role: "region", "aria-label": "Ranked flows", tabindex: "0" },
      el("table", { class: "ranked" }, el("thead", {}, el("tr", {}, this.heads)), this.body));
  }

  makePager() {
    const step = (label, by) => el("button", { type: "button", onclick: () => this.turn(by) }, label);
    this.where = el("span", { class: "where" });
    this.first = step("First", -Infinity);
    this.before = step("Previous", -1);
    this.after = step("Next", 1);
    this.last = step("Last", Infinity);
    const size = el("select", { onchange: () => { this.size = Number(size.value); this.page = 0; this.show(); } },
      [25, 50, 100].map((n) => option(n, n)));
    return el("nav", { class: "pager", "aria-label": "Pages of the table" },
      this.first, this.before, this.where, this.after, this.last, field("Lines", size));
  }

  apply() {
    const c = this.controls;
    this.ranking.filter({ words: c.words.value, country: c.country.value || null, hs: c.hs.value.trim() || null,
      status: c.status.value || null, period: Number(c.period.value) || null, q: Number(c.q.value) || null });
    this.page = 0;
    this.show();
  }

  // Down first where figures are large when they matter; a third time goes back to the rank.
  sortBy(name) {
    const s = this.sorted;
    const downFirst = ["export_usd", "import_fob_usd", "at_stake_usd", "period"].includes(name);
    if (s.name !== name) this.sorted = { name, down: downFirst };
    else if (s.down === downFirst) this.sorted = { name, down: !downFirst };
    else this.sorted = { name: null, down: false };
    this.ranking.sort(this.sorted.name, this.sorted.down);
    this.heads.forEach((th, i) => {
      const by = columns[i].name === this.sorted.name;
      if (by) th.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
      th.querySelector(".arrow").textContent = by ? (this.sorted.down ? " ▼" : " ▲") : "";
    });
    this.apply();
  }

  get pages() {
    return Math.max(1, Math.ceil(this.ranking.lines.length / this.size));
  }

  turn(by) {
    this.page = Math.min(this.pages - 1, Math.max(0, this.page + by));
    this.show();
  }

  show() {
    const n = this.ranking.lines.length;
    const from = this.page * this.size;
    const lines = Array.from(this.ranking.lines.subarray(from, from + this.size));
    this.body.replaceChildren(...lines.map((row) => this.line(row)));
    const all = this.table.rows;
    this.count.textContent = `${n.toLocaleString("en-US")} of ${all.toLocaleString("en-US")} flows` +
      (all < this.flows ? ` here, the first of ${this.flows.toLocaleString("en-US")}` : "");
    this.where.textContent = `Page ${this.page + 1} of ${this.pages.toLocaleString("en-US")}`;
    this.first.disabled = this.before.disabled = this.page === 0;
    this.last.disabled = this.after.disabled = this.page + 1 >= this.pages;
  }

  line(row) {
    const t = this.table;
    const explained = t.get(row, "flags").split(";").includes("explained");
    const cells = columns.map((c, i) => {
      const text = c.text ? c.text(t, row) : t.get(row, c.name) ?? "–";
      const kind = [c.number ? "number" : "", c.wide ? "wide" : ""].filter((k) => k !== "").join(" ") || null;
      if (i > 0) return el("td", { class: kind }, text);
      const label = `Why flow ${text}: ${t.get(row, "exporter_name")} to ${t.get(row, "importer_name")}`;
      return el("td", { class: kind }, el("button", { type: "button", class: "why", "aria-label": label }, text));
    });
    return el("tr", { "data-row": row, class: explained ? "explained" : null }, cells);
  }

  // The arrow keys walk along the lines.
  move(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const line = event.target.closest("tr");
    if (by === undefined || line === null) return;
    const other = by > 0 ? line.nextElementSibling : line.previousElementSibling;
    if (other !== null) {
      event.preventDefault();
      other.querySelector("button").focus();
    }
  }
}
