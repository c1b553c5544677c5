import type { SpawnWorker } from "../parallel/keyedTask.ts";
import { platformWorkers } from "../parallel/platformWorkers.ts";

/** Name of the workers' program beside the built entry that holds this module. */
const PROGRAM = "./worker.js";

/**
 * Workers of the package. For browsers the address stands in the call, where bundlers look for it; it is right in
 * dist/simulation.js, into which this module is built.
 */
export const packageWorkers: SpawnWorker = platformWorkers(
  () => new URL(PROGRAM, import.meta.url),
  () => new Worker(new URL(/* @vite-ignore */ "./worker.js", import.meta.url), { type: "module" }),
);
