import { digamma, logGammaNearOne } from "./gammaFunctions.ts";
import { gaussNodes, gaussWeights } from "./gaussLegendre.ts";
import { type BetaPoint, betaTail } from "./incompleteBeta.ts";
import type { Tail } from "./tail.ts";

/**
 * `betaTail` for shapes that may be tiny: then the mean is at an end, and a tail of the order of the shape would be found as one minus
 * its complement. F and t distributions, whose shapes are half of degrees of freedom, do without.
 */
export function anyBetaTail(a: number, b: number, point: BetaPoint): Tail {
  const { x, y } = point;
  if (x > 0 && a < 0.1 && x * Math.max(b, 1) < 0.7) {
    const upper = smallShapeUpper(a, b, x);
    if (upper < 0.7) return { lower: false, log: Math.log(upper) };
  }
  if (y > 0 && b < 0.1 && y * Math.max(a, 1) < 0.7) {
    const lower = smallShapeUpper(b, a, y);
    if (lower < 0.7) return { lower: true, log: Math.log(lower) };
  }
  return betaTail(a, b, point);
}

/** 1 - I_x(a, b) without subtraction for small a and b x, from the power series of I_x(a, b) (DLMF 8.17.7). */
function smallShapeUpper(a: number, b: number, x: number): number {
  // log Gamma(a + b) - log Gamma(b) as an integral of digamma: a difference would lose the digits of a
  let slope = 0;
  for (let i = 0; i < gaussNodes.length; i++) slope += gaussWeights[i]! * digamma(1 + b + a * gaussNodes[i]!);
  const log = a * Math.log(x) - logGammaNearOne(a) + a * slope - Math.log1p(a / b);
  let term = 1;
  let sum = 0;
  for (let n = 1; Math.abs(term) > 1e-18 && n < 1000; n++) {
    term *= ((n - b) * x) / n;
    sum += term / (a + n);
  }
  return -(Math.expm1(log) + Math.exp(log) * a * sum);
}
