/** Bundles what the console's pages run beside console.js: `npm run build` writes build/console/*.js. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const OURS = "Gatehouse console, Apache-2.0.";

/** Its bytes gzipped at the most, each loaded where it is needed alone; and whose work it contains. */
const PAGES = [
  { name: "ring", mostBytes: 160 * 1024, contains: ["cytoscape"] },
  { name: "passkeys", mostBytes: 2 * 1024, contains: [] },
];

async function licenceOf(name) {
  const { version } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
  const licence = await readFile(`node_modules/${name}/LICENSE`, "utf8");
  return `It contains:\n\n${name} ${version}\n\n${licence.trim()}\n`;
}

async function bundle({ name, mostBytes, contains }) {
  const out = `build/console/${name}.js`;
  const licences = await Promise.all(contains.map(licenceOf));
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    target: "es2022",
    minify: true,
    legalComments: "none", // the licences are in the banner
    entryPoints: [`verification/console/page/${name}.js`],
    format: "iife",
    banner: { js: `/*! ${[OURS, ...licences].join(" ")}*/` },
  });
  const [{ contents }] = outputFiles;
  const bytes = gzipSync(contents, { level: 9 }).length;
  if (bytes > mostBytes) throw new Error(`${out} has ${bytes} bytes gzipped, more than ${mostBytes}`);
  await writeFile(out, contents);
  console.log(`${out}: ${contents.length} bytes, ${bytes} gzipped`);
}

await mkdir("build/console", { recursive: true });
for (const page of PAGES) await bundle(page);
