/**
 * Alpine.js for the console's pages, in place of django-unfold's own copy, whose file it takes the name of.
 *
 * This build of it reads expressions by a parser and makes no functions of text, so that pages need no 'unsafe-eval'.
 * What the toolkit's pages say beyond that parser stands in expressions.js.
 */

import Alpine from "@alpinejs/csp";

import { COMPONENTS, SEEN, answerTo } from "./expressions.js";

Alpine.mapAttributes(({ name, value }) => ({ name, value: answerTo(value) ?? value }));
for (const name of COMPONENTS) Alpine.data(name, (...given) => globalThis[name](...given));
// The outermost part of every page: what is in it, all expressions see.
Alpine.data("theme", (...given) => Object.assign(globalThis.theme(...given), SEEN));

window.Alpine = Alpine; // where the plugins look for it
queueMicrotask(() => Alpine.start());
