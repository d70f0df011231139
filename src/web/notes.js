// SPDX-License-Identifier: GPL-3.0-or-later
// What stands below every figure: where the figures are from, and when they were fetched.

// "2023-05-01 to 2023-06-30", or that it is not known.
export function retrieved(data) {
  const dates = data.tables.sources.byName.get("vintage").values;
  const known = dates.filter((d) => d !== null && d > 0).map((d) =>
    `${Math.floor(d / 10000)}-${String(Math.floor(d / 100) % 100).padStart(2, "0")}-${String(d % 100).padStart(2, "0")}`)
    .sort();
  if (known.length === 0) return "retrieval date not recorded in the files";
  const [first, last] = [known[0], known[known.length - 1]];
  const some = known.length < dates.length ? " (of some files)" : "";
  return first === last ? `published ${first}${some}` : `published ${first} to ${last}${some}`;
}

export function source(data) {
  return `Source: reports in UN Comtrade's layouts, ${retrieved(data)} (${data.data.slice(0, 14)}). ` +
    (data.cif === "none" ? "Exports FOB; imports as filed, with freight and insurance (--cif none)."
      : `Exports FOB; imports made FOB by mirrorgap (--cif ${data.cif}).`);
}

export function subject(data) {
  return data.subject;
}

// US dollars in a unit that suits the largest.
export function unitFor(most) {
  return most >= 2e9 ? [1e9, "billion US$"] : most >= 2e6 ? [1e6, "million US$"]
    : most >= 2e3 ? [1e3, "thousand US$"] : [1, "US$"];
}
