import type { FitResult } from "../fit/result.ts";
import { createMatrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** Principal components of the random effects of one grouping factor. */
export interface RandomEffectsPca {
  readonly group: string;
  /** components of the model that share the grouping */
  readonly components: readonly string[];
  /** coefficients, length k */
  readonly coefficients: readonly string[];
  /** standard deviations of the principal components, largest first, natural scale */
  readonly sd: readonly number[];
  /** the same relative to sigma, as lme4's rePCA; null for several traits, which have no single sigma */
  readonly relativeSd: readonly number[] | null;
  /** share of the summed variance, and shares added up */
  readonly share: readonly number[];
  readonly cumulative: readonly number[];
  /** per principal component its unit vector over the coefficients; the entry of largest size is positive */
  readonly loadings: readonly (readonly number[])[];
  /** principal components with variance; fewer than k means a boundary fit */
  readonly rank: number;
}

/** A principal component with less than this part of the summed standard deviations has no variance. */
const NO_VARIANCE = 1e-6;

/**
 * Principal components of every grouping factor's covariance of random effects (Bates, Kliegl, Vasishth & Baayen 2015):
 * how many dimensions of variation the data support. Coefficients count in their own units.
 */
export function randomEffectsPca(fit: FitResult): readonly RandomEffectsPca[] {
  const groups = new Map<string, number[]>();
  fit.model.random.forEach(({ group, component, incidence }, t) => {
    // tied terms and members span several columns: each is a factor of its own
    const key = incidence === undefined ? `group ${group}` : `component ${component}`;
    groups.set(key, [...(groups.get(key) ?? []), t]);
  });
  return [...groups.values()].map((terms) => ofTerms(fit, terms));
}

function ofTerms(fit: FitResult, terms: readonly number[]): RandomEffectsPca {
  const { random } = fit.model;
  const coefficients = terms.flatMap((t) => [...random[t]!.coefficientNames]);
  const k = coefficients.length;
  const Sigma = createMatrix(k, k);
  let first = 0;
  for (const t of terms) {
    const { rows, values } = fit.covariances[t]!;
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < rows; i++) Sigma.values[first + i + (first + j) * k] = values[i + j * rows]!;
    first += rows;
  }
  const { values, vectors } = symmetricEigen(Sigma);
  const variances = Array.from({ length: k }, (_, c) => Math.max(0, values[k - 1 - c]!));
  const total = variances.reduce((sum, v) => sum + v, 0);
  const sd = variances.map(Math.sqrt);
  const share = variances.map((v) => (total > 0 ? v / total : 0));
  let sum = 0;
  const cumulative = share.map((part) => {
    sum += part;
    return sum;
  });
  const loadings = variances.map((_, c) => {
    const vector = Array.from(vectors.values.subarray((k - 1 - c) * k, (k - c) * k));
    const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) + 1e-12 ? x : most), 0);
    return largest < 0 ? vector.map((x) => -x) : vector;
  });
  return {
    group: random[terms[0]!]!.group,
    components: terms.map((t) => random[t]!.component),
    coefficients,
    sd,
    relativeSd: fit.model.traits === undefined ? sd.map((s) => s / fit.sigma) : null,
    share,
    cumulative,
    loadings,
    rank: sd.filter((s) => s > NO_VARIANCE * Math.max(sd[0]!, Number.MIN_VALUE)).length,
  };
}
