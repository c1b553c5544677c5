import type { ColumnScales } from "../linalg/columnScales.ts";

/** A column that is a combination of columns before it. */
export interface AliasedColumn {
  /** column of the full matrix */
  readonly column: number;
  /** kept columns and weights whose sum it equals; empty for a column of zeros */
  readonly combination: readonly { readonly column: number; readonly weight: number }[];
}

/** Turns coordinates in standardized kept columns into weights of the columns as the user coded them. */
export function combinationOf(
  coordinates: Float64Array,
  kept: readonly number[],
  column: number,
  scales: ColumnScales,
): { column: number; weight: number }[] {
  // x = s_j x~ + m_j 1 with 1 = sum of the spanning columns; weights are made clean before they enter the constant
  const size = scales.size[column]!;
  const weights = new Float64Array(kept.length);
  let constant = scales.center[column]!;
  for (let s = 0; s < coordinates.length; s++) {
    const k = kept[s]!;
    weights[s] = nearbyFraction((coordinates[s]! * scales.scale[column]!) / scales.scale[k]!);
    constant -= weights[s]! * scales.center[k]!;
  }
  const combination: { column: number; weight: number }[] = [];
  for (let s = 0; s < kept.length; s++) {
    const k = kept[s]!;
    const spans = k >= scales.spanStart && k < scales.spanEnd;
    const weight = spans ? nearbyFraction(weights[s]! + constant / scales.spanValue) : weights[s]!;
    // a contribution that rounding explains is none
    if (Math.abs(weight) * scales.size[k]! <= 1e-8 * size) continue;
    combination.push({ column: k, weight });
  }
  return combination;
}

/** The nonzero fraction with denominator up to 12 within 1e-8 (of the number where it is small), or the number itself. */
function nearbyFraction(value: number): number {
  const tolerance = 1e-8 * Math.min(1, Math.abs(value));
  for (let denominator = 1; denominator <= 12; denominator++) {
    const numerator = Math.round(value * denominator);
    if (Math.abs(value * denominator - numerator) <= tolerance * denominator) return numerator / denominator;
  }
  return value;
}
