import { choleskyOf } from "../../linalg/smallCholesky.ts";
import type { ConfoundedEffect } from "../engine.ts";
import type { Factor } from "../factors.ts";
import type { Leaf } from "./leaf.ts";

/** Part of a column's length that must be left after the fixed effects for it to say anything about a variance. */
const FREE = 1e-9;

/** Cross-products of one level: own(s) = sum w z_s^2, fixed(s, k) = sum w z_s x_k. */
export interface LevelProducts {
  readonly levels: number;
  readonly width: number;
  own(level: number, s: number): number;
  fixed(level: number, s: number, k: number): number;
}

/**
 * Random-effect columns that lie in the span of the fixed effects, Z'(W - W X (X'WX)^-1 X'W)Z = 0: REML, which looks only
 * at what the fixed effects leave, knows nothing of their variance. Stops at the first level that has something left, so
 * it costs one level as a rule.
 *
 * @param crossproduct X~'W X~, p x p
 * @returns indices of columns, empty as a rule
 */
export function confoundedColumns(products: LevelProducts, crossproduct: Float64Array, p: number): number[] {
  const found: number[] = [];
  if (p === 0) return found;
  const cholesky = choleskyOf(crossproduct, p);
  const half = new Float64Array(p);
  for (let s = 0; s < products.width; s++) {
    let free = false;
    for (let level = 0; level < products.levels && !free; level++) {
      const own = products.own(level, s);
      let rest = own;
      for (let k = 0; k < p; k++) {
        let sum = products.fixed(level, s, k);
        for (let d = 0; d < k; d++) sum -= cholesky[k + d * p]! * half[d]!;
        half[k] = sum / cholesky[k + k * p]!;
        rest -= half[k]! * half[k]!;
      }
      free = rest > FREE * own;
    }
    if (!free) found.push(s);
  }
  return found;
}

/** Cross-products of the levels of a factor that has been accumulated as a leaf. */
export function leafProducts({ levels, width: S, columns: m, a, b }: Leaf): LevelProducts {
  return {
    levels,
    width: S,
    own: (j, s) => a[j * S * S + s * (S + 1)]!,
    fixed: (j, s, k) => b[j * S * m + k * S + s]!,
  };
}

/** Columns of a factor as coefficients of the model's terms. */
export function confoundedEffects(factor: Factor, columns: readonly number[]): ConfoundedEffect[] {
  return columns.map((column) => {
    let index = factor.terms.length - 1;
    while (factor.offsets[index]! > column) index--;
    return { term: factor.terms[index]!, coefficient: column - factor.offsets[index]! };
  });
}
