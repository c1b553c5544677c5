// The null distribution of the likelihood ratio where variances are zero under the null hypothesis: a mixture of
// chi-squared distributions, because estimates cannot go below zero. One variance: half the time the ratio is zero
// (Self & Liang 1987, case 5). A coefficient added to k - 1 correlated ones: its k - 1 covariances are free once its
// variance is positive, so half chi2(k-1), half chi2(k) (Stram & Lee 1994, case 2). Independent variances mix like coin
// tosses. m coefficients that are added together have a positive semidefinite m x m matrix to spend.

import { chiBarSquaredCdf } from "../distributions/chiBarSquared.ts";
import type { FitResult } from "../fit/result.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import type { RandomTerm } from "../model/model.ts";

/** A part of a mixture of chi-squared distributions; df 0 is the point zero. */
export interface MixturePart {
  readonly df: number;
  readonly weight: number;
}

/** The reference distribution of a likelihood-ratio statistic. */
export interface NullDistribution {
  readonly parts: readonly MixturePart[];
  /** false where the weights suppose uncorrelated estimates (several variances), or clusters of one kind (a matrix) */
  readonly exact: boolean;
}

/**
 * Weights of the m x m positive semidefinite matrices in the metric of the Frobenius norm, by dimension 0 ... m(m+1)/2.
 * m = 2, 3 in closed form; 4 to 6 by integration over the eigenvalues of the Gaussian orthogonal ensemble (8e6 draws,
 * conditional on the signs: errors below 1e-4).
 *
 * Source: Amelunxen & Buergisser (2015), Found. Comput. Math. 15, 1257, section 4.
 */
const SEMIDEFINITE: Readonly<Record<number, readonly number[]>> = {
  1: [1 / 2, 1 / 2],
  2: mirrored([1 / 2 - Math.SQRT2 / 4, Math.SQRT2 / 4]),
  3: mirrored(
    [1 / 4 - Math.SQRT1_2 / Math.PI, Math.SQRT2 / 4 - 1 / 4, Math.SQRT1_2 / Math.PI, 1 - Math.SQRT1_2],
    7,
  ),
  4: mirrored([0.002448, 0.015163, 0.053126, 0.12238, 0.194418, 0.224929], 11),
  5: mirrored([0.000138, 0.001177, 0.005883, 0.020077, 0.049843, 0.095468, 0.146258, 0.181156], 16),
  6: mirrored(
    [5e-6, 5e-5, 0.00033, 0.00153, 0.005291, 0.014479, 0.032579, 0.061431, 0.097864, 0.132572, 0.15387],
    22,
  ),
};

/** P(statistic >= x) under the mixture: 1 at zero, which has a part of the weight. */
export function mixtureTail({ parts }: NullDistribution, x: number): number {
  return x > 0 ? chiBarSquaredCdf(x, parts, { lower: false }) : 1;
}

/** `1/2 chi2(1) + 1/2 chi2(2)` */
export function mixtureText({ parts }: NullDistribution): string {
  return parts.map(({ df, weight }) => `${weightText(weight)} chi2(${df})`).join(" + ");
}

/**
 * The null distribution for the test of a smaller model against a larger one that differs from it in random terms (and, in ML
 * fits, in fixed effects that only it has): `regular` where nothing lies on a boundary, so that chi-squared holds; `unknown`
 * where the random terms are not nested in a way whose distribution is known.
 *
 * Where estimates of other variances of the smaller model are zero themselves no mixture is exact.
 */
export function varianceNull(
  smaller: FitResult,
  larger: FitResult,
): NullDistribution | "regular" | "unknown" {
  if (smaller.model.traits !== undefined || larger.model.traits !== undefined) {
    return sameRandomTerms(smaller, larger) ? "regular" : "unknown";
  }
  const df = larger.degreesOfFreedom - smaller.degreesOfFreedom;
  const left = new Set(smaller.model.random);
  let weights: readonly number[] = [1];
  let shift = larger.beta.length - smaller.beta.length;
  let cones = 0;
  let exact = true;
  if (shift < 0) return "unknown";
  for (const term of larger.model.random) {
    const inside = [...left].filter((other) => sameGrouping(other, term) && spans(term, other));
    for (const other of inside) left.delete(other);
    const part = larger.held.includes(term.component) ? { cone: 0, shift: 0 } : partOf(term, inside);
    if (part === null) return "unknown";
    shift += part.shift;
    if (part.cone === 0) continue;
    const cone = part.independent === true ? coins(part.cone) : SEMIDEFINITE[part.cone];
    if (cone === undefined) return "unknown";
    weights = convolved(weights, cone);
    cones++;
    exact &&= part.cone === 1;
  }
  // a count of parameters that does not come out means a difference that is not understood
  if (left.size > 0 || shift + weights.length - 1 !== df) return "unknown";
  if (cones === 0) return "regular";
  return { parts: weights.map((weight, d) => ({ df: d + shift, weight })), exact: exact && cones === 1 };
}

/**
 * What the larger model's term has beyond terms of the smaller one: m new directions of variance, and free covariances.
 * Null where that is not known: correlations of a structure without variance cannot be identified (Davies 1987).
 */
function partOf(
  { covariance }: RandomTerm,
  inside: readonly RandomTerm[],
): { readonly cone: number; readonly shift: number; readonly independent?: boolean } | null {
  const k = covariance.size;
  const kept = inside.reduce((sum, term) => sum + term.covariance.size, 0);
  const before = inside.reduce((sum, term) => sum + term.covariance.parameters.length, 0);
  const m = k - kept;
  if (m < 0 || covariance.rank !== undefined || inside.some((term) => term.covariance.rank !== undefined)) {
    return null;
  }
  // no new variance: correlations or differences of variances, all of them inside the parameter space
  if (m === 0) return { cone: 0, shift: covariance.parameters.length - before };
  const plain = inside.every((term) => term.covariance.name === "us" || term.covariance.name === "diag");
  if (covariance.name === "us" && plain) {
    return { cone: m, shift: (kept * (kept + 1)) / 2 - before + m * kept };
  }
  if (covariance.name === "diag" && plain && before === kept) return { cone: m, shift: 0, independent: true };
  return k === 1 ? { cone: 1, shift: 0 } : null;
}

function sameRandomTerms(a: FitResult, b: FitResult): boolean {
  const texts = ({ model }: FitResult): string =>
    JSON.stringify(
      model.random.map((term) => [term.component, term.coefficientNames, term.covariance.name]).sort(),
    );
  return texts(a) === texts(b);
}

function sameGrouping(a: RandomTerm, b: RandomTerm): boolean {
  if (a.group !== b.group || a.levels.length !== b.levels.length) return false;
  if (a.relationship?.name !== b.relationship?.name) return false;
  if ((a.incidence === undefined) !== (b.incidence === undefined)) return false;
  return a.codes.every((code, i) => code === b.codes[i]);
}

/** Relative length of what is left of a column outside the span of others that still counts as nothing. */
const OUTSIDE = 1e-8;

/** Whether every column of `inner` is a combination of the columns of `outer`; columns of several layers must be the same. */
function spans(outer: RandomTerm, inner: RandomTerm): boolean {
  if (outer.incidence !== undefined || inner.incidence !== undefined) {
    return inner.coefficientNames.every((name) => outer.coefficientNames.includes(name));
  }
  const n = outer.codes.length;
  const k = outer.basis.length;
  const one = (column: Float64Array | null, i: number): number => (column === null ? 1 : column[i]!);
  const scale = outer.basis.map((column) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += one(column, i) ** 2;
    return Math.sqrt(sum) || 1;
  });
  const gram = new Float64Array(k * k);
  for (let b = 0; b < k; b++) {
    for (let a = b; a < k; a++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += one(outer.basis[a]!, i) * one(outer.basis[b]!, i);
      gram[a + b * k] = sum / (scale[a]! * scale[b]!);
    }
  }
  if (!choleskyInPlace(gram, k)) return false;
  return inner.basis.every((column) => {
    const right = new Float64Array(k);
    let own = 0;
    for (let i = 0; i < n; i++) {
      const value = one(column, i);
      own += value * value;
      for (let a = 0; a < k; a++) right[a]! += (one(outer.basis[a]!, i) * value) / scale[a]!;
    }
    solveCholesky(gram, k, right);
    let rest = 0;
    for (let i = 0; i < n; i++) {
      let value = one(column, i);
      for (let a = 0; a < k; a++) value -= (one(outer.basis[a]!, i) * right[a]!) / scale[a]!;
      rest += value * value;
    }
    return rest <= OUTSIDE ** 2 * own;
  });
}

/** Binomial weights of m independent variances. */
function coins(m: number): readonly number[] {
  let weights: readonly number[] = [1];
  for (let i = 0; i < m; i++) weights = convolved(weights, [1 / 2, 1 / 2]);
  return weights;
}

function convolved(a: readonly number[], b: readonly number[]): readonly number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      out[i + j]! += x * y;
    });
  });
  return out;
}

/** The first half of weights that are the same from both ends. */
function mirrored(half: readonly number[], length: number = 2 * half.length): readonly number[] {
  return Array.from({ length }, (_, i) => half[Math.min(i, length - 1 - i)]!);
}

function weightText(weight: number): string {
  for (let denominator = 1; denominator <= 64; denominator *= 2) {
    const numerator = weight * denominator;
    if (Math.abs(numerator - Math.round(numerator)) > 1e-12) continue;
    return denominator === 1 ? String(numerator) : `${Math.round(numerator)}/${denominator}`;
  }
  return weight.toFixed(3);
}
