import type { Sampler } from "../sampler.ts";

/** Changes of the objective smaller than this part of it are rounding. */
const NOISE = 1e-11;
/** Lengths to try along an axis. */
const ATTEMPTS = 5;

/**
 * The length along each axis over which the objective bends by about one unit, by second differences at the start:
 * in these units one trust region fits all variables (the objective is -2 log-likelihood, whose unit means something).
 *
 * @param value the objective at the sampler's start
 * @returns units, length n
 */
export function naturalUnits(sampler: Sampler, value: number): Float64Array {
  const { start, lower, upper } = sampler;
  const x = start.slice();
  const at = (i: number, step: number): number => {
    x.set(start);
    x[i] = start[i]! + step;
    return sampler.sample(x).value;
  };
  return start.map((origin, i) => {
    const size = Math.max(1, Math.abs(origin));
    const range = upper[i]! - lower[i]!;
    let length = Math.min(0.1 * size, 0.25 * range);
    let unit = length;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const inside = origin - length < lower[i]! ? 1 : origin + length > upper[i]! ? -1 : 0;
      const bend =
        inside === 0
          ? at(i, length) + at(i, -length) - 2 * value
          : at(i, 2 * inside * length) - 2 * at(i, inside * length) + value;
      unit = length;
      if (!Number.isFinite(bend)) length *= 0.1;
      else if (Math.abs(bend) > NOISE * Math.abs(value)) {
        unit = length / Math.sqrt(Math.abs(bend));
        break;
      } else if (length * 10 <= 0.25 * range) length *= 10;
      else break;
    }
    return Math.min(1e4 * size, 0.25 * range, Math.max(1e-6 * size, unit));
  });
}
