/** Bundles the agent script: `npm run build` writes build/agent/v1.js, and fails if it broke one of its promises. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const OUT = "build/agent/v1.js";
const WORKER = "build/agent/v1-worker.js";
const MOST_BYTES = 60 * 1024; // gzipped: what a page on a slow phone gets in about a second
const PARTS = ["@fingerprintjs/fingerprintjs", "@fingerprintjs/botd", "fpscanner"];
const FORBIDDEN = [
  [/openfpcdn|XMLHttpRequest|sendBeacon/, "speaks to somebody else than Gatehouse"],
  [/\beval\(|new Function\b|document\.write/, "would be stopped by a strict content security policy"],
  [/console\.log\b/, "writes where the page's developer reads"],
];
const WORKERS = 1; // page/contexts.js alone starts one, where the page's policy allows it; a library's would ask nobody

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

const COMMON = { bundle: true, write: false, target: "es2020", minify: true };

async function bundled(options) {
  const { outputFiles } = await build({ ...COMMON, ...options });
  return outputFiles[0];
}

const worker = await bundled({
  entryPoints: ["verification/agent/page/worker.js"],
  outfile: WORKER,
  format: "iife",
});
const { contents, text } = await bundled({
  entryPoints: ["verification/agent/page/agent.js"],
  outfile: OUT,
  format: "esm",
  legalComments: "none", // all of them are in the banner
  banner: { js: await banner() },
  define: {
    __WORKER__: JSON.stringify(worker.text),
    // A test of fpscanner's writes to the console and sees whether a debugger reads it; at this level no person does.
    "console.log": "console.debug",
  },
});
const bytes = gzipSync(contents, { level: 9 }).length;
const broken = FORBIDDEN.filter(([pattern]) => pattern.test(text)).map(([, fault]) => `${OUT} ${fault}`);
const workers = text.match(/new Worker\b/g)?.length ?? 0;
if (workers !== WORKERS) broken.push(`${OUT} starts a worker in ${workers} places, not in ${WORKERS}`);
if (bytes > MOST_BYTES) broken.push(`${OUT} has ${bytes} bytes gzipped, more than ${MOST_BYTES}`);
if (broken.length > 0) throw new Error(broken.join("; "));
await mkdir("build/agent", { recursive: true });
await writeFile(OUT, contents);
await writeFile(WORKER, worker.contents);
console.log(`${OUT}: ${contents.length} bytes, ${bytes} gzipped; ${WORKER}: ${worker.contents.length} bytes`);
