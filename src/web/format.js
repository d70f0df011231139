// SPDX-License-Identifier: GPL-3.0-or-later
// Figures and periods as people read them.

const steps = [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]];

// "1.72 bn"; a missing figure is an en dash, which zero is not.
export function money(usd) {
  if (usd === null || Number.isNaN(usd)) return "–";
  const round = Number(usd.toPrecision(3));
  for (const [least, word] of steps)
    if (Math.abs(round) >= least) return `${digits3(round / least)} ${word}`;
  return minus(String(Math.abs(round) < 0.01 ? 0 : Number(round.toFixed(2))));
}

// The same on an axis, where it is round: "10 k".
export function moneyTick(usd) {
  return money(usd).replace(/\.0+(?= |$)/, "");
}

function digits3(value) {
  const size = Math.abs(value);
  return minus(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2));
}

function minus(text) {
  return text.replace("-", "−");
}

export function whole(value) {
  return value === null ? "–" : minus(Math.round(value).toLocaleString("en-US"));
}

export function fixed(value, digits) {
  return value === null ? "–" : minus(value.toFixed(digits));
}

const superscripts = { "-": "⁻", "+": "", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export function chance(p) {
  if (p === null) return "–";
  if (p === 0 || p >= 0.001) return String(Number(p.toPrecision(2)));
  const [digits, power] = p.toExponential(1).split("e");
  return `${digits} × 10${[...power].map((c) => superscripts[c]).join("")}`;
}

export function percent(share, digits = 0) {
  return share === null || Number.isNaN(share) ? "–" : `${minus((100 * share).toFixed(digits))} %`;
}

export function periodText(period) {
  if (period === null) return "–";
  return period >= 10000 ? `${Math.floor(period / 100)}-${String(period % 100).padStart(2, "0")}`
    : String(period);
}

// A place on a time axis: the middle of the period, in years.
export function periodYear(period) {
  return period >= 10000 ? Math.floor(period / 100) + ((period % 100) - 0.5) / 12 : period;
}

// A day, "2017-08-05", on an axis on which a year's figure stands at the year itself and a
// month's in the middle of the month.
export function dayYear(day, monthly) {
  const [y, m, d] = day.split("-").map(Number);
  const year = y + (m - 1) / 12 + (d - 1) / 365;
  return monthly ? year : year - 0.5;
}

// The period after this one.
export function nextPeriod(period) {
  if (period < 10000) return period + 1;
  return period % 100 === 12 ? period + 89 : period + 1;
}
