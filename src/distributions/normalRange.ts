/*
 * The range W of k independent standard normal variables. With the largest at z the others lie within w below it:
 * P(W <= w) = k int phi(z) (Phi(z) - Phi(z - w))^(k-1) dz (Hartley 1942, Biometrika 32), and the complement takes
 * Phi(z)^(k-1) minus that power. Both are integrals of positive functions, taken on c = z - w/2.
 */
import { erfcx } from "./errorFunctions.ts";
import { gaussNodes, gaussWeights } from "./gaussLegendre.ts";
import { logTrapezoid } from "./logTrapezoid.ts";
import { upperNormal } from "./normalInterval.ts";

const logSqrtTwoPi = 0.9189385332046728;

/** log P(W <= w) or log P(W > w) for w > 0 and k >= 2 variables, k not necessarily whole. */
export function logRangeTail(w: number, k: number, lower: boolean): number {
  // the largest of many variables has a narrow density with complex singularities near
  const step = 0.33 / Math.sqrt(1 + 0.7 * Math.log(k));
  if (lower) return logLower(w, k, step);
  // P(W <= w) < k (w / sqrt(2 pi))^(k - 1)
  if (Math.log(k) + (k - 1) * (Math.log(w) - logSqrtTwoPi) < -38) return 0;
  return logUpper(w, k, step);
}

function logUpper(w: number, k: number, step: number): number {
  const half = 0.5 * w;
  const logTerm = (c: number): number => {
    const all = logNormal(c + half);
    // Phi(z - w) = exp(square + below): the squares of z and z - w are kept apart until they cancel
    const near = half - c;
    const square = near > 0 ? -0.5 * near * near : 0;
    const below = near > 0 ? Math.log(0.5 * erfcx(near * Math.SQRT1_2)) : logNormal(-near);
    const share = square + below - all;
    const exceeds =
      share < -600 ? Math.log(k - 1) + share : Math.log(-Math.expm1((k - 1) * Math.log1p(-Math.exp(share))));
    return -0.5 * (c + half) ** 2 + (k - 1) * all + exceeds;
  };
  return logTrapezoid(logTerm, step, 0) + Math.log(k) - logSqrtTwoPi;
}

function logLower(w: number, k: number, widest: number): number {
  const half = 0.5 * w;
  // -d^2/dc^2 of the log integrand at zero: for small w it is a normal density with this precision
  const curvature = 1 + (k - 1) * w * Math.exp(-0.5 * half * half - logSqrtTwoPi - logInterval(0, half));
  const step = Math.min(widest, 0.55 / Math.sqrt(curvature));
  // made even in c: (phi(c + w/2) + phi(c - w/2)) / 2
  const logTerm = (c: number): number => {
    const x = Math.abs(c);
    const density = -0.5 * (x - half) ** 2 + Math.log1p(Math.exp(-x * w)) - Math.LN2;
    return density + (k - 1) * logInterval(x, half);
  };
  return logTrapezoid(logTerm, step, 0) + Math.log(k) - logSqrtTwoPi;
}

/** log(Phi(c + half) - Phi(c - half)), c >= 0 */
function logInterval(c: number, half: number): number {
  if (half <= 0.5) {
    // phi(c) 2 int_0^half cosh(c t) exp(-t^2 / 2) dt: nothing is subtracted
    let sum = 0;
    for (let i = 0; i < gaussNodes.length; i++) {
      const t = half * gaussNodes[i]!;
      sum += gaussWeights[i]! * Math.cosh(c * t) * Math.exp(-0.5 * t * t);
    }
    return -0.5 * c * c - logSqrtTwoPi + Math.log(2 * half * sum);
  }
  const near = c - half;
  const far = c + half;
  if (near <= 0) return Math.log1p(-upperNormal(far) - upperNormal(-near));
  const mills = erfcx(near * Math.SQRT1_2);
  const ratio = (erfcx(far * Math.SQRT1_2) / mills) * Math.exp(-2 * c * half);
  return -0.5 * near * near + Math.log(0.5 * mills) + Math.log1p(-ratio);
}

/** log Phi(x) */
function logNormal(x: number): number {
  return x > 0 ? Math.log1p(-upperNormal(x)) : -0.5 * x * x + Math.log(0.5 * erfcx(-x * Math.SQRT1_2));
}
