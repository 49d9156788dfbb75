/** The seeded canvas challenge: Gatehouse gives a seed, and the answer is what this browser makes of it. */

import { draw, sceneOf, SIDE } from "./scene.js";
import { within } from "./time.js";

const CHALLENGE_MS = 2_000; // asked for long before it is needed; without it the page goes on
const SEED_WORDS = 4;
const LIFE_LEFT = 0.5; // past this share of its life a seed is changed for a new one

async function askSeed({ endpoint, key }) {
  const response = await fetch(new URL("/v1/devices/challenge", endpoint), {
    method: "POST",
    headers: { "Authorization": `Bearer ${key}` },
    credentials: "omit",
    cache: "no-store",
  });
  if (!response.ok) throw new Error(`no challenge: ${response.status}`);
  return response.json();
}

/** The four words of "0f1e...": 32 hexadecimal digits. */
function wordsOf(seed) {
  return Array.from({ length: SEED_WORDS }, (_, place) => parseInt(seed.slice(place * 8, place * 8 + 8), 16));
}

function colourAt(pixels, { x, y }) {
  const at = (y * SIDE + x) * 4;
  return [...pixels.subarray(at, at + 3)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How many bytes of the flat square are not as drawn: noise that a few samples could miss. */
function noiseIn(pixels, flats) {
  const drawn = new Uint8ClampedArray(SIDE * SIDE * 4).fill(255);
  for (const { x, y, width, height, colour } of flats) {
    for (let row = y; row < y + height; row += 1) {
      for (let at = (row * SIDE + x) * 4; at < (row * SIDE + x + width) * 4; at += 4) {
        drawn.set([colour >> 16, (colour >> 8) & 255, colour & 255], at);
      }
    }
  }
  return drawn.reduce((count, byte, place) => count + (byte !== pixels[place]), 0);
}

function answer({ challenge, seed }) {
  const words = wordsOf(seed);
  const [first, second] = [draw(words), draw(words)];
  const { flats, samples } = sceneOf(words);
  return {
    challenge,
    colours: samples.map((place) => colourAt(first, place)),
    noise: noiseIn(first, flats),
    same: first.every((byte, place) => byte === second[place]),
  };
}

/**
 * Asks for a seed now, and gives an answer whenever one is wanted: each once, none past its time.
 *
 * @param {{endpoint: string, key: string}} gatehouse
 * @returns {() => Promise<object|null>}
 */
export function prepareChallenge(gatehouse) {
  let ready = null;
  const fetchOne = () => {
    ready = { at: Date.now(), given: within(askSeed(gatehouse), CHALLENGE_MS) };
    ready.given.catch(() => {}); // asked for later, so a failure is no unhandled rejection meanwhile
  };
  fetchOne();
  return async () => {
    try {
      const life = (await ready?.given)?.expires_in * 1000 * LIFE_LEFT;
      if (!(Date.now() - ready?.at < life)) fetchOne();
      const { given } = ready;
      ready = null;
      return answer(await given);
    } catch {
      return null;
    }
  };
}
