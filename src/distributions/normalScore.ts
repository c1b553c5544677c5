import { wichuraQuantile } from "./wichuraQuantile.ts";

/** The normal quantile of a coordinate of the unit cube, infinite at its ends. */
export function normalScore(u: number): number {
  if (u <= 0) return Number.NEGATIVE_INFINITY;
  return u >= 1 ? Number.POSITIVE_INFINITY : wichuraQuantile(u);
}
