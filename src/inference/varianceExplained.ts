// R2 and intraclass correlations of a mixed model by the parts of its total variance (Nakagawa, Johnson & Schielzeth
// 2017): fixed part var(X b); random term t the mean over the records of z'Sigma z (Johnson 2014); residual sigma2.

import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { normalQuantile } from "../distributions/normal.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { RandomTerm } from "../model/model.ts";
import { componentTable } from "./componentTable.ts";
import { covarianceOf } from "./denominator.ts";
import { requireLevel } from "./requireLevel.ts";

/** A part of the total variance between 0 and 1, with its precision by the delta method. */
export interface VarianceShare {
  readonly estimate: number;
  /** null where the precision of the variances is not known */
  readonly se: number | null;
  /** limits from the logit scale */
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The part of one random term. */
export interface ComponentShare {
  readonly component: string;
  readonly group: string;
  /** mean over the records of z'Sigma z: for a random intercept its variance */
  readonly variance: number;
  /** part of the total variance */
  readonly share: number;
}

export interface VarianceExplained {
  readonly level: number;
  /** variance of X b over the records */
  readonly fixed: number;
  readonly random: readonly ComponentShare[];
  /** mean residual variance of a record: sigma2, or sigma2 / w */
  readonly residual: number;
  readonly total: number;
  /** fixed / total */
  readonly marginal: VarianceShare;
  /** (fixed + random) / total */
  readonly conditional: VarianceShare;
  /** random / (random + residual), null for a linear model */
  readonly iccAdjusted: VarianceShare | null;
  /** random / total */
  readonly iccUnadjusted: VarianceShare | null;
  readonly notes: readonly Note[];
}

/**
 * Marginal and conditional R2 and the intraclass correlation of a fit, each with a standard error.
 *
 * Estimates of b and of the variances are independent in large samples, so their parts of the delta method add up. An
 * offset is taken as known and does not count. Random slopes count by the mean over the records.
 *
 * @throws HendersonError inference/level, inference/explained-model, fit/needs-data
 * @cite Nakagawa, Johnson & Schielzeth (2017), J. R. Soc. Interface 14: 20170213; Johnson (2014), Methods Ecol. Evol. 5, 944
 */
export function varianceExplained(
  fit: FitResult,
  options: { readonly level?: number } = {},
): VarianceExplained {
  const level = requireLevel(options.level ?? 0.95);
  requireRows(fit, "R2 and intraclass correlations");
  const { model } = fit;
  if (model.traits !== undefined) {
    throw new HendersonError(
      "inference/explained-model",
      "R2 is that of one trait, and this model has several",
      {
        hint: "fit the traits one by one",
      },
    );
  }
  const spread = columnCovariance(fit);
  const fixed = quadratic(spread, fit.beta);
  const designs = model.random.map(meanSquares);
  const variances = designs.map((mean, t) => {
    const { values } = fit.covariances[t]!;
    return mean.values.reduce((sum, value, e) => sum + value * values[e]!, 0);
  });
  const inverseWeight = meanInverseWeight(model.weights);
  const residual = fit.sigma * fit.sigma * inverseWeight;
  const random = variances.reduce((sum, value) => sum + value, 0);
  const total = fixed + random + residual;
  const errors = precisionOf(fit, spread, designs, inverseWeight);
  const z = normalQuantile(0.5 * (1 - level), { lower: false });
  /** weights of (fixed, random, residual) in numerator and denominator */
  const share = (above: Parts, below: Parts): VarianceShare => {
    const value = (weights: Parts): number =>
      weights[0] * fixed + weights[1] * random + weights[2] * residual;
    const denominator = value(below);
    const estimate = value(above) / denominator;
    const gradient = above.map((weight, i) => (weight - estimate * below[i]!) / denominator);
    const square =
      errors === null
        ? Number.NaN
        : gradient[0]! ** 2 * errors.fixed +
          gradient[1]! ** 2 * errors.random +
          2 * gradient[1]! * gradient[2]! * errors.both +
          gradient[2]! ** 2 * errors.residual;
    const se = square >= 0 ? Math.sqrt(square) : null;
    const inside = se !== null && estimate > 0 && estimate < 1;
    const logit = Math.log(estimate / (1 - estimate));
    const margin = inside ? (z * se) / (estimate * (1 - estimate)) : 0;
    return {
      estimate,
      se,
      lower: inside ? logistic(logit - margin) : null,
      upper: inside ? logistic(logit + margin) : null,
    };
  };
  const mixed = model.random.length > 0;
  return {
    level,
    fixed,
    random: model.random.map(({ component, group }, t) => ({
      component,
      group,
      variance: variances[t]!,
      share: variances[t]! / total,
    })),
    residual,
    total,
    marginal: share([1, 0, 0], [1, 1, 1]),
    conditional: share([1, 1, 0], [1, 1, 1]),
    iccAdjusted: mixed ? share([0, 1, 0], [0, 1, 1]) : null,
    iccUnadjusted: mixed ? share([0, 1, 0], [1, 1, 1]) : null,
    notes: notesOf(fit),
  };
}

type Parts = readonly [number, number, number];

interface PartErrors {
  readonly fixed: number;
  readonly random: number;
  readonly residual: number;
  /** covariance of the random and the residual part */
  readonly both: number;
}

/** Variances of the three parts; null where those of the components are not known. */
function precisionOf(
  fit: FitResult,
  spread: Matrix,
  designs: readonly Matrix[],
  inverseWeight: number,
): PartErrors | null {
  const { rows, covariance } = componentTable(fit);
  if (covariance === null) return null;
  const m = rows.length;
  const gradient = new Float64Array(m);
  let at = 0;
  for (const { rows: k, values } of designs) {
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) gradient[at++] = (i === j ? 1 : 2) * values[i + j * k]!;
    }
  }
  let random = 0;
  let both = 0;
  for (let a = 0; a < m - 1; a++) {
    both += gradient[a]! * inverseWeight * covariance.values[a + (m - 1) * m]!;
    for (let b = 0; b < m - 1; b++) random += gradient[a]! * gradient[b]! * covariance.values[a + b * m]!;
  }
  const p = fit.beta.length;
  const slope = Float64Array.from({ length: p }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += 2 * spread.values[i + j * p]! * fit.beta[j]!;
    return sum;
  });
  return {
    fixed: quadratic(covarianceOf(fit), slope),
    random,
    residual: inverseWeight ** 2 * covariance.values[m * m - 1]!,
    both,
  };
}

/** Sample covariance of the columns of X, p x p. */
function columnCovariance({ model }: FitResult): Matrix {
  const { rows: n, columns: p, values } = model.fixed.matrix;
  const means = Float64Array.from({ length: p }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[i + j * n]!;
    return sum / n;
  });
  const out = createMatrix(p, p);
  for (let j = 0; j < p; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (values[i + j * n]! - means[j]!) * (values[i + k * n]! - means[k]!);
      out.values[j + k * p] = sum / (n - 1);
      out.values[k + j * p] = sum / (n - 1);
    }
  }
  return out;
}

/** Mean over the records of z z', times the diagonal of the relationship; k x k. */
function meanSquares(term: RandomTerm): Matrix {
  const k = term.covariance.size;
  const out = createMatrix(k, k);
  const { relationship, incidence } = term;
  if (incidence !== undefined) {
    if (relationship !== undefined || k > 1) throw unknownPart(term);
    // levels of one record in several layers are independent: squares of the weights that meet one level add up first
    const layers = incidence[0]!;
    const n = layers[0]!.codes.length;
    let sum = 0;
    for (let r = 0; r < n; r++) {
      const met = new Map<number, number>();
      for (const { codes, values } of layers) {
        if (codes[r]! >= 0) met.set(codes[r]!, (met.get(codes[r]!) ?? 0) + (values?.[r] ?? 1));
      }
      for (const weight of met.values()) sum += weight * weight;
    }
    out.values[0] = sum / n;
    return out;
  }
  const n = term.codes.length;
  for (let j = 0; j < k; j++) {
    for (let i = j; i < k; i++) {
      const left = term.basis[i]!;
      const right = term.basis[j]!;
      let sum = 0;
      for (let r = 0; r < n; r++) {
        const own = relationship === undefined ? 1 : relationship.diagonal[term.codes[r]!]!;
        sum += (left === null ? 1 : left[r]!) * (right === null ? 1 : right[r]!) * own;
      }
      out.values[i + j * k] = sum / n;
      out.values[j + i * k] = sum / n;
    }
  }
  return out;
}

function unknownPart({ component }: RandomTerm): HendersonError {
  return new HendersonError(
    "inference/explained-model",
    `the mean variance that '${component}' gives a record is not computed where related levels meet in one record`,
    { hint: "compute the ratio that you need from the components with --derive" },
  );
}

function meanInverseWeight(weights: Float64Array | undefined): number {
  if (weights === undefined) return 1;
  let sum = 0;
  for (const weight of weights) sum += 1 / weight;
  return sum / weights.length;
}

function quadratic({ rows: p, values }: Matrix, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < p; j++) for (let i = 0; i < p; i++) sum += x[i]! * values[i + j * p]! * x[j]!;
  return sum;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function notesOf({ model }: FitResult): readonly Note[] {
  const notes: Note[] = [];
  if (model.offset !== undefined) {
    notes.push({
      code: "inference/explained-offset",
      severity: "info",
      message: "the offset is taken as known: its variance counts in none of the parts",
    });
  }
  if (model.weights?.some((weight) => weight !== model.weights![0]) === true) {
    notes.push({
      code: "inference/explained-weights",
      severity: "info",
      message: "the residual part is the mean of sigma2 / weight over the records",
    });
  }
  return notes;
}
