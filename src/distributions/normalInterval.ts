import { erfcx } from "./errorFunctions.ts";

/** P(Z > x) for standard normal Z, full relative accuracy until it underflows. */
export function upperNormal(x: number): number {
  if (x < 0) return 1 - upperNormal(-x);
  if (x > 38.6) return 0;
  return 0.5 * Math.exp(-0.5 * x * x) * erfcx(x * Math.SQRT1_2);
}

/** P(low < Z < high), low <= high, without cancellation in either tail. */
export function normalInterval(low: number, high: number): number {
  if (low > 0) return upperNormal(low) - upperNormal(high);
  if (high < 0) return upperNormal(-high) - upperNormal(-low);
  return 1 - upperNormal(high) - upperNormal(-low);
}

/** 1 - P(low < Z < high), low <= high, from the two tails. */
export function outsideNormalInterval(low: number, high: number): number {
  return upperNormal(high) + upperNormal(-low);
}
