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

/** Refuses more numbers than a program should keep in memory: 2 GB. */
export function requireRoom(count: number, width: number): void {
  const most = Math.floor(2 ** 28 / width);
  if (count <= most) return;
  throw new HendersonError(
    "simulation/count",
    `${count} replicates of ${width} numbers each do not fit into memory`,
    { hint: `${most} would; run several seeds and put them together` },
  );
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
