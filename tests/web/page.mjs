// SPDX-License-Identifier: GPL-3.0-or-later
//
// page.mjs PROGRAM ROOT WORK - the page of `report`, in a browser. Prints TAP. MG_WEB_MODULES
// is the folder whose node_modules holds playwright-core and axe-core.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { axeSource, openPage, startBrowser } from "./browser.mjs";
import { readCsv } from "./csv.mjs";

const [program, root, work] = process.argv.slice(2);
const sample = join(root, "datasets/sample");
const cases = [];
const check = (name, run) => cases.push({ name, run });

function report(name, args, env = {}) {
  const folder = join(work, name);
  execFileSync(program, ["report", "-q", "-i", sample, "-o", folder, ...args], { env: { ...process.env, ...env } });
  return folder;
}

const table = (folder, name) => readCsv(readFileSync(join(folder, "data", `${name}.csv`), "utf8"));

// ---- what the cases look at ----

mkdirSync(work, { recursive: true });
const folder = report("sample", ["--target", "PRK"]);
const file = join(folder, "index.html");
const scores = table(folder, "scores");
const browser = await startBrowser();
const cells = (page, column) => page.$$eval("table.ranked tbody tr", (lines, at) =>
  lines.map((line) => line.children[at].textContent), column);
const head = (page, text) => page.locator("table.ranked thead button", { hasText: text });
const field = (page, label) => page.locator(".field").filter({ has: page.locator("span", { hasText: new RegExp(`^${label}$`) }) })
  .locator("input, select");
const rowsShown = async (page) => (await page.textContent(".count")).split(" ")[0].replaceAll(",", "");
const download = async (page, locator) => {
  await page.waitForTimeout(150); // Chromium drops the eleventh file within a second
  const [got] = await Promise.all([page.waitForEvent("download", { timeout: 10000 }), locator.click()]);
  return { name: got.suggestedFilename(), bytes: readFileSync(await got.path()) };
};

async function axe(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  })).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`));
}

// ---- cases ----

check("opens from disk with every section, without an error or a request", async () => {
  const { page, complaints, close } = await openPage(browser, file);
  assert.deepEqual(await page.$$eval("section", (all) => all.map((s) => s.id)),
    ["summary", "flows", "time", "both", "where", "dossier", "quality", "notes"]);
  assert.equal(await page.$$eval("figure .picture svg[role=img]", (all) => all.length),
    await page.$$eval("figure", (all) => all.length));
  assert.deepEqual(complaints, []);
  await close();
});

check("the findings are those of data/summary.csv", async () => {
  const { page, close } = await openPage(browser, file);
  assert.deepEqual(await page.$$eval(".findings li", (all) => all.map((li) => li.textContent)),
    table(folder, "summary").map((row) => row.sentence));
  await close();
});

check("only the script whose hash the page names may run", async () => {
  const text = readFileSync(file, "utf8");
  const script = text.slice(text.lastIndexOf("<script>") + 8, text.lastIndexOf("</script>"));
  const hash = createHash("sha256").update(script, "utf8").digest("base64");
  assert.ok(text.includes(`script-src 'sha256-${hash}'`));
  const { page, close } = await openPage(browser, file);
  await page.evaluate(() => {
    const other = document.createElement("script");
    other.textContent = "window.ran = true";
    document.body.append(other);
  });
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await close();
});

check("a click on a flow opens what `explain` prints of it", async () => {
  const { page, complaints, close } = await openPage(browser, file);
  await page.locator("table.ranked tbody tr").nth(1).click();
  const row = scores[1];
  const cell = `${row.period}/${row.exporter}/${row.importer}/${row.hs}`;
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H3");
  assert.ok((await page.textContent("#why h3")).startsWith(`${row.exporter_name} to ${row.importer_name}, HS ${row.hs}`));
  assert.equal(await page.textContent("#why pre"),
    execFileSync(program, ["explain", "-q", "-i", sample, cell], { encoding: "utf8" }));
  assert.equal(decodeURIComponent(new URL(page.url()).hash), `#flow=${cell}`);
  assert.ok(await page.$("#why figure svg"));
  assert.deepEqual(complaints, []);
  await close();
});

check("a link to a flow opens it", async () => {
  const row = scores[30];
  const { page, close } = await openPage(browser, file);
  await page.goto(`file://${file}#flow=${row.period}/${row.exporter}/${row.importer}/${row.hs}`);
  await page.waitForSelector("#why h3");
  assert.ok((await page.textContent("#why p")).includes(`Rank ${row.rank}.`));
  await close();
});

check("the keyboard sorts, both ways and back to the ranking", async () => {
  const { page, close } = await openPage(browser, file);
  const sorted = [...scores].sort((a, b) => Number(b.at_stake_usd) - Number(a.at_stake_usd));
  await head(page, "At stake").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("th[aria-sort]").getAttribute("aria-sort"), "descending");
  assert.deepEqual((await cells(page, 0)).slice(0, 5), sorted.slice(0, 5).map((row) => row.rank));
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("th[aria-sort]").getAttribute("aria-sort"), "ascending");
  assert.equal((await cells(page, 0))[0], sorted[sorted.length - 1].rank);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("th[aria-sort]").count(), 0);
  assert.deepEqual((await cells(page, 0)).slice(0, 3), ["1", "2", "3"]);
  await close();
});

check("texts sort by their letters, and what is missing comes last", async () => {
  const { page, close } = await openPage(browser, file);
  await head(page, "Exporter").first().click();
  assert.equal((await cells(page, 2))[0], scores.map((row) => row.exporter_name).sort()[0]);
  await head(page, "z").click();
  await page.locator(".pager button", { hasText: "Last" }).click();
  const last = await cells(page, 9);
  assert.equal(last[last.length - 1], scores.some((row) => row.z === "") ? "–" : last[last.length - 1]);
  await close();
});

check("the arrow keys walk along the lines, Enter opens one", async () => {
  const { page, close } = await openPage(browser, file);
  await page.locator("table.ranked tbody button").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "2");
  await page.keyboard.press("Enter");
  assert.ok((await page.textContent("#why p")).startsWith("Rank 2."));
  await close();
});

check("filters keep the flows that the CSV has, alone and together", async () => {
  const { page, close } = await openPage(browser, file);
  const expect = async (keep, what) => assert.equal(Number(await rowsShown(page)), scores.filter(keep).length, what);
  const first = scores[0];
  await expect(() => true, "all");
  await field(page, "Country").selectOption(first.exporter);
  await expect((r) => r.exporter === first.exporter || r.importer === first.exporter, "country");
  await field(page, "Reported by").selectOption("matched");
  await expect((r) => (r.exporter === first.exporter || r.importer === first.exporter) && r.status === "matched", "both");
  await page.getByRole("button", { name: "Show all" }).click();
  await page.waitForTimeout(50);
  await field(page, "HS begins with").fill(first.hs.slice(0, 2));
  await expect((r) => r.hs.startsWith(first.hs.slice(0, 2)), "hs");
  await field(page, "HS begins with").fill("");
  await field(page, "Period").selectOption(first.period);
  await expect((r) => r.period === first.period, "period");
  await field(page, "Period").selectOption("");
  await field(page, "q").selectOption("0.1");
  await expect((r) => r.q !== "" && Number(r.q) <= 0.1, "q");
  await field(page, "q").selectOption("");
  await field(page, "Search").fill(`${first.exporter_name.slice(0, 4)} ${first.hs}`);
  assert.ok(Number(await rowsShown(page)) > 0);
  assert.ok((await cells(page, 4)).every((text) => text.startsWith(first.hs)));
  await field(page, "Search").fill("no such flow");
  await expect(() => false, "none");
  await close();
});

check("the filtered lines come as CSV", async () => {
  const { page, close } = await openPage(browser, file);
  await field(page, "Reported by").selectOption("importer_only");
  const got = await download(page, page.getByRole("button", { name: "CSV of these" }));
  const rows = readCsv(got.bytes.toString("utf8"));
  const expected = scores.filter((row) => row.status === "importer_only");
  assert.equal(rows.length, expected.length);
  for (const [i, row] of rows.entries())
    for (const name of Object.keys(expected[i]))
      assert.ok(row[name] === expected[i][name] || Number(row[name]) === Number(expected[i][name]), `${i} ${name}`);
  await close();
});

check("pages turn and their size changes", async () => {
  const { page, close } = await openPage(browser, file);
  await page.getByRole("button", { name: "Next" }).click();
  assert.equal((await cells(page, 0))[0], "26");
  await field(page, "Lines").selectOption("100");
  assert.equal((await cells(page, 0)).length, 100);
  await page.getByRole("button", { name: "Last" }).click();
  assert.equal(await page.getByRole("button", { name: "Next" }).isDisabled(), true);
  await close();
});

check("every figure comes as SVG with its words, and as CSV", async () => {
  const { page, close } = await openPage(browser, file);
  for (const id of await page.$$eval("figure", (all) => all.map((f) => f.id))) {
    const svg = await download(page, page.locator(`#${id} button[data-export=svg]`));
    const text = svg.bytes.toString("utf8");
    assert.ok(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<svg '), id);
    assert.ok(!text.includes("var(--"), `${id} has its colours`);
    assert.ok(!text.includes("<script") && !/href="(?!data:|#)/.test(text), `${id} loads nothing`);
    const words = await page.$eval(`#${id} .picture svg`, (e) => e.getAttribute("aria-label"));
    const parsed = await page.evaluate((source) => {
      const doc = new DOMParser().parseFromString(source, "image/svg+xml");
      return { bad: doc.querySelector("parsererror") !== null, text: doc.documentElement.textContent };
    }, text);
    assert.equal(parsed.bad, false, id);
    assert.ok(parsed.text.startsWith(words.slice(0, 12)), `${id} begins with its finding`);
    assert.ok(parsed.text.includes("Source:"), `${id} names its source`);
    const csv = await download(page, page.locator(`#${id} button[data-export=csv]`));
    assert.ok(readCsv(csv.bytes.toString("utf8")).length > 0, `${id} has numbers`);
  }
  await close();
});

check("the figures' CSV has the numbers of data/", async () => {
  const { page, close } = await openPage(browser, file);
  for (const [id, name] of [["series", "series"], ["scatter", "scatter"], ["heat", "heat"], ["map", "map"],
    ["silences", "silences"], ["coverage", "coverage"], ["totals-exports", "totals"]]) {
    const got = await download(page, page.locator(`#figure-${id} button[data-export=csv]`));
    const rows = readCsv(got.bytes.toString("utf8"));
    const expected = table(folder, name);
    assert.equal(rows.length, expected.length, name);
    for (const [i, row] of rows.entries())
      for (const column of Object.keys(expected[i]))
        assert.ok(row[column] === expected[i][column] || (expected[i][column] !== "" &&
          Object.is(Number(row[column]), Number(expected[i][column]))), `${name} ${i} ${column}`);
  }
  await close();
});

check("a figure comes as PNG, twice as large, and not empty", async () => {
  const { page, close } = await openPage(browser, file);
  for (const id of ["series", "scatter", "map"]) {
    const png = await download(page, page.locator(`#figure-${id} button[data-export=png]`));
    const width = await page.$eval(`#figure-${id} .picture svg`, (e) => Number(e.getAttribute("width")));
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
    assert.equal(png.bytes.readUInt32BE(16), 2 * width);
    const colours = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const to = canvas.getContext("2d");
      to.drawImage(image, 0, 0);
      return new Set(new Uint32Array(to.getImageData(0, 0, image.width, image.height).data.buffer)).size;
    }, png.bytes.toString("base64"));
    assert.ok(colours > 20, `${id} has ${colours} colours`);
  }
  await close();
});

for (const [mode, width] of [["light", 1100], ["dark", 1100], ["light", 390], ["dark", 390]])
  check(`axe finds nothing: ${mode}, ${width} pixels wide, a flow open, numbers shown`, async () => {
    const { page, complaints, close } = await openPage(browser, file, { mode, width });
    await page.locator("table.ranked tbody tr").first().click();
    for (const summary of await page.$$("details.numbers summary")) await summary.click();
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing sticks out");
    assert.deepEqual(complaints, []);
    await close();
  });

check("paper gets the tables and figures, without the controls", async () => {
  const { page, close } = await openPage(browser, file);
  await page.emulateMedia({ media: "print" });
  for (const name of [".controls", ".pager", ".tools", "nav"])
    assert.equal(await page.locator(name).first().isVisible(), false, name);
  assert.equal(await page.locator("#figure-series svg").first().isVisible(), true);
  assert.ok((await page.pdf({ format: "A4" })).length > 20000);
  await close();
});

check("hostile names are text, on the page and in the files", async () => {
  const names = {
    "South Korea": "<script>window.ran = 1</script>",
    China: "</script><img src=x onerror=alert(1)>",
    Japan: "=cmd|' /C calc'!A0",
    Germany: "\"quoted\" 'single' &amp; `tick`",
    Australia: "\u202e\u05d0\u05d1\u05d2 عربي",
  };
  const data = join(work, "hostile-data");
  cpSync(join(root, "datasets"), data, { recursive: true, filter: (path) => !path.endsWith("sample") });
  const quote = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const countries = join(data, "ref/countries.csv");
  let text = readFileSync(countries, "utf8");
  for (const [name, hostile] of Object.entries(names)) {
    assert.ok(text.includes(`,${name},`), name);
    text = text.replaceAll(`,${name},`, `,${quote(hostile)},`);
  }
  writeFileSync(countries, text);
  const chapters = join(data, "ref/chapters.csv");
  writeFileSync(chapters, readFileSync(chapters, "utf8").replace(/^(27,[^,]*,).*$/m, '$1"</script><b>=1+1</b>"'));
  const hostile = report("hostile", ["--target", "PRK", "--title", "</title><script>window.ran = 2</script>"],
    { MIRRORGAP_DATA: join(data, "ref") });
  const { page, complaints, close } = await openPage(browser, join(hostile, "index.html"));
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.$$eval("script, img", (all) => all.filter((e) => e.tagName === "IMG" || e.id !== "data").length), 1);
  assert.equal(await page.title(), "</title><script>window.ran = 2</script>");
  assert.equal(await page.textContent("h1"), "</title><script>window.ran = 2</script>");
  for (const name of Object.values(names)) {
    await field(page, "Search").fill(name.split(" ")[0]);
    const shown = [...await cells(page, 2), ...await cells(page, 3)];
    assert.ok(shown.includes(name), name);
    await page.locator("table.ranked tbody tr").first().click();
  }
  assert.deepEqual(complaints, []);
  const csv = table(hostile, "scores");
  const texts = new Set(csv.flatMap((row) => [row.exporter_name, row.importer_name, row.commodity]));
  assert.ok(texts.has(`'${names.Japan}`), "a formula is made safe in data/");
  assert.ok(texts.has(names["South Korea"]));
  await field(page, "Search").fill("=cmd");
  const got = await download(page, page.getByRole("button", { name: "CSV of these" }));
  assert.ok(got.bytes.toString("utf8").includes(`'${names.Japan}`), "and in what the page saves");
  await close();
});

check("the same report again is the same bytes, on 1 and 3 threads", async () => {
  const again = ["1", "3"].map((n) => report(`again-${n}`, ["--no-provenance", "-@", n]));
  for (const name of ["index.html", "datapackage.json", "provenance.json", "data/scores.csv", "data/scores.csv.meta.json"])
    assert.deepEqual(readFileSync(join(again[0], name)), readFileSync(join(again[1], name)), name);
});

// ---- run ----

console.log(`1..${cases.length}`);
let failed = 0;
for (const [i, { name, run }] of cases.entries()) {
  try {
    await run();
    console.log(`ok ${i + 1} ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${i + 1} ${name}`);
    console.log(String(error.stack ?? error).replace(/^/gm, "# "));
  }
}
await browser.close();
process.exit(failed > 0 ? 1 : 0);
