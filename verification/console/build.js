/** Bundles what the console's pages run beside console.js: `npm run build` writes build/console/ring.js. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const OUT = "build/console/ring.js";
const MOST_BYTES = 160 * 1024; // gzipped; loaded on the page of a ring alone

const { version } = JSON.parse(await readFile("node_modules/cytoscape/package.json", "utf8"));
const licence = await readFile("node_modules/cytoscape/LICENSE", "utf8");
const { outputFiles } = await build({
  bundle: true,
  write: false,
  target: "es2022",
  minify: true,
  legalComments: "none", // the licence is in the banner
  entryPoints: ["verification/console/page/ring.js"],
  format: "iife",
  banner: { js: `/*! Gatehouse console, Apache-2.0. It contains:\n\ncytoscape ${version}\n\n${licence.trim()}\n*/` },
});
const [{ contents }] = outputFiles;
const bytes = gzipSync(contents, { level: 9 }).length;
if (bytes > MOST_BYTES) throw new Error(`${OUT} has ${bytes} bytes gzipped, more than ${MOST_BYTES}`);
await mkdir("build/console", { recursive: true });
await writeFile(OUT, contents);
console.log(`${OUT}: ${contents.length} bytes, ${bytes} gzipped`);
