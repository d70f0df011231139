// SPDX-License-Identifier: GPL-3.0-or-later
// A page opened from disk in Debian's Chromium, with what went wrong meanwhile.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.MG_WEB_MODULES, "package.json"));
const { chromium } = require("playwright-core");
export const axeSource = require("axe-core").source;

const paths = [process.env.MG_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function startBrowser() {
  const executablePath = paths.find((path) => path && existsSync(path));
  if (executablePath === undefined) throw new Error("there is no chromium (MG_CHROMIUM)");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
}

// Opens FILE and waits until it is painted; `complaints` fills with errors and requests.
export async function openPage(browser, file, { width = 1100, mode = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: mode, acceptDownloads: true });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && request.url() !== `file://${file}`) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
  await page.waitForFunction(() => [...document.querySelectorAll("figure .picture")].every((box) => box.firstChild !== null));
  return { page, complaints, close: () => context.close() };
}
