import { upperNormal } from "./normalInterval.ts";

const perUnit = 64;
const reach = 8.5;

/**
 * P(Z > x), x >= 0, by Taylor's formula of fifth degree from the nearest of a table's points: about 1e-13 relative below 3 and
 * 1e-10 at 8; beyond the table the exact function. For integrals of many points, where exponentials cost too much.
 */
export function tabulateUpperNormal(): (x: number) => number {
  const size = reach * perUnit + 1;
  const tail = new Float64Array(size);
  const density = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const x = i / perUnit;
    tail[i] = upperNormal(x);
    density[i] = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }
  return (x: number): number => {
    const i = Math.round(x * perUnit);
    if (!(i < size)) return upperNormal(x);
    const c = i / perUnit;
    const h = x - c;
    const square = c * c;
    // derivatives are Hermite polynomials times the density
    const sum =
      h *
      (1 -
        h *
          (c / 2 -
            h *
              ((square - 1) / 6 - h * ((c * (square - 3)) / 24 - (h * (square * (square - 6) + 3)) / 120))));
    return tail[i]! - density[i]! * sum;
  };
}
