/** The worker's side of the cross-check: GET /agent/v1-worker.js, or the same text as a blob. */

import { glance } from "./glance.js";

self.postMessage(glance(self, () => new OffscreenCanvas(1, 1)));
