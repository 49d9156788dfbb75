/** The regular expressions of scripts, as [place, pattern, flags]: `node tests/patterns.mjs FILE ...`. */

import { readFileSync } from "node:fs";

import { tokenizer } from "acorn";

const found = [];
for (const file of process.argv.slice(2)) {
  for (const token of tokenizer(readFileSync(file, "utf8"), { ecmaVersion: "latest", sourceType: "module", locations: true })) {
    const place = `${file}:${token.loc.start.line}`;
    if (token.type.label === "regexp") found.push([place, token.value.pattern, token.value.flags]);
    if (token.value === "RegExp") throw new Error(`${place}: an expression that is put together cannot be looked at`);
  }
}
console.log(JSON.stringify(found));
