/**
 * The scene of a canvas challenge, drawn from its seed. risk/canvas_challenge.py draws the same numbers in the same
 * order and knows each flat colour; what lies below the flats (text, curves) differs from device to device.
 */

export const SIDE = 64; // pixels, of the square of flat rectangles
export const HEIGHT = 112; // the square, and below it what differs
const RECTANGLES = 24;
const SAMPLES = 32;
const COLOURS = 2 ** 24;

/** xoshiro128** 1.1 (Blackman and Vigna, public domain); `state` is four 32-bit words. */
export function numbers(state) {
  const s = Uint32Array.from(state);
  const turn = (word, by) => (word << by) | (word >>> (32 - by));
  return (below) => {
    const drawn = Math.imul(turn(Math.imul(s[1], 5), 7), 9) >>> 0;
    const kept = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= kept;
    s[3] = turn(s[3], 11);
    return drawn % below;
  };
}

/** @returns {{flats: {x, y, width, height, colour}[], samples: {x, y}[], next: (below: number) => number}} */
export function sceneOf(state) {
  const next = numbers(state);
  const flats = [{ x: 0, y: 0, width: SIDE, height: SIDE, colour: next(COLOURS) }];
  while (flats.length <= RECTANGLES) {
    const [x, y] = [next(SIDE - 8), next(SIDE - 8)];
    flats.push({ x, y, width: 4 + next(SIDE - x - 4), height: 4 + next(SIDE - y - 4), colour: next(COLOURS) });
  }
  const samples = Array.from({ length: SAMPLES }, () => ({ x: next(SIDE), y: next(SIDE) }));
  return { flats, samples, next };
}

const css = (colour) => `#${colour.toString(16).padStart(6, "0")}`;

/** Text and curves, whose edges each system draws in its own way. */
function drawRest(context, next) {
  const [hue, x, radius] = [next(360), 8 + next(48), 6 + next(10)];
  context.fillStyle = "#fff";
  context.fillRect(0, SIDE, SIDE, HEIGHT - SIDE);
  context.fillStyle = `hsl(${hue} 80% 40%)`;
  context.font = "13px Arial, sans-serif";
  context.fillText(`Gh ${next(1_000_000)} \u00e5`, 2, SIDE + 15);
  context.strokeStyle = `hsl(${(hue + 120) % 360} 80% 40%)`;
  context.beginPath();
  context.arc(x, SIDE + 30, radius, 0, 5);
  context.bezierCurveTo(3, SIDE + 20, 40, HEIGHT, 61, SIDE + 23);
  context.stroke();
}

/** Draws a scene on a canvas of its own and reads it back: four bytes a pixel. */
export function draw(state) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, HEIGHT];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const { flats, next } = sceneOf(state);
  for (const { x, y, width, height, colour } of flats) {
    context.fillStyle = css(colour);
    context.fillRect(x, y, width, height);
  }
  drawRest(context, next);
  return context.getImageData(0, 0, SIDE, HEIGHT).data;
}
