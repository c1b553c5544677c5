import { HendersonError } from "../base/errors.ts";
import { largestMagnitude, sumOfSquares } from "../linalg/largestMagnitude.ts";
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
  if (!isOrdinary(response, 0, n)) throw extreme("the response", response, 0, n);
  for (let j = 0; j < fixed.names.length; j++) {
    const { values } = fixed.matrix;
    if (isOrdinary(values, j * n, (j + 1) * n)) continue;
    throw extreme(`the column '${fixed.names[j]}'`, values, j * n, (j + 1) * n);
  }
  for (const { basis, coefficientNames, group } of random) {
    for (let k = 0; k < basis.length; k++) {
      const column = basis[k]!;
      if (column === null || isOrdinary(column, 0, n)) continue;
      throw extreme(`the slope '${coefficientNames[k]!}' of ${group}`, column, 0, n);
    }
  }
}

/** A sum of squares settles it for all but the strangest columns. */
function isOrdinary(x: Float64Array, start: number, end: number): boolean {
  const squares = sumOfSquares(x, start, end);
  if (squares < LARGEST ** 2 && squares > (end - start) * SMALLEST ** 2) return true;
  const size = largestMagnitude(x, start, end);
  return size === 0 || !(size >= LARGEST || size <= SMALLEST);
}

function extreme(what: string, x: Float64Array, start: number, end: number): HendersonError {
  const size = largestMagnitude(x, start, end);
  return new HendersonError(
    "fit/extreme-scale",
    `${what} has values of size ${size.toExponential(0)}, and its variance is beyond the numbers a computer holds`,
    { hint: `give it in another unit: divide it by ${size.toExponential(0)}` },
  );
}
