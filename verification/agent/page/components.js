/** Components as they are sent: a short text or a digest, or why there is none, and how long it took. */

import { hashComponents } from "@fingerprintjs/fingerprintjs";

const TEXT_LENGTH = 128; // of a value or an error; what POST /v1/devices takes
const PLAIN_LENGTH = 40; // longer texts are sent as their digest

/** The parts of a source that change for reasons of their own are components of their own. */
const SPLIT = {
  canvas: ({ geometry, text, winding }) => ({ canvasGeometry: geometry, canvasText: text, canvasWinding: winding }),
  touchSupport: ({ maxTouchPoints }) => ({ touchPoints: maxTouchPoints }),
};

/** @returns {string} 32 hexadecimal digits (MurmurHash3, as the library makes the visitor id) */
export function digest(value) {
  return hashComponents({ value: { value, duration: 0 } });
}

function short(value) {
  if (value === undefined || value === null) return "";
  if (typeof value === "object") return digest(value);
  const text = String(value);
  return text.length > PLAIN_LENGTH ? digest(text) : text;
}

function told(name, component) {
  const duration = Math.round(component.duration ?? 0);
  if ("error" in component) {
    const error = component.error?.message ? `${component.error.name}: ${component.error.message}` : component.error;
    return [[name, { error: String(error).slice(0, TEXT_LENGTH), duration }]];
  }
  const parts = (component.value && SPLIT[name]?.(component.value)) || { [name]: component.value };
  return Object.entries(parts).map(([part, value]) => [part, { value: short(value), duration }]);
}

/** @param {Object<string, {value: any, duration: number}|{error: any, duration: number}>} components */
export function tell(components) {
  return Object.fromEntries(Object.entries(components).flatMap(([name, component]) => told(name, component)));
}
