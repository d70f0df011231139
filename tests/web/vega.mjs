// SPDX-License-Identifier: GPL-3.0-or-later
//
// vega.mjs PROGRAM ROOT WORK - the Vega-Lite specifications of `plot`, compiled and drawn
// by Vega itself. Prints TAP.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [program, root, work] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(process.env.MG_WEB_MODULES, "node_modules", path)));
const vegaLite = await load("vega-lite/build/index.js");
const vega = await load("vega/build/vega.node.js").catch(() => load("vega/index.js"));
const figures = { series: ["--regime", "un-dprk"], scatter: [], heat: [], map: [], totals: ["--country", "PRK", "--regime", "un-dprk"] };

mkdirSync(work, { recursive: true });
console.log(`1..${Object.keys(figures).length}`);
let failed = 0;
for (const [i, [figure, args]] of Object.entries(figures).entries()) {
  try {
    const file = join(work, `${figure}.vl.json`);
    execFileSync(program, ["plot", "-q", "-i", join(root, "datasets/sample"), figure, "-o", file, ...args]);
    const spec = JSON.parse(readFileSync(file, "utf8"));
    const said = [];
    const take = (...words) => said.push(words.join(" "));
    const logger = { warn: take, error: take, info() {}, debug() {}, level() { return this; } };
    const view = new vega.View(vega.parse(vegaLite.compile(spec, { logger }).spec), { renderer: "none", logger });
    const svg = await view.toSVG();
    assert.deepEqual(said, []);
    assert.ok(svg.includes(spec.title.text.replaceAll("&", "&amp;")), "the finding is its title");
    assert.ok((svg.match(/<path/g) ?? []).length > 10, "something is drawn");
    assert.ok(spec.title.subtitle.some((line) => line.startsWith("Source:")), "the source is in the picture");
    console.log(`ok ${i + 1} Vega draws ${figure} as specified`);
  } catch (error) {
    failed++;
    console.log(`not ok ${i + 1} Vega draws ${figure} as specified`);
    console.log(String(error.stack ?? error).replace(/^/gm, "# "));
  }
}
process.exit(failed > 0 ? 1 : 0);
