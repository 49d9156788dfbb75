/** Bundles what pages need for checks: `npm run build` writes build/agent/v1-checks.js with its worker and its style. */

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const OUT = "build/agent/v1-checks";
const MOST_BYTES = 40 * 1024; // gzipped; loaded only where a check is asked for
const FORBIDDEN = [
  [/XMLHttpRequest|sendBeacon/, "speaks to somebody"],
  [/\beval\(|new Function\b|document\.write/, "would be stopped by a strict content security policy"],
];

const { version } = JSON.parse(await readFile("node_modules/altcha/package.json", "utf8"));
const licence = await readFile("node_modules/altcha/LICENSE.txt", "utf8");
const banner = `/*! Gatehouse checks v1, Apache-2.0. It contains:\n\naltcha ${version}\n\n${licence.trim()}\n*/`;

async function bundle(entry, out, format) {
  const settings = { bundle: true, write: false, target: "es2020", minify: true, legalComments: "none" };
  const { outputFiles } = await build({ ...settings, entryPoints: [entry], format, banner: { js: banner } });
  const [{ contents, text }] = outputFiles;
  const bytes = gzipSync(contents, { level: 9 }).length;
  const broken = FORBIDDEN.filter(([pattern]) => pattern.test(text)).map(([, fault]) => `${out} ${fault}`);
  if (bytes > MOST_BYTES) broken.push(`${out} has ${bytes} bytes gzipped, more than ${MOST_BYTES}`);
  if (broken.length > 0) throw new Error(broken.join("; "));
  await writeFile(out, contents);
  console.log(`${out}: ${contents.length} bytes, ${bytes} gzipped`);
}

await mkdir("build/agent", { recursive: true });
await bundle("verification/agent/checks/checks.js", `${OUT}.js`, "esm");
await bundle("node_modules/altcha/dist/workers/pbkdf2.js", `${OUT}-worker.js`, "iife");
await copyFile("node_modules/altcha/dist/external/altcha.css", `${OUT}.css`);
