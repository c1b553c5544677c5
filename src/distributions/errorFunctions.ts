/*
 * Complementary error functions. One Chebyshev expansion serves the half line: with
 * t = (x - 3.75) / (x + 3.75), (1 + 2x) exp(x^2) erfc(x) is smooth on -1 <= t <= 1
 * (the mapping of Schonfelder 1978, Math. Comp. 32, 1232-1240). The coefficients were computed for this
 * file with 50-digit arithmetic (discrete orthogonality on 64 Chebyshev nodes).
 */
const coefficients: readonly number[] = [
  2.3551578691348034, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5,
  4.13902798607301e-6, 7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8,
  4.521959811218287e-9, -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11,
  1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14, 3.3478119482868056e-14,
  -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];

/** Scaled complementary error function exp(x^2) erfc(x); Infinity below about -26.6. */
export function erfcx(x: number): number {
  if (x < 0) return 2 * expSquare(x, 1) - erfcx(-x);
  if (x === Number.POSITIVE_INFINITY) return 0;
  const t = (x - 3.75) / (x + 3.75);
  let b1 = 0;
  let b2 = 0;
  for (let k = coefficients.length - 1; k >= 1; k--) {
    const b0 = 2 * t * b1 - b2 + coefficients[k]!;
    b2 = b1;
    b1 = b0;
  }
  return (t * b1 - b2 + 0.5 * coefficients[0]!) / (1 + 2 * x);
}

/** Complementary error function, full relative accuracy until it underflows near x = 26.5. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 27.3) return 0;
  return expSquare(x, -1) * erfcx(x);
}

/** Error function, full relative accuracy also near zero. */
export function erf(x: number): number {
  if (Math.abs(x) > 0.9) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  // DLMF 7.6.2: exp(-x^2) times a series of positive terms
  const square = x * x;
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * x * Math.exp(-square) * sum;
}

/** exp(sign x^2) with x^2 split, so that its rounding is not magnified by the exponential. */
function expSquare(x: number, sign: 1 | -1): number {
  const coarse = Math.trunc(x * 16) / 16;
  const rest = (x - coarse) * (x + coarse);
  return Math.exp(sign * coarse * coarse) * Math.exp(sign * rest);
}
