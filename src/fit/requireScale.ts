import { HendersonError } from "../base/errors.ts";
import { largestMagnitude } from "../linalg/largestMagnitude.ts";
import type { Model } from "../model/model.ts";

/** Beyond these the square of a variance (Satterthwaite) of a ratio of columns leaves the range of doubles. */
const LARGEST = 1e35;
const SMALLEST = 1e-35;

/**
 * Refuses a response, a column or a random slope whose unit is so large or so small that variances cannot be
 * stored: its standard error would be printed as zero or infinite.
 *
 * @throws HendersonError fit/extreme-scale
 */
export function requireScale({ response, fixed, random }: Model): void {
  const n = response.length;
  requireSize(largestMagnitude(response), () => "the response");
  fixed.names.forEach((name, j) => {
    requireSize(largestMagnitude(fixed.matrix.values, j * n, (j + 1) * n), () => `the column '${name}'`);
  });
  for (const { basis, coefficientNames, group } of random) {
    basis.forEach((column, k) => {
      if (column === null) return;
      requireSize(largestMagnitude(column), () => `the slope '${coefficientNames[k]!}' of ${group}`);
    });
  }
}

function requireSize(size: number, what: () => string): void {
  if (size === 0 || !(size >= LARGEST || size <= SMALLEST)) return;
  throw new HendersonError(
    "fit/extreme-scale",
    `${what()} has values of size ${size.toExponential(0)}, and its variance is beyond the numbers a computer holds`,
    { hint: `give it in another unit: divide it by ${size.toExponential(0)}` },
  );
}
