// SPDX-License-Identifier: GPL-3.0-or-later
//
// build.mjs MODULES OUT - bundles the page's script with what MODULES/node_modules holds
// and writes OUT/page_assets.c, for src/report/page.c, and OUT/page-licences.txt, the
// licences of what is in the bundle. The same inputs give the same bytes.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [modules, out] = process.argv.slice(2).map((path) => resolve(path));
const esbuild = createRequire(join(modules, "package.json"))("esbuild");

const built = esbuild.buildSync({
  entryPoints: [join(here, "main.js")],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2021",
  charset: "utf8",
  legalComments: "none",
  absWorkingDir: here,
  nodePaths: [join(modules, "node_modules")],
  metafile: true,
  write: false,
  logLevel: "warning",
});

// The packages whose files are in the bundle, with their licences.
function licences() {
  const names = new Set();
  for (const output of Object.values(built.metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match !== null && bytesInOutput > 0) names.add(match[1]);
    }
  return [...names].sort().map((name) => {
    const folder = join(modules, "node_modules", name);
    const info = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    const text = file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8").trim()
      : `Licence: ${info.license}`;
    return `${name} ${info.version}\n\n${text}`;
  });
}

const texts = licences();
const about = texts.join("\n\n----------------\n\n").replaceAll("*/", "* /").replaceAll("</", "< /");
const script = `/*! The page's script holds parts of:\n\n${about}\n*/\n` +
  new TextDecoder().decode(built.outputFiles[0].contents).replaceAll("</script", "<\\/script").trim() + "\n";
const hash = `sha256-${createHash("sha256").update(script, "utf8").digest("base64")}`;

function asset(name, text) {
  const bytes = Buffer.from(text, "utf8");
  const lines = [];
  for (let i = 0; i < bytes.length; i += 24) lines.push([...bytes.subarray(i, i + 24)].join(","));
  return `static const unsigned char ${name}_bytes[] = {\n${lines.join(",\n")}};\n` +
    `const struct page_asset ${name} = {(const char *)${name}_bytes, sizeof ${name}_bytes};\n`;
}

writeFileSync(join(out, "page_assets.c"),
  `/* Made by src/web/build.mjs; do not change. */\n#include "report/page_assets.h"\n\n` +
  asset("page_body", readFileSync(join(here, "body.html"), "utf8")) +
  asset("page_style", readFileSync(join(here, "style.css"), "utf8")) +
  asset("page_script", script) + asset("page_script_hash", hash));
writeFileSync(join(out, "page-licences.txt"), texts.join("\n\n----------------\n\n") + "\n");
