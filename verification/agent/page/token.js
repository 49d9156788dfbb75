/** Sends what was seen to Gatehouse and takes the device token. */

/** Refused requests are faults of the integration, so its developer reads about them; anything else passes in silence. */
async function explain(response) {
  const problem = await response.json().catch(() => ({}));
  console.warn(`Gatehouse gave no device token: ${response.status} ${problem.title ?? ""} ${problem.fix ?? ""}`.trim());
}

/**
 * @param {{endpoint: string, key: string, body: object, signal: AbortSignal}} request
 * @returns {Promise<string|null>} the token, or null where Gatehouse refused
 */
export async function postDevice({ endpoint, key, body, signal }) {
  const response = await fetch(new URL("/v1/devices", endpoint), {
    method: "POST",
    headers: { "Authorization": `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    signal,
  });
  if (response.ok) return (await response.json()).device_token ?? null;
  if (response.status < 500) await explain(response);
  return null;
}
