// SPDX-License-Identifier: GPL-3.0-or-later
//
// page.mjs SMALL LARGE - times of two pages, each opened anew in every round; medians of
// seven rounds, with the lowest and the highest.
import { statSync } from "node:fs";
import { openPage, startBrowser } from "../tests/web/browser.mjs";

const ROUNDS = 7;
const measures = {
  painted: "from opening to the last figure, ms",
  sort: "sort the table by money, ms to the next picture",
  filter: "search for a word, ms to the next picture",
  open: "open a flow with its figures, ms to the next picture",
  heap: "memory of the script, MB",
};
// What a reader should not have to wait for, on a laptop.
const budgets = { small: { painted: 2000, sort: 100, filter: 100, open: 300, heap: 60 },
  large: { painted: 3000, sort: 250, filter: 150, open: 400, heap: 200 } };

async function round(browser, file) {
  const from = performance.now();
  const { page, close } = await openPage(browser, file);
  const result = { painted: performance.now() - from };
  result.heap = await page.evaluate(() => performance.memory.usedJSHeapSize / 1e6);
  // until the browser has shown what a click changed
  const press = async (locator) => {
    await locator.evaluate((element) => { window.target = element; });
    return page.evaluate(async () => {
      const begun = performance.now();
      window.target.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - begun;
    });
  };
  result.sort = await press(page.locator("table.ranked thead button", { hasText: "At stake" }));
  result.filter = await page.evaluate(async () => {
    const input = document.querySelector("input[type=search]");
    const begun = performance.now();
    input.value = "china";
    input.dispatchEvent(new Event("input"));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - begun;
  });
  result.open = await press(page.locator("table.ranked tbody tr").first());
  await close();
  return result;
}

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], low: sorted[0], high: sorted[sorted.length - 1] };
}

const files = { small: process.argv[2], large: process.argv[3] };
const browser = await startBrowser();
const results = { small: [], large: [] };
for (let i = 0; i < ROUNDS; i++)
  for (const size of Object.keys(files)) results[size].push(await round(browser, files[size]));
console.log(`Chromium ${browser.version()}, ${ROUNDS} rounds; median (lowest – highest), budget\n`);
await browser.close();
console.log("| | 5,000 flows | budget | 100,000 flows | budget |\n| --- | --- | --- | --- | --- |");
console.log(`| size of index.html, MB | ${Object.values(files).map((f) => `${(statSync(f).size / 1e6).toFixed(1)} | `).join("| ")}|`);
let passed = false;
for (const [name, what] of Object.entries(measures)) {
  const cells = Object.keys(files).map((size) => {
    const { median, low, high } = middle(results[size].map((r) => r[name]));
    passed ||= median > budgets[size][name];
    return `${median.toFixed(0)} (${low.toFixed(0)} – ${high.toFixed(0)}) | ${budgets[size][name]}`;
  });
  console.log(`| ${what} | ${cells.join(" | ")} |`);
}
if (passed) console.log("\nA budget was passed.");
process.exit(passed ? 1 : 0);
