/*
 * Exponential and gamma variables by the algorithms that R uses, so that an `rRandomStream` gives R's numbers. They take any stream.
 */
import type { RandomStream } from "../base/random.ts";

/** Sums of the first terms of exp(log 2) - 1 = 1 until they are one: the thresholds of algorithm SA. */
const exponentialSums: readonly number[] = partialSums();

function partialSums(): number[] {
  const sums: number[] = [];
  let term = 1;
  let sum = 0;
  for (let k = 1; k <= 16; k++) {
    term *= Math.LN2 / k;
    sum += term;
    sums.push(sum);
  }
  sums[15] = 1;
  return sums;
}

/** Standard exponential variable (Ahrens and Dieter 1972, Comm. ACM 15, 873-882: algorithm SA); R's `rexp`. */
export function exponentialVariate(stream: RandomStream): number {
  let whole = 0;
  let u = openUniform(stream);
  for (;;) {
    u += u;
    if (u > 1) break;
    whole += exponentialSums[0]!;
  }
  u -= 1;
  if (u <= exponentialSums[0]!) return whole + u;
  let least = stream.uniform();
  let k = 0;
  do {
    least = Math.min(least, stream.uniform());
    k += 1;
  } while (u > exponentialSums[k]!);
  return whole + least * exponentialSums[0]!;
}

/** Gamma variable with positive shape and scale; NaN for impossible parameters. R's `rgamma(1, shape, scale = scale)`. */
export function gammaVariate(stream: RandomStream, shape: number, scale: number = 1): number {
  if (!(shape >= 0 && scale >= 0) || shape === Number.POSITIVE_INFINITY) return Number.NaN;
  if (shape === 0 || scale === 0) return 0;
  return scale * (shape < 1 ? smallShapeGamma(stream, shape) : largeShapeGamma(stream, shape));
}

/** Chi-squared variable; R's `rchisq(1, df)`. */
export function chiSquaredVariate(stream: RandomStream, df: number): number {
  return gammaVariate(stream, 0.5 * df, 2);
}

/** Shape below one: Ahrens and Dieter 1974, Computing 12, 223-246, algorithm GS. */
function smallShapeGamma(stream: RandomStream, a: number): number {
  const b = 1 + 0.36787944117144233 * a;
  for (;;) {
    const p = b * stream.uniform();
    if (p >= 1) {
      const x = -Math.log((b - p) / a);
      if (exponentialVariate(stream) >= (1 - a) * Math.log(x)) return x;
    } else {
      const x = Math.exp(Math.log(p) / a);
      if (exponentialVariate(stream) >= x) return x;
    }
  }
}

/** Coefficients of q0 and of the logarithm in Ahrens and Dieter 1982, lowest power first. */
const qZero: readonly number[] = [
  0.04166669, 0.02083148, 0.00801191, 0.00144121, -7.388e-5, 2.4511e-4, 2.424e-4,
];
const logTerms: readonly number[] = [
  0.3333333, -0.250003, 0.2000062, -0.1662921, 0.1423657, -0.1367177, 0.1233795,
];

/** Shape of one and more: Ahrens and Dieter 1982, Comm. ACM 25, 47-54, algorithm GD; the steps are those of the paper. */
function largeShapeGamma(stream: RandomStream, a: number): number {
  // 1
  const s2 = a - 0.5;
  const s = Math.sqrt(s2);
  const d = Math.sqrt(32) - s * 12;
  // 2: normal deviate
  let t = stream.normal();
  const x = s + 0.5 * t;
  if (t >= 0) return x * x;
  // 3: squeeze acceptance
  let u = stream.uniform();
  if (d * u <= t * t * t) return x * x;
  // 4
  const q0 = horner(qZero, 1 / a);
  const [b, sigma, c] = doubleExponential(a, s, s2);
  const quotient = (deviate: number): number => {
    const v = deviate / (s + s);
    return Math.abs(v) <= 0.25
      ? q0 + 0.5 * deviate * deviate * horner(logTerms, v)
      : q0 - s * deviate + 0.25 * deviate * deviate + (s2 + s2) * Math.log(1 + v);
  };
  // 5 - 7: quotient acceptance
  if (x > 0 && Math.log(1 - u) <= quotient(t)) return x * x;
  for (;;) {
    // 8: double exponential deviate
    const e = exponentialVariate(stream);
    u = stream.uniform();
    u = u + u - 1;
    t = u < 0 ? b - sigma * e : b + sigma * e;
    // 9 - 11: rejection
    if (t >= -0.71874483771719) {
      const q = quotient(t);
      if (q > 0 && c * Math.abs(u) <= Math.expm1(q) * Math.exp(e - 0.5 * t * t)) break;
    }
  }
  // 12
  const root = s + 0.5 * t;
  return root * root;
}

/** Location, scale and hat constant of step 4. */
function doubleExponential(a: number, s: number, s2: number): [number, number, number] {
  if (a <= 3.686) return [0.463 + s + 0.178 * s2, 1.235, 0.195 / s - 0.079 + 0.16 * s];
  if (a <= 13.022) return [1.654 + 0.0076 * s2, 1.68 / s + 0.275, 0.062 / s + 0.024];
  return [1.77, 0.75, 0.1515 / s];
}

/** x times the polynomial with these coefficients, lowest power first */
function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = (sum + coefficients[k]!) * x;
  return sum;
}

function openUniform(stream: RandomStream): number {
  for (;;) {
    const u = stream.uniform();
    if (u > 0 && u < 1) return u;
  }
}
