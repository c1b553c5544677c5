import type { CrossedLayout } from "./crossedLayout.ts";

/** out = Lambda rest, or Lambda' rest, block by block of the factors after the leaf; `out` is not `rest`. */
export function scaleByLambda(
  layout: CrossedLayout,
  lambdas: readonly Float64Array[],
  transposed: boolean,
  rest: Float64Array,
  out: Float64Array,
): void {
  const { factors, starts } = layout;
  for (let f = 1; f < factors.length; f++) {
    const { width: S, levels } = factors[f]!;
    const lambda = lambdas[f]!;
    const row = transposed ? S : 1;
    const column = transposed ? 1 : S;
    for (let l = 0; l < levels; l++) {
      const at = starts[f]![l]!;
      for (let i = 0; i < S; i++) {
        let sum = 0;
        for (let c = 0; c < S; c++) sum += lambda[i * row + c * column]! * rest[at + c]!;
        out[at + i] = sum;
      }
    }
  }
}
