import type { Model } from "../model/model.ts";
import type { ResponseSums } from "./engine.ts";
import { groupFactors } from "./factors.ts";
import { createReduction } from "./response.ts";

/**
 * What `Problem.setResponse` takes, from the rows of one response after the other; each overwrites the last. For models
 * of the blocked and the linear engine. O(n (p + S)) a response, nothing is allocated.
 */
export function createResponseSums(model: Model): (response: Float64Array) => ResponseSums {
  const reduce = createReduction(model);
  const factors = groupFactors(model.random);
  const scales = factors.map(({ columns }) => columns.map((column) => scaleOf(column, model.weights)));
  const random = factors.map(({ levels, width }) => new Float64Array(levels * width));
  return (response) => {
    const { residual, coefficients, crossproduct, sumOfSquares } = reduce(response);
    factors.forEach(({ codes, width: S }, f) => {
      const out = random[f]!;
      out.fill(0);
      for (let s = 0; s < S; s++) addByLevel(scales[f]![s]!, residual, codes, S, s, out);
    });
    return { random, fixed: crossproduct, coefficients, sumOfSquares };
  };
}

/** out[level * S + s] += scale r, with ones where scale is null. */
function addByLevel(
  scale: Float64Array | null,
  r: Float64Array,
  codes: Int32Array,
  S: number,
  s: number,
  out: Float64Array,
): void {
  if (scale === null) for (let i = 0; i < codes.length; i++) out[codes[i]! * S + s]! += r[i]!;
  else for (let i = 0; i < codes.length; i++) out[codes[i]! * S + s]! += scale[i]! * r[i]!;
}

/** w z of every row, null when all are 1. */
function scaleOf(column: Float64Array | null, weights: Float64Array | undefined): Float64Array | null {
  if (weights === undefined) return column;
  return column === null ? weights : weights.map((w, i) => w * column[i]!);
}
