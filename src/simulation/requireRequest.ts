import { HendersonError } from "../base/errors.ts";

/** Most replicates of one run. */
const MOST = 1e8;

/** Refuses a number of replicates that is none. */
export function requireCount(count: number, what: string): void {
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return;
  throw new HendersonError("simulation/count", `${shown(count)} is no number of ${what}`, {
    hint: "give a whole number from 1 on, such as 1000",
  });
}

/** Refuses a seed from which streams cannot be told apart. */
export function requireSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new HendersonError("simulation/seed", `${shown(seed)} is no seed`, {
    hint: "give a whole number from 0 on; the same seed gives the same numbers again",
  });
}

function shown(value: unknown): string {
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "what was given";
}
