import { HendersonError } from "../base/errors.ts";

const MOST = 256;

/** Refuses a number of threads that is none. */
export function requireWorkers(workers: number): void {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MOST) return;
  throw new HendersonError(
    "simulation/workers",
    `${Number.isFinite(workers) ? workers : "what was given"} is no number of workers`,
    { hint: `give a whole number from 1 to ${MOST}; 1 works without further threads` },
  );
}
