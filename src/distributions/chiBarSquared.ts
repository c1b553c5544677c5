import { HendersonError } from "../base/errors.ts";
import { chiSquaredDensity } from "./gammaDensity.ts";
import { gammaTail } from "./incompleteGamma.ts";
import { solveLogTail } from "./solveLogTail.ts";
import { logOfTail, type TailOptions, targetTail } from "./tail.ts";

/** Part of a chi-bar-squared distribution: a chi-squared with its weight; df 0 is the point zero. */
export interface ChiBarComponent {
  /** degrees of freedom, not negative */
  readonly df: number;
  /** not negative; weights are divided by their sum */
  readonly weight: number;
}

/**
 * Distribution function of a mixture of chi-squared variables, the null distribution of likelihood-ratio statistics when parameters
 * lie on the boundary: weights 1/2 on df 0 and 1 for one variance, 1/2 on 1 and 2 for a variance with its covariance
 * (Self and Liang 1987, JASA 82, 605-610; Stram and Lee 1994, Biometrics 50, 1171-1177).
 *
 * `lower: false` is P(X > x), summed from the components' upper tails without subtraction; at x = 0 it leaves the point mass out.
 *
 * @throws distributions/bad-argument
 */
export function chiBarSquaredCdf(
  x: number,
  components: readonly ChiBarComponent[],
  options: TailOptions = {},
): number {
  const parts = normalized(components);
  if (Number.isNaN(x)) return Number.NaN;
  const log = logMixtureTail(x, parts, options.lower ?? true);
  return options.log === true ? log : Math.exp(log);
}

/**
 * Quantile of a mixture of chi-squared variables: the smallest x with P(X <= x) >= p, which is zero up to the mass there.
 *
 * @returns NaN when p is not a probability
 * @throws distributions/bad-argument
 */
export function chiBarSquaredQuantile(
  p: number,
  components: readonly ChiBarComponent[],
  options: TailOptions = {},
): number {
  const parts = normalized(components);
  const target = targetTail(p, options);
  if (target === null) return Number.NaN;
  const spread = parts.filter((part) => part.df > 0);
  const atZero = logMixtureTail(0, parts, target.lower);
  if (spread.length === 0 || (target.lower ? target.log <= atZero : target.log >= atZero)) return 0;
  if (target.log === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  const largest = Math.max(...spread.map((part) => part.df));
  const logTail = (u: number): number => logMixtureTail(Math.exp(u), parts, target.lower);
  const start = target.lower ? Math.log(largest) : Math.log(largest - 2 * target.log);
  return Math.exp(solveLogTail(logTail, target.log, start, target.lower ? 0.5 * largest : -0.5 * largest));
}

/**
 * Density of the continuous part of a mixture of chi-squared variables; the mass of a component with df 0 is not in it.
 *
 * @throws distributions/bad-argument
 */
export function chiBarSquaredDensity(x: number, components: readonly ChiBarComponent[]): number {
  let sum = 0;
  for (const { df, weight } of normalized(components)) {
    if (df > 0) sum += weight * chiSquaredDensity(x, df);
  }
  return sum;
}

/**
 * Binomial weights: the mixture for `count` independent variances at the boundary beside `free` unconstrained parameters,
 * weight C(count, j) / 2^count on free + j degrees of freedom (Self and Liang 1987, case 9).
 */
export function independentBoundaryComponents(count: number, free: number = 0): ChiBarComponent[] {
  const components: ChiBarComponent[] = [];
  let weight = 0.5 ** count;
  for (let j = 0; j <= count; j++) {
    components.push({ df: free + j, weight });
    weight *= (count - j) / (j + 1);
  }
  return components;
}

function normalized(components: readonly ChiBarComponent[]): ChiBarComponent[] {
  let sum = 0;
  for (const { df, weight } of components) {
    if (!(df >= 0 && df < Number.POSITIVE_INFINITY && weight >= 0)) {
      throw new HendersonError(
        "distributions/bad-argument",
        "a component of a mixture of chi-squared distributions has df and weight that are not negative",
      );
    }
    sum += weight;
  }
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
    throw new HendersonError("distributions/bad-argument", "the weights of a mixture need a positive sum");
  }
  return components.map(({ df, weight }) => ({ df, weight: weight / sum })).filter((part) => part.weight > 0);
}

/** log sum of weight P(X_df <= x), or of the upper tails */
function logMixtureTail(x: number, parts: readonly ChiBarComponent[], lower: boolean): number {
  const logs = parts.map(({ df, weight }) => Math.log(weight) + logTailOf(x, df, lower));
  const largest = Math.max(...logs);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - largest);
  return Math.min(largest + Math.log(sum), 0);
}

function logTailOf(x: number, df: number, lower: boolean): number {
  if (df === 0 || x <= 0) {
    const reached = df === 0 ? x >= 0 : false;
    return reached === lower ? 0 : Number.NEGATIVE_INFINITY;
  }
  return logOfTail(gammaTail(0.5 * df, 0.5 * x), lower);
}
