/** Bundles the agent script: `npm run build` writes build/agent/v1.js, and fails if it broke one of its promises. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const OUT = "build/agent/v1.js";
const MOST_BYTES = 60 * 1024; // gzipped: what a page on a slow phone gets in about a second
const PARTS = ["@fingerprintjs/fingerprintjs", "@fingerprintjs/botd"];
const FORBIDDEN = [
  [/openfpcdn|XMLHttpRequest|sendBeacon/, "speaks to somebody else than Gatehouse"],
  [/\beval\(|new Function\b|new Worker\b|document\.write/, "would be stopped by a strict content security policy"],
];

async function licence(name) {
  const { version } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
  const words = await readFile(`node_modules/${name}/LICENSE`, "utf8");
  return `${name} ${version}\n\n${words.trim()}`;
}

/** The licences ask to go with every copy; the libraries' own headers are comments that a minifier drops. */
async function banner() {
  const licences = await Promise.all(PARTS.map(licence));
  return `/*! Gatehouse agent v1, Apache-2.0. It contains:\n\n${licences.join("\n\n")}\n*/`;
}

const { outputFiles } = await build({
  entryPoints: ["verification/agent/page/agent.js"],
  bundle: true,
  write: false,
  outfile: OUT,
  format: "esm",
  target: "es2020",
  minify: true,
  legalComments: "none", // all of them are in the banner
  banner: { js: await banner() },
});
const [{ contents, text }] = outputFiles;
const bytes = gzipSync(contents, { level: 9 }).length;
const broken = FORBIDDEN.filter(([pattern]) => pattern.test(text)).map(([, fault]) => `${OUT} ${fault}`);
if (bytes > MOST_BYTES) broken.push(`${OUT} has ${bytes} bytes gzipped, more than ${MOST_BYTES}`);
if (broken.length > 0) throw new Error(broken.join("; "));
await mkdir("build/agent", { recursive: true });
await writeFile(OUT, contents);
console.log(`${OUT}: ${contents.length} bytes, ${bytes} gzipped`);
