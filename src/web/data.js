// SPDX-License-Identifier: GPL-3.0-or-later
// The page's data: tables column by column, as include/mirrorgap/held.h says.

// A table whose columns are asked for by name. Figures are numbers or null, texts strings.
export class Table {
  constructor(raw) {
    this.title = raw.title;
    this.rows = raw.rows;
    this.notes = raw.notes;
    this.columns = raw.columns;
    this.byName = new Map(raw.columns.map((c) => [c.name, c]));
  }

  has(name) {
    return this.byName.has(name);
  }

  get(row, name) {
    const c = this.byName.get(name);
    if (c === undefined) return null;
    return c.texts ? c.texts[c.values[row]] : c.values[row];
  }

  // The rows as objects with the fields that are named.
  objects(names, keep = () => true) {
    const found = [];
    for (let row = 0; row < this.rows; row++) {
      const object = { row };
      for (const name of names) object[name] = this.get(row, name);
      if (keep(object)) found.push(object);
    }
    return found;
  }

  // As a CSV file; a text that a spreadsheet would run gets an apostrophe before it, as
  // the program's own tables do.
  csv(rows = null) {
    const lines = [this.columns.map((c) => c.name).join(",")];
    const n = rows === null ? this.rows : rows.length;
    for (let i = 0; i < n; i++) {
      const row = rows === null ? i : rows[i];
      lines.push(this.columns.map((c) => csvField(this.get(row, c.name))).join(","));
    }
    return lines.join("\n") + "\n";
  }
}

function csvField(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r\n|%＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function readData(text) {
  const data = JSON.parse(text);
  for (const name of Object.keys(data.tables)) data.tables[name] = new Table(data.tables[name]);
  const countries = data.tables.countries;
  data.places = new Map();
  for (let row = 0; row < countries.rows; row++)
    data.places.set(countries.get(row, "country"), {
      code: countries.get(row, "country"),
      iso3: countries.get(row, "iso3"),
      name: countries.get(row, "name"),
      lat: countries.get(row, "lat"),
      lon: countries.get(row, "lon"),
    });
  // codes read as texts where the column says so, as figures in others
  data.place = (code) =>
    data.places.get(code) ?? data.places.get(String(code)) ?? data.places.get(Number(code)) ?? {
      code, iso3: "", name: `area ${code}`, lat: null, lon: null,
    };
  const chapters = data.tables.chapters;
  data.chapters = new Map();
  for (let row = 0; row < chapters.rows; row++)
    data.chapters.set(chapters.get(row, "hs2"), chapters.get(row, "name"));
  return data;
}
