/**
 * What the console's Alpine.js would make of expressions: `node tests/expressions.mjs APP_JS < expressions`.
 *
 * Reads [{text, attribute}] and writes a word of fault for each, null where there is none. APP_JS is the toolkit's
 * script, whose components say which names there are beside those of the expressions themselves.
 */

import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

import { Evaluator, Parser, Tokenizer } from "../node_modules/@alpinejs/csp/src/parser.js";
import { COMPONENTS, SEEN, answerTo } from "../verification/console/page/expressions.js";

const EACH = /^\(?([\s\S]*?)\)?\s+(?:in|of)\s+([\s\S]*)$/; // of x-for, which Alpine takes apart itself
const OWN = /^\$[a-z]+$/; // Alpine's own names
const evaluator = new Evaluator();

/** The names that components of the toolkit's give to what is within them. Throws where one of them is gone. */
function namesOfComponents(path) {
  const none = () => null;
  const page = createContext({
    Alpine: { $persist: (value) => ({ as: () => value }) },
    document: { addEventListener: none, getElementById: none },
    localStorage: { getItem: none },
    window: { addEventListener: none },
  });
  runInContext(readFileSync(path, "utf8"), page);
  return COMPONENTS.flatMap((name) => Object.keys(runInContext(`${name}()`, page)));
}

const parsed = (text) => new Parser(new Tokenizer(text).tokenize()).parse();

/** Every part of an expression, the outermost first; names of members and of keys are no parts. */
function* partsOf(node) {
  if (Array.isArray(node)) for (const each of node) yield* partsOf(each);
  if (!node?.type) return;
  yield node;
  for (const [name, inner] of Object.entries(node)) {
    if (!["property", "key"].includes(name) || node.computed) yield* partsOf(inner);
  }
}

function rootOf(node) {
  return node.type === "MemberExpression" ? rootOf(node.object) : node;
}

/** What the evaluator would say no to, though it was parsed. */
function faultOf(node, known) {
  if (node.type === "Identifier" && !known.has(node.name) && !OWN.test(node.name)) return `nothing is named ${node.name}`;
  if (node.type === "MemberExpression" && !node.computed) evaluator.checkForDangerousKeywords(node.property.name);
  const written = { AssignmentExpression: node.left, UpdateExpression: node.argument }[node.type];
  if (written?.type === "MemberExpression" && OWN.test(rootOf(written).name)) return "it writes to a part of the page";
  return null;
}

function read({ text, attribute }) {
  if (answerTo(text)) return { names: [], trees: [] };
  if (attribute === "x-for") {
    const [, names, all] = text.match(EACH);
    return { names: names.split(",").map((name) => name.trim()), trees: [parsed(all)] };
  }
  const tree = parsed(text);
  const declares = attribute === "x-data" && tree.type === "ObjectExpression";
  return { names: declares ? tree.properties.map(({ key }) => key.name ?? key.value) : [], trees: [tree] };
}

/** What `act` gives, or what it throws. */
function attempt(act) {
  try {
    return act();
  } catch (error) {
    return { fault: error.message };
  }
}

const readings = JSON.parse(readFileSync(0, "utf8")).map((each) => attempt(() => read(each)));
const known = new Set([
  ...COMPONENTS,
  ...Object.keys(SEEN),
  ...namesOfComponents(process.argv[2]),
  ...readings.flatMap(({ names = [] }) => names),
]);
const faults = readings.map(({ fault, trees = [] }) => {
  if (fault) return fault;
  const found = attempt(() => ({ fault: [...partsOf(trees)].map((node) => faultOf(node, known)).find(Boolean) }));
  return found.fault ?? null;
});
console.log(JSON.stringify(faults));
