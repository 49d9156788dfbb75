/** Bundles what the console's pages run beside console.js: `npm run build` writes build/console/*.js. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const OURS = "Gatehouse console, Apache-2.0.";

/**
 * Its bytes gzipped at the most, each loaded where it is needed alone; whose work it contains; and its place, if another
 * than its name: that of a file of django-unfold's, which Django serves ours for, as the one that it finds first.
 */
const PAGES = [
  { name: "ring", mostBytes: 160 * 1024, contains: ["cytoscape"] },
  { name: "passkeys", mostBytes: 2 * 1024, contains: [] },
  { name: "alpine", mostBytes: 32 * 1024, contains: ["@alpinejs/csp", "@vue/reactivity"], place: "unfold/js/alpine/alpine" },
];
/** Packages that come without the text of their licence. */
const TEXTS = { "@alpinejs/csp": "verification/console/page/alpine.LICENSE" };

const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));

/** The version is told of what is pinned; what a package brings within itself, it knows. */
async function licenceOf(name) {
  const licence = await readFile(TEXTS[name] ?? `node_modules/${name}/LICENSE`, "utf8");
  return `It contains:\n\n${[name, dependencies[name]].join(" ").trim()}\n\n${licence.trim()}\n`;
}

async function bundle({ name, mostBytes, contains, place = name }) {
  const out = `build/console/${place}.js`;
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
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, contents);
  console.log(`${out}: ${contents.length} bytes, ${bytes} gzipped`);
}

for (const page of PAGES) await bundle(page);
