/** The browser as it shows itself, in the words of the import format, and whether it is driven by a machine. */

import { collect, detect, detectors, sources as botSources } from "@fingerprintjs/botd";
import { hashComponents, loadSources, prepareForSources, sources } from "@fingerprintjs/fingerprintjs";

import { digest, tell } from "./components.js";
import { lookAround } from "./contexts.js";
import { readHints } from "./hints.js";
import { scan } from "./scan.js";
import { within } from "./time.js";

// What makes the visitor id, in the library's order (slow ones first, WebGL last because it disturbs the canvas).
// Left out on purpose:
//   contrast, forcedColors, invertedColors, monochrome, reducedMotion, reducedTransparency  tell of a disability
//   domBlockers        tells of a person's content blocker, and puts bait into the page to find out
//   cookiesEnabled     writes a cookie
//   screenFrame        may take the page out of full screen, and keeps a timer running
//   audioBaseLatency   opens an audio output and leaves it open
const KEPT = [
  "userAgentData",
  "fonts",
  "fontPreferences",
  "audio",
  "canvas",
  "osCpu",
  "languages",
  "colorDepth",
  "deviceMemory",
  "screenResolution",
  "hardwareConcurrency",
  "timezone",
  "sessionStorage",
  "localStorage",
  "indexedDB",
  "openDatabase",
  "cpuClass",
  "platform",
  "plugins",
  "touchSupport",
  "vendor",
  "vendorFlavors",
  "colorGamut",
  "hdr",
  "math",
  "pdfViewerEnabled",
  "architecture",
  "applePay",
  "privateClickMeasurement",
  "dateTimeLocale",
  "webGlBasics",
  "webGlExtensions",
];

const SOURCE_MS = 1_200; // one slow source is an error of its own and leaves time to send the others within 3 seconds
const CANVAS_DIGITS = 16;
const AUDIO_DIGITS = 8;
const TEXT_LENGTH = 256; // what POST /v1/devices takes; spoofed values can be of any length

/** A source of the library that gives up after SOURCE_MS. A source gives a value, a promise, or a function for either. */
function bounded(source) {
  return (options) => {
    const loaded = source(options);
    if (typeof loaded === "function") return () => within(loaded(), SOURCE_MS);
    return typeof loaded?.then === "function" ? within(loaded, SOURCE_MS) : loaded;
  };
}

function readComponents() {
  const kept = KEPT.filter((name) => name in sources).map((name) => [name, bounded(sources[name])]);
  return loadSources(Object.fromEntries(kept), { cache: {} }, [])();
}

/** The detector's word, or an error in the shape of a component. */
async function readBot() {
  const began = performance.now();
  try {
    const [, found] = detect(await within(collect(botSources), SOURCE_MS), detectors);
    return { value: { bot: found.bot, kind: found.botKind ?? null }, duration: performance.now() - began };
  } catch (error) {
    return { error, duration: performance.now() - began };
  }
}

const text = (value) => (typeof value === "string" && value !== "" ? value.slice(0, TEXT_LENGTH) : null);
const whole = (value) => (Number.isInteger(value) ? value : null);
const finite = (value) => (Number.isFinite(value) ? value : null);

/** Null where the browser blurs or refuses its canvas: what all such browsers have in common tells nothing of this one. */
function canvasHash(canvas) {
  return canvas?.geometry?.startsWith("data:") ? digest(canvas).slice(0, CANVAS_DIGITS) : null;
}

/** Null for the library's negative numbers, which say why there is no sound to measure. */
function audioHash(audio) {
  return audio > 0 ? digest(audio).slice(0, AUDIO_DIGITS) : null;
}

function languages() {
  return Array.from(navigator.languages ?? [navigator.language]).map(text).filter(Boolean);
}

/** `components` by the names of FORMATS.md; a component without a value is null, never a guess. */
function deviceOf(components) {
  const value = (name) => components[name]?.value;
  const webgl = value("webGlBasics");
  return {
    visitor_id: hashComponents(components),
    canvas: canvasHash(value("canvas")),
    audio: audioHash(value("audio")),
    webgl_vendor: text(webgl?.vendorUnmasked) ?? text(webgl?.vendor),
    webgl_renderer: text(webgl?.rendererUnmasked) ?? text(webgl?.renderer),
    fonts: value("fonts") ?? [],
    screen: `${screen.width}x${screen.height}x${screen.colorDepth}`,
    timezone: text(value("timezone")) ?? "",
    languages: languages(),
    platform: text(value("platform")) ?? "",
    hardware_concurrency: whole(value("hardwareConcurrency")),
    device_memory: finite(value("deviceMemory")),
    touch_points: whole(value("touchSupport")?.maxTouchPoints),
    webdriver: navigator.webdriver === true,
  };
}

/**
 * Looks at the browser when it has a moment. A source that fails is listed and stops no other.
 *
 * @param {{worker?: string}} options where a worker may come from, as contexts.js explains
 * @returns {Promise<object>} the body of POST /v1/devices, but for the form and the challenge
 */
export async function lookAtDevice({ worker }) {
  await prepareForSources();
  const began = performance.now();
  const parts = [readComponents(), readBot(), readHints(), lookAround(worker)];
  const [components, bot, hints, contexts] = await Promise.all(parts);
  return {
    device: deviceOf(components),
    bot: bot.value ?? null,
    scan: scan(),
    hints,
    contexts,
    components: tell({ ...components, bot }),
    took_ms: Math.round(performance.now() - began),
  };
}
