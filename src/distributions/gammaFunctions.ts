/*
 * log Gamma and its derivatives. Stirling series above 10 (DLMF 5.11.1), argument shifts below, and the
 * zeta series around the zeros of log Gamma at 1 and 2 (DLMF 5.7.3), where a shift would lose digits.
 */

/** B_2k / (2k (2k - 1)), k = 1 .. 10. */
const stirlingSeries: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
  43867 / 244188,
  -174611 / 125400,
];

/** Bernoulli numbers B_2k, k = 1 .. 10. */
const bernoulli: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

/** zeta(k) - 1, k = 2 .. 29. */
const zetaMinusOne: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
  0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
  9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7, 1.1921992596531106e-7,
  5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8, 7.45071178983543e-9,
  3.725334024788457e-9, 1.862659723513049e-9,
];

const eulerGamma = 0.5772156649015329;
const halfLogTwoPi = 0.9189385332046728;

/** log |Gamma(x)|; Infinity at 0 and the negative integers. */
export function logGamma(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / Math.abs(sinPi(x))) - logGamma(1 - x);
  }
  if (x < 0.5) return logGammaNearOne(x) - Math.log(x);
  if (x <= 1.5) return logGammaNearOne(x - 1);
  if (x <= 2.5) return logGammaNearOne(x - 2) + Math.log1p(x - 2);
  let product = 1;
  let shifted = x;
  while (shifted < 10) {
    product *= shifted;
    shifted += 1;
  }
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + stirlingTail(shifted) - Math.log(product)
  );
}

/**
 * Error of Stirling's formula, log Gamma(x + 1) - (x + 1/2) log x + x - log sqrt(2 pi), x > 0.
 *
 * @cite Loader (2000), Fast and accurate computation of binomial probabilities, section 3
 */
export function stirlingError(x: number): number {
  if (x >= 10) return stirlingTail(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - halfLogTwoPi;
}

/** log B(a, b) = log Gamma(a) + log Gamma(b) - log Gamma(a + b), without cancellation for large arguments; a, b > 0. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (small === 1) return -Math.log(large);
  if (large < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const ratio = small / large;
  const correction = stirlingTail(large) - stirlingTail(large + small);
  if (small < 10) {
    return (
      logGamma(small) +
      correction +
      small -
      small * Math.log(large + small) -
      (large - 0.5) * Math.log1p(ratio)
    );
  }
  return (
    halfLogTwoPi -
    0.5 * Math.log(large) +
    stirlingTail(small) +
    correction +
    (small - 0.5) * Math.log(ratio / (1 + ratio)) -
    large * Math.log1p(ratio)
  );
}

/** Derivative of log Gamma; NaN at 0 and the negative integers. */
export function digamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  }
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift -= 1 / z;
    z += 1;
  }
  const inverseSquare = 1 / (z * z);
  let sum = 0;
  for (let k = bernoulli.length; k >= 1; k--) sum = (sum + bernoulli[k - 1]! / (2 * k)) * inverseSquare;
  return shift + Math.log(z) - 0.5 / z - sum;
}

/** Second derivative of log Gamma; Infinity at 0 and the negative integers. */
export function trigamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    const sine = sinPi(x);
    return (Math.PI / sine) ** 2 - trigamma(1 - x);
  }
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift += 1 / (z * z);
    z += 1;
  }
  const inverseSquare = 1 / (z * z);
  let sum = 0;
  for (let k = bernoulli.length; k >= 1; k--) sum = (sum + bernoulli[k - 1]!) * inverseSquare;
  return shift + 1 / z + 0.5 * inverseSquare + sum / z;
}

/** log Gamma(1 + z) for |z| <= 1/2, to full relative accuracy near zero. */
export function logGammaNearOne(z: number): number {
  let sum = 0;
  for (let k = zetaMinusOne.length + 1; k >= 2; k--) {
    sum = sum * z + (k % 2 === 0 ? 1 : -1) * (zetaMinusOne[k - 2]! / k);
  }
  return z * (1 - eulerGamma) - Math.log1p(z) + sum * z * z;
}

function stirlingTail(x: number): number {
  const inverseSquare = 1 / (x * x);
  let sum = 0;
  for (let k = stirlingSeries.length - 1; k >= 0; k--) sum = sum * inverseSquare + stirlingSeries[k]!;
  return sum / x;
}

function sinPi(x: number): number {
  const remainder = x - 2 * Math.floor(x / 2);
  return Math.sin(Math.PI * remainder);
}
