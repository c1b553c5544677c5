import { HendersonError } from "../base/errors.ts";
import type { Model } from "../model/model.ts";

/** Beyond 10 to this power, up or down, the square of a variance (Satterthwaite) of a ratio of columns leaves the range of doubles. */
const LIMIT = 35;

/**
 * Refuses a response, a column or a random slope whose unit is so large or so small that variances cannot be
 * stored: its standard error would be printed as zero or infinite.
 *
 * @throws HendersonError fit/extreme-scale
 */
export function requireScale(model: Model): void {
  const { response, fixed, random } = model;
  const n = response.length;
  check("the response", response);
  fixed.names.forEach((name, j) => {
    check(`the column '${name}'`, fixed.matrix.values.subarray(j * n, (j + 1) * n));
  });
  for (const { basis, coefficientNames, group } of random) {
    basis.forEach((column, k) => {
      if (column !== null) check(`the slope '${coefficientNames[k]!}' of ${group}`, column);
    });
  }
}

function check(what: string, values: Float64Array): void {
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Math.abs(values[i]!);
    if (value > size) size = value;
  }
  if (size === 0 || (size < 10 ** LIMIT && size > 10 ** -LIMIT)) return;
  throw new HendersonError(
    "fit/extreme-scale",
    `${what} has values of size ${size.toExponential(0)}, and its variance is beyond the numbers a computer holds`,
    { hint: `give it in another unit: divide it by ${size.toExponential(0)}` },
  );
}
