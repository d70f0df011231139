// SPDX-License-Identifier: GPL-3.0-or-later
// Which lines of the ranking are shown, and in which order. Everything works on numbers:
// a text column is asked once for each of its values, not for each line.

export class Ranking {
  constructor(table) {
    this.table = table;
    this.order = null; // null: as ranked
    this.lines = allLines(table.rows);
  }

  // For each line whether the column's value passes.
  passing(name, test) {
    const { texts, values } = this.table.byName.get(name);
    const pass = texts.map((text) => (test(text) ? 1 : 0));
    return (row) => pass[values[row]] === 1;
  }

  // filters: {words, country, hs, status, period, q}, each null where it is not set.
  filter({ words, country, hs, status, period, q }) {
    const tests = [];
    for (const word of (words ?? "").toLowerCase().split(/\s+/).filter((w) => w !== ""))
      tests.push(this.anyOf(["exporter_name", "importer_name", "exporter_iso3", "importer_iso3", "hs", "commodity",
        "flags", "channel", "silence"], (text) => text.toLowerCase().includes(word), word));
    if (country) tests.push(this.anyOf(["exporter", "importer"], (text) => text === country));
    if (hs) tests.push(this.passing("hs", (text) => text.startsWith(hs)));
    if (status) tests.push(this.passing("status", (text) => text === status));
    const periods = this.table.byName.get("period").values;
    if (period) tests.push((row) => periods[row] === period);
    const qs = this.table.byName.get("q").values;
    if (q) tests.push((row) => qs[row] !== null && qs[row] <= q);
    const from = this.order ?? allLines(this.table.rows);
    this.lines = tests.length === 0 ? from : from.filter((row) => tests.every((test) => test(row)));
  }

  // Some column's value passes; a word may be a period too.
  anyOf(names, test, word = null) {
    const tests = names.map((name) => this.passing(name, test));
    const periods = this.table.byName.get("period").values;
    const number = word !== null && /^\d{4,6}$/.test(word) ? Number(word) : null;
    return (row) => tests.some((t) => t(row)) || (number !== null && periods[row] === number);
  }

  // By a column, up or down; what is missing comes last. null: as ranked.
  sort(name, down) {
    if (name === null) {
      this.order = null;
      return;
    }
    const keys = sortKeys(this.table.byName.get(name));
    const sign = down ? -1 : 1;
    this.order = allLines(this.table.rows).sort((a, b) => {
      const x = keys[a];
      const y = keys[b];
      if (x === y || (x !== x && y !== y)) return a - b;
      if (x !== x) return 1;
      if (y !== y) return -1;
      return x < y ? -sign : sign;
    });
  }
}

function allLines(n) {
  const lines = new Uint32Array(n);
  for (let i = 0; i < n; i++) lines[i] = i;
  return lines;
}

// A number for each line; NaN where it is missing.
function sortKeys({ texts, values }) {
  const keys = new Float64Array(values.length);
  if (!texts) {
    for (let i = 0; i < values.length; i++) keys[i] = values[i] ?? NaN;
    return keys;
  }
  const place = new Float64Array(texts.length);
  texts.map((text, i) => [text, i]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    .forEach(([text, i], at) => { place[i] = text === "" ? NaN : at; });
  for (let i = 0; i < values.length; i++) keys[i] = place[values[i]];
  return keys;
}
