/*
 * Regularized incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, on the log scale.
 * Series for x < a + 1 (DLMF 8.11.4), Legendre's continued fraction above (DLMF 8.9.2), and for
 * a >= 50 near x = a the uniform expansion of Temme 1979 (DLMF 8.12), whose cost does not grow with a.
 */
import { unitDeviance } from "./deviance.ts";
import { erfcx } from "./errorFunctions.ts";
import { logGamma, logGammaNearOne, stirlingError } from "./gammaFunctions.ts";
import type { Tail } from "./tail.ts";

const uniformFrom = 50;

/** log of x^a e^-x / Gamma(a + 1); a > 0, x > 0. */
export function logGammaWeight(a: number, x: number): number {
  if (a < 10) return a * Math.log(x) - x - logGamma(a + 1);
  return -a * unitDeviance((x - a) / a, x / a) - stirlingError(a) - 0.5 * Math.log(2 * Math.PI * a);
}

/** One tail of the gamma distribution with shape a > 0 and scale 1 at x: the lower one for x below about a. */
export function gammaTail(a: number, x: number): Tail {
  if (x <= 0) return { lower: true, log: Number.NEGATIVE_INFINITY };
  if (x === Number.POSITIVE_INFINITY) return { lower: false, log: Number.NEGATIVE_INFINITY };
  if (a >= uniformFrom) {
    const deviance = unitDeviance((x - a) / a, x / a);
    if (deviance <= 0.5) return uniformTail(a, x >= a, deviance);
  }
  if (a < 0.2 && x < 1) {
    const upper = smallShapeUpper(a, x);
    if (upper < 0.7) return { lower: false, log: Math.log(upper) };
  }
  const weight = logGammaWeight(a, x);
  if (x < a + 1) return { lower: true, log: weight + Math.log(lowerSeries(a, x)) };
  return { lower: false, log: weight + Math.log(a) + Math.log(upperFraction(a, x)) };
}

/** sum x^n / ((a + 1) ... (a + n)) */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Q(a, x) without one minus P(a, x), for small a and x (Didonato and Morris 1986, ACM TOMS 12, 377-393, eq. 20). */
function smallShapeUpper(a: number, x: number): number {
  const log = a * Math.log(x) - logGammaNearOne(a);
  let term = 1;
  let sum = 0;
  for (let k = 1; Math.abs(term) > 1e-18; k++) {
    term *= -x / k;
    sum += term / (a + k);
  }
  return -(Math.expm1(log) + Math.exp(log) * a * sum);
}

/** Gamma(a, x) e^x x^-a by the modified Lentz method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 100_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

/** DLMF 8.12.3-8.12.4 with eta^2 / 2 = deviance <= 1/2, on the side of the smaller tail. */
function uniformTail(a: number, upper: boolean, deviance: number): Tail {
  const eta = (upper ? 1 : -1) * Math.sqrt(2 * deviance);
  let sum = 0;
  for (let k = temmeCoefficients.length - 1; k >= 0; k--) {
    const row = temmeCoefficients[k]!;
    let polynomial = 0;
    for (let n = row.length - 1; n >= 0; n--) polynomial = polynomial * eta + row[n]!;
    sum = sum / a + polynomial;
  }
  const correction = sum / Math.sqrt(2 * Math.PI * a);
  const main = 0.5 * erfcx(Math.sqrt(a * deviance));
  return { lower: !upper, log: -a * deviance + Math.log(upper ? main + correction : main - correction) };
}

/** Taylor coefficients in eta of C_0 .. C_7 in sum_k C_k(eta) a^-k (DLMF 8.12.8-8.12.12). */
const temmeCoefficients: readonly (readonly number[])[] = expandTemme(8, 42);

function expandTemme(rowCount: number, length: number): number[][] {
  // x / a - 1 = mu = sum alpha_n eta^n from mu mu' = eta (1 + mu)
  const alpha = new Float64Array(length + 2);
  alpha[1] = 1;
  for (let n = 2; n < alpha.length; n++) {
    let sum = 0;
    for (let i = 2; i < n; i++) sum += alpha[i]! * (n + 1 - i) * alpha[n + 1 - i]!;
    alpha[n] = (alpha[n - 1]! - sum) / (n + 1);
  }
  // eta / mu = sum inverse_n eta^n
  const inverse = new Float64Array(length + 1);
  inverse[0] = 1;
  for (let n = 1; n <= length; n++) {
    let sum = 0;
    for (let i = 1; i <= n; i++) sum += alpha[i + 1]! * inverse[n - i]!;
    inverse[n] = -sum;
  }
  // C_0 = 1/mu - 1/eta and C_k = C_{k-1}' / eta + g_k / mu, with g_k chosen so that the pole at eta = 0 cancels
  const rows: number[][] = [Array.from(inverse.subarray(1))];
  for (let k = 1; k < rowCount; k++) {
    const previous = rows[k - 1]!;
    const pole = -previous[1]!;
    const row: number[] = [];
    for (let n = 0; n + 2 < previous.length; n++)
      row.push((n + 2) * previous[n + 2]! + pole * inverse[n + 1]!);
    rows.push(row);
  }
  return rows.map((row) => row.slice(0, 26));
}
