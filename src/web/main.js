// SPDX-License-Identifier: GPL-3.0-or-later
// Fills the page from its data.
import { readData } from "./data.js";
import { el } from "./dom.js";
import { dossier } from "./dossier.js";
import { Flows } from "./flows.js";
import { periodText } from "./format.js";
import { heatFigure } from "./heat.js";
import { mapFigure } from "./map.js";
import { retrieved } from "./notes.js";
import { quality } from "./quality.js";
import { scatterFigure } from "./scatter.js";
import { seriesFigure } from "./series.js";
import { cellOf, why } from "./why.js";

const data = readData(document.getElementById("data").textContent);
const main = document.querySelector("main");
const nav = document.querySelector("nav ul");

function section(id, title, ...children) {
  main.append(el("section", { id, "aria-labelledby": `${id}-title` }, el("h2", { id: `${id}-title` }, title), children));
  nav.append(el("li", {}, el("a", { href: `#${id}` }, title)));
}

function subtitle() {
  const t = data.tables.series;
  const periods = t.rows > 0 ? `${periodText(t.get(0, "period"))} to ${periodText(t.get(t.rows - 1, "period"))}` : "no period";
  return `${data.subject}; ${data.freq === "M" ? "monthly" : "annual"} figures, ${periods}; ${retrieved(data)}`;
}

function summary() {
  const t = data.tables.summary;
  return el("ul", { class: "findings" }, Array.from({ length: t.rows }, (_, row) =>
    el("li", { "data-measure": t.get(row, "measure") }, t.get(row, "sentence"))));
}

const box = el("div", { id: "why", "aria-live": "off" },
  el("p", { class: "aside" }, "Choose a flow in the table to see why it stands where it does."));

function open(row) {
  box.replaceChildren(why(data, row));
  history.replaceState(null, "", `#flow=${encodeURIComponent(cellOf(data.tables.scores, row))}`);
  box.querySelector("h3").focus({ preventScroll: true });
  box.scrollIntoView({ block: "start" });
}

// A link to a flow opens it.
function openLinked() {
  const match = /^#flow=(.+)$/.exec(location.hash);
  if (match === null) return;
  const cell = decodeURIComponent(match[1]);
  for (let row = 0; row < data.tables.scores.rows; row++)
    if (cellOf(data.tables.scores, row) === cell) return open(row);
}

function notes() {
  return el("div", {},
    el("p", {}, "A gap is the importer's figure, made FOB, minus the exporter's. Positive: the importer saw more than the exporter " +
      "declared. What freight, editions of the code, secrecy, timing and bad units explain is taken out before flows are ranked, or " +
      "ranked behind; re-exports are not, unless --net-re-exports was asked for. What is left is a question, not a proof of anything."),
    el("p", {}, "p is the chance of so surprising a flow where nothing is wrong; q is the share of false alarms to expect among the " +
      "flows up to it. What is missing is shown as missing: it is never taken for zero."),
    el("p", {}, "Beside this page lie data/, every table with a companion that says what its columns mean, datapackage.json and " +
      `provenance.json. ${data.tables.scores.rows.toLocaleString("en-US")} of ${data.flows.toLocaleString("en-US")} flows are in the table above.` +
      `${data.program ? ` Made by ${data.program}` : ""} from ${data.data}.`));
}

document.querySelector("h1").textContent = data.title;
document.querySelector(".subtitle").textContent = subtitle();
section("summary", "Findings", summary());
section("flows", "Flows, the most surprising first", new Flows(data, open).element, box);
section("time", "Both reports over time", seriesFigure(data));
section("both", "Both reports, flow by flow", scatterFigure(data));
section("where", "Countries and commodities", heatFigure(data), mapFigure(data));
if (data.dossier !== null) section("dossier", `Dossier: ${data.dossier.country.name}`, dossier(data));
section("quality", "Coverage and quality of the data", quality(data));
section("notes", "How to read this", notes());
window.addEventListener("hashchange", openLinked);
openLinked();
document.documentElement.dataset.ready = "yes";
