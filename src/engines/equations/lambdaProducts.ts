// Products with Lambda (x) I on the unknowns of one component, Lambda k x k lower.

import type { Component } from "./components.ts";

/** out = Lambda x, level by level; out may be x itself. */
export function timesLambda(
  { first, levels, width }: Component,
  lambda: Float64Array,
  x: Float64Array,
  out: Float64Array,
): void {
  if (width === 1) {
    const scale = lambda[0]!;
    // 0 + : an effect without variance is zero, not minus zero
    for (let i = first; i < first + levels; i++) out[i] = 0 + scale * x[i]!;
    return;
  }
  for (let at = first; at < first + levels * width; at += width) {
    // from the last row up, so that x and out may be the same
    for (let a = width - 1; a >= 0; a--) {
      let sum = 0;
      for (let b = 0; b <= a; b++) sum += lambda[a + b * width]! * x[at + b]!;
      out[at + a] = sum;
    }
  }
}

/** x <- Lambda' x, level by level. */
export function timesLambdaTransposed(
  { first, levels, width }: Component,
  lambda: Float64Array,
  x: Float64Array,
): void {
  if (width === 1) {
    const scale = lambda[0]!;
    for (let i = first; i < first + levels; i++) x[i]! *= scale;
    return;
  }
  for (let at = first; at < first + levels * width; at += width) {
    for (let b = 0; b < width; b++) {
      let sum = 0;
      for (let a = b; a < width; a++) sum += lambda[a + b * width]! * x[at + a]!;
      x[at + b] = sum;
    }
  }
}
