/** The browser's client hints: what newer browsers tell in place of a detailed user agent. */

import { within } from "./time.js";

const HINTS_MS = 800;
const BRANDS_MAX = 8;
const ASKED = ["platformVersion", "architecture", "bitness", "model"];

const short = (value) => String(value ?? "").slice(0, 64);

/** @returns {Promise<object|null>} null where the browser has none (Firefox, Safari, pages without HTTPS) or is late */
export async function readHints() {
  try {
    const told = await within(navigator.userAgentData.getHighEntropyValues(ASKED), HINTS_MS);
    return {
      brands: told.brands.slice(0, BRANDS_MAX).map(({ brand, version }) => short(`${brand} ${version}`)),
      mobile: told.mobile === true,
      platform: short(told.platform),
      platform_version: short(told.platformVersion),
      architecture: short(told.architecture),
      bitness: short(told.bitness),
      model: short(told.model),
    };
  } catch {
    return null;
  }
}
