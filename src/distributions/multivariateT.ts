/*
 * Probabilities of boxes under the multivariate t and normal distributions, by what fits the correlation:
 * one common factor (contrasts with a control, any two variables), rank two (contrasts of three means), else lattice rules.
 */
import { HendersonError } from "../base/errors.ts";
import { type Box, type BoxProbability, reduceBox } from "./box.ts";
import { latticeIntegral } from "./latticeIntegral.ts";
import { factorLoadings, oneFactorProbability } from "./oneFactor.ts";
import { planarDirections, planarProbability } from "./planarBox.ts";
import { rareViolation, sumOfTails } from "./rareViolation.ts";
import { correlationFactor } from "./separationOfVariables.ts";
import { tCdf, tQuantile } from "./studentT.ts";

/** Where the sum of all tails is below this, the probability is found by the tails. */
const rare = 0.01;

export interface MultivariateOptions {
  /** absolute error to reach; default 1e-5. Structured correlations are exact to about 1e-13 anyway */
  readonly tolerance?: number;
  /** points at which the integrand may be taken; default 700,000 */
  readonly maxPoints?: number;
}

/**
 * P(lower < T < upper) for T multivariate t with the given correlation matrix: X / S with X normal and df S^2 chi-squared,
 * as estimates divided by their standard errors that share one residual variance.
 *
 * The same digits on every run: no random seed is involved. Where the complement is small, and the box about the origin, it is
 * found by the tails, to 1e-3 relative and better: p-values 1 - P(max |T| < q) keep their first digits however small they are.
 *
 * @param lower, upper bounds, lengths d; infinite ones are allowed
 * @param correlation  d x d, row or column major; may be singular, as for all pairwise contrasts
 * @param df           degrees of freedom, positive; Infinity is the multivariate normal
 * @throws distributions/not-a-correlation, distributions/bad-argument
 */
export function multivariateTProbability(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  correlation: ArrayLike<number>,
  df: number,
  options: MultivariateOptions = {},
): BoxProbability {
  const box = checkedBox(lower, upper, correlation);
  requireDf(df);
  return boxProbability(reduceBox(box), df, options);
}

/** Which of the coordinates of T a quantile bounds: |T_j| <= q, T_j <= q or T_j >= -q for all j. */
export type EquicoordinateTail = "both" | "upper" | "lower";

/** An equicoordinate quantile and how exactly it is known. */
export interface MultivariateQuantile {
  readonly quantile: number;
  /** estimated absolute error of the quantile */
  readonly error: number;
}

/**
 * The q with P(|T_j| <= q for all j) = p (or one-sided), the critical value of simultaneous intervals.
 *
 * @param p           simultaneous level, in (0, 1)
 * @param correlation d x d, may be singular
 * @param df          degrees of freedom, positive, possibly Infinity
 * @throws distributions/not-a-correlation, distributions/bad-argument
 */
export function multivariateTQuantile(
  p: number,
  correlation: ArrayLike<number>,
  df: number,
  options: MultivariateOptions & { readonly tail?: EquicoordinateTail } = {},
): MultivariateQuantile {
  const d = Math.sqrt(correlation.length);
  requireDf(df);
  if (!(p > 0 && p < 1)) {
    throw new HendersonError(
      "distributions/bad-argument",
      `a simultaneous level lies between 0 and 1, not ${shown(p)}`,
    );
  }
  const tail = options.tail ?? "both";
  const sided = tail === "both" ? 2 : 1;
  const complementAt = (q: number, tolerance: number): BoxProbability => {
    const low = tail === "upper" ? Number.NEGATIVE_INFINITY : -q;
    const high = tail === "lower" ? Number.POSITIVE_INFINITY : q;
    const fill = (value: number): Float64Array => new Float64Array(d).fill(value);
    const box = reduceBox(checkedBox(fill(low), fill(high), correlation));
    return boxProbability(box, df, { ...options, tolerance });
  };
  // between the quantile of one coordinate and Bonferroni's
  const least = tQuantile((1 - p) / sided, df, { lower: false });
  const most = tQuantile((1 - p) / (sided * d), df, { lower: false });
  const finest = options.tolerance ?? 1e-5;
  const coarse = Math.max(finest, 1e-3);
  const search = (q: number): number => 1 - p - complementAt(q, coarse).complement;
  const found = most > least ? regulaFalsi(search, least, most) : least;
  const step = 1e-3 * Math.max(Math.abs(found), 0.1);
  const slope = (search(found + step) - search(found - step)) / (2 * step);
  const fine = complementAt(found, finest);
  return { quantile: found + (fine.complement - (1 - p)) / slope, error: fine.error / slope };
}

/** Root of an increasing function, negative at `low` and positive at `high`, by the Illinois variant of the false position. */
function regulaFalsi(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let [atA, atB] = [f(a), f(b)];
  if (atA >= 0) return a;
  if (atB <= 0) return b;
  let side = 0;
  for (let iteration = 0; iteration < 100; iteration++) {
    const x = (a * atB - b * atA) / (atB - atA);
    const value = f(x);
    if (value === 0 || Math.abs(b - a) <= 1e-14 * Math.abs(x)) return x;
    if (value < 0) {
      if (Math.abs(x - a) <= 1e-15 * Math.abs(x)) return x;
      [a, atA] = [x, value];
      if (side === -1) atB *= 0.5;
      side = -1;
    } else {
      if (Math.abs(x - b) <= 1e-15 * Math.abs(x)) return x;
      [b, atB] = [x, value];
      if (side === 1) atA *= 0.5;
      side = 1;
    }
  }
  return 0.5 * (a + b);
}

/** The event by the method that suits its correlation. */
function boxProbability(box: Box, df: number, options: MultivariateOptions): BoxProbability {
  const d = box.lower.length;
  if (d === 0) return { probability: 1, complement: 0, error: 0, points: 0 };
  for (let j = 0; j < d; j++) {
    if (!(box.lower[j]! < box.upper[j]!)) return { probability: 0, complement: 1, error: 0, points: 0 };
  }
  if (d === 1) return interval(box.lower[0]!, box.upper[0]!, df);
  const loadings = factorLoadings(box.correlation, d);
  if (loadings !== null) return oneFactorProbability(box, loadings, df);
  const aboutOrigin = box.lower.every((low) => low < 0) && box.upper.every((high) => high > 0);
  if (aboutOrigin) {
    const directions = planarDirections(box.correlation, d);
    if (directions !== null) return planarProbability(box, directions, df);
  }
  const factor = correlationFactor(box);
  if (factor === null) throw notACorrelation("it has a negative eigenvalue");
  const method = aboutOrigin && sumOfTails(box, df) < rare ? rareViolation : latticeIntegral;
  return method(box, factor, df, options.tolerance ?? 1e-5, options.maxPoints ?? 700_000);
}

function interval(low: number, high: number, df: number): BoxProbability {
  const complement = tCdf(low, df) + tCdf(high, df, { lower: false });
  const probability =
    low > 0
      ? tCdf(low, df, { lower: false }) - tCdf(high, df, { lower: false })
      : high < 0
        ? tCdf(high, df) - tCdf(low, df)
        : 1 - complement;
  return { probability, complement, error: 1e-15, points: 1 };
}

function checkedBox(lower: ArrayLike<number>, upper: ArrayLike<number>, correlation: ArrayLike<number>): Box {
  const d = lower.length;
  if (upper.length !== d) {
    throw new HendersonError(
      "distributions/bad-argument",
      `there are ${d} lower and ${upper.length} upper bounds`,
    );
  }
  const box = {
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    correlation: Float64Array.from(correlation),
  };
  for (let j = 0; j < d; j++) {
    if (Number.isNaN(box.lower[j]!) || Number.isNaN(box.upper[j]!)) {
      throw new HendersonError("distributions/bad-argument", `bound ${j + 1} is not a number`);
    }
  }
  if (box.correlation.length !== d * d) {
    throw notACorrelation(
      `${d} bounds need ${d} x ${d} correlations, there are ${box.correlation.length} numbers`,
    );
  }
  for (let j = 0; j < d; j++) {
    for (let i = 0; i <= j; i++) {
      const r = box.correlation[i + j * d]!;
      const at = `row ${i + 1}, column ${j + 1}`;
      if (i === j && !(Math.abs(r - 1) < 1e-8)) throw notACorrelation(`the entry in ${at} is not 1`);
      if (!(Math.abs(r) <= 1 + 1e-8)) throw notACorrelation(`the entry in ${at} is not between -1 and 1`);
      if (!(Math.abs(r - box.correlation[j + i * d]!) < 1e-8)) {
        throw notACorrelation(`the entry in ${at} differs from its mirror image`);
      }
    }
  }
  return box;
}

function requireDf(df: number): void {
  if (df > 0) return;
  throw new HendersonError("distributions/bad-argument", `degrees of freedom are positive, not ${shown(df)}`);
}

function notACorrelation(reason: string): HendersonError {
  return new HendersonError("distributions/not-a-correlation", `not a correlation matrix: ${reason}`);
}

function shown(value: number): string {
  return Number.isNaN(value) ? "missing" : String(value);
}
