/** What one place in the browser (the page, a frame, a worker) says of the browser. A lie is seldom told everywhere. */

const TEXT_LENGTH = 256; // what POST /v1/devices takes; spoofed values can be of any length

const text = (value) => (typeof value === "string" && value !== "" ? value.slice(0, TEXT_LENGTH) : null);

/** Firefox tells its renderer without the extension, and complains where the extension is asked for. */
function unmasked(gl, scope) {
  if (/Firefox/.test(scope.navigator.userAgent)) return [gl.VENDOR, gl.RENDERER];
  const known = gl.getExtension("WEBGL_debug_renderer_info");
  return known ? [known.UNMASKED_VENDOR_WEBGL, known.UNMASKED_RENDERER_WEBGL] : [gl.VENDOR, gl.RENDERER];
}

function webgl(scope, canvas) {
  const gl = canvas?.getContext("webgl");
  if (!gl) return [null, null];
  const found = unmasked(gl, scope).map((name) => text(gl.getParameter(name)));
  gl.getExtension("WEBGL_lose_context")?.loseContext(); // a page has sixteen: they are its own
  return found;
}

/** What `read` gives, or null where it throws: one thing that cannot be read hides no other. */
function orNull(read) {
  try {
    return read() ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {Window|WorkerGlobalScope} scope
 * @param {() => HTMLCanvasElement|OffscreenCanvas} makeCanvas of that place
 */
export function glance(scope, makeCanvas) {
  const [webgl_vendor, webgl_renderer] = orNull(() => webgl(scope, makeCanvas())) ?? [null, null];
  const { navigator } = scope;
  return {
    user_agent: orNull(() => navigator.userAgent.slice(0, 2 * TEXT_LENGTH)),
    platform: orNull(() => text(navigator.platform)),
    languages: orNull(() => Array.from(navigator.languages).slice(0, 16).map(text).join(",").slice(0, TEXT_LENGTH)),
    hardware_concurrency: orNull(() => navigator.hardwareConcurrency),
    timezone: orNull(() => text(new scope.Intl.DateTimeFormat().resolvedOptions().timeZone)),
    webdriver: orNull(() => navigator.webdriver),
    webgl_vendor,
    webgl_renderer,
  };
}
