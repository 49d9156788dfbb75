/** The browser as it shows itself, in the words of the import format, and whether it is driven by a machine. */

import { collect, detect, detectors, sources as botSources } from "@fingerprintjs/botd";
import { hashComponents, loadSources, prepareForSources, sources } from "@fingerprintjs/fingerprintjs";

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
  try {
    const [, found] = detect(await within(collect(botSources), SOURCE_MS), detectors);
    return { value: { bot: found.bot, kind: found.botKind ?? null } };
  } catch (error) {
    return { error };
  }
}

const text = (value) => (typeof value === "string" && value !== "" ? value.slice(0, TEXT_LENGTH) : null);
const whole = (value) => (Number.isInteger(value) ? value : null);
const finite = (value) => (Number.isFinite(value) ? value : null);

function hash(value, digits) {
  return hashComponents({ value: { value, duration: 0 } }).slice(0, digits);
}

/** Null where the browser blurs or refuses its canvas: what all such browsers have in common tells nothing of this one. */
function canvasHash(canvas) {
  return canvas?.geometry?.startsWith("data:") ? hash(canvas, CANVAS_DIGITS) : null;
}

/** Null for the library's negative numbers, which say why there is no sound to measure. */
function audioHash(audio) {
  return audio > 0 ? hash(audio, AUDIO_DIGITS) : null;
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

function failures(components) {
  const failed = Object.entries(components).filter(([, component]) => "error" in component);
  return Object.fromEntries(failed.map(([name, { error }]) => [name, { error: String(error).slice(0, TEXT_LENGTH) }]));
}

/**
 * Looks at the browser when it has a moment. A source that fails is listed and stops no other.
 *
 * @returns {Promise<{device: object, bot: {bot: boolean, kind: string|null}|null, components: object, took_ms: number}>}
 */
export async function lookAtDevice() {
  await prepareForSources();
  const began = performance.now();
  const [components, bot] = await Promise.all([readComponents(), readBot()]);
  return {
    device: deviceOf(components),
    bot: bot.value ?? null,
    components: failures({ ...components, bot }),
    took_ms: Math.round(performance.now() - began),
  };
}
