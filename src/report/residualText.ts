import { formatNumbers, zapSmall } from "./numberFormat.ts";
import { namedValues } from "./textTable.ts";

const QUARTILE_NAMES = ["Min", "1Q", "Median", "3Q", "Max"];

/** Minimum, quartiles and maximum of residuals on two lines. */
export function residualQuartiles(residuals: Float64Array, digits: number): string[] {
  const quartiles = [0, 0.25, 0.5, 0.75, 1].map(quantileOf(residuals));
  return namedValues(QUARTILE_NAMES, formatNumbers(zapSmall(quartiles, digits + 1), digits));
}

/** Every residual under its row number, for very small data. */
export function residualList(
  residuals: Float64Array,
  rowNumbers: readonly number[],
  digits: number,
): string[] {
  return namedValues(rowNumbers.map(String), formatNumbers([...residuals], digits));
}

/** Quantiles by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
function quantileOf(values: Float64Array): (probability: number) => number {
  const sorted = Float64Array.from(values).sort();
  return (probability) => {
    const position = probability * (sorted.length - 1);
    const below = Math.floor(position);
    const fraction = position - below;
    const lower = sorted[below]!;
    return fraction === 0 ? lower : lower + fraction * (sorted[below + 1]! - lower);
  };
}
