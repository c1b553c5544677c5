import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import type { Criterion, Model } from "../model/model.ts";
import { refitByLikelihood } from "../predict/refit.ts";

/** Two fits of the same rows whose likelihoods can be compared. */
interface NestedFits {
  readonly larger: FitResult;
  readonly smaller: FitResult;
  readonly criterion: Criterion;
  /** parameters that the smaller model lacks: fixed effects, and variance parameters */
  readonly fixed: number;
  readonly random: number;
  readonly notes: readonly Note[];
}

/** Part of a column's length that may be left outside the span of others. */
const OUTSIDE = 1e-8;

/**
 * The two fits by one criterion: REML where both are REML fits of the same fixed effects, else ML, for which they are refitted.
 *
 * @throws HendersonError simulation/different-data, simulation/not-nested, fit/needs-data
 */
export function nestedFits(larger: FitResult, smaller: FitResult): NestedFits {
  requireRows(larger, "likelihood-ratio bootstraps");
  requireRows(smaller, "likelihood-ratio bootstraps");
  requireSameRows(larger.model, smaller.model);
  for (const fit of [larger, smaller]) {
    if (fit.method === "ANOVA" || fit.solver === "iteration") {
      throw new HendersonError(
        "simulation/no-likelihood",
        "one of the fits has no maximized likelihood, so there is no likelihood ratio",
        { hint: "fit both models by REML or ML" },
      );
    }
  }
  const fixed = larger.model.fixed.names.length - smaller.model.fixed.names.length;
  const random = larger.theta.length - smaller.theta.length;
  if (fixed < 0 || random < 0 || (fixed === 0 && random === 0)) {
    throw notNested(
      fixed <= 0 && random <= 0 && fixed + random < 0
        ? "the model to be tested has fewer parameters than the one it is tested against"
        : "neither model is a special case of the other: each needs all parameters of the smaller one and some more",
      fixed <= 0 && random <= 0 && fixed + random < 0
        ? "exchange them: the larger model first, the null hypothesis second"
        : "test a model against the same model without a term",
    );
  }
  requireSpan(larger.model, smaller.model);
  requireGroups(larger.model, smaller.model);
  const restricted =
    fixed === 0 && [larger, smaller].every(({ method }) => method === "REML" || method === "OLS");
  const criterion = restricted && larger.method === "REML" ? "REML" : "ML";
  const notes: Note[] = [];
  const both = [larger, smaller].map((fit) => {
    if (criterion === "REML" || fit.method === "ML") return fit;
    return refitByLikelihood(fit);
  });
  if (criterion === "ML" && (larger.method === "REML" || smaller.method === "REML")) {
    notes.push({
      code: "simulation/refitted",
      severity: "info",
      message: "refitted by ML: REML likelihoods of models with different fixed effects cannot be compared",
    });
  }
  const [high, low] = both as [FitResult, FitResult];
  return { larger: high, smaller: low, criterion, fixed, random, notes };
}

function requireSameRows(a: Model, b: Model): void {
  const same =
    sameNumbers(a.response, b.response) &&
    sameNumbers(a.weights ?? ones(a), b.weights ?? ones(b)) &&
    sameNumbers(a.offset ?? zeros(a), b.offset ?? zeros(b));
  if (same) return;
  const counts = [a.response.length, b.response.length];
  throw new HendersonError(
    "simulation/different-data",
    counts[0] === counts[1]
      ? "the two fits have different responses, weights or offsets"
      : `one fit has ${counts[0]} rows and the other ${counts[1]}`,
    { hint: "fit both models to the same rows: leave out rows with missing values in any of the columns" },
  );
}

function ones(model: Model): Float64Array {
  return new Float64Array(model.response.length).fill(1);
}

function zeros(model: Model): Float64Array {
  return new Float64Array(model.response.length);
}

function sameNumbers(x: Float64Array, y: Float64Array): boolean {
  return x === y || (x.length === y.length && x.every((value, i) => value === y[i]));
}

/** Every column of the smaller X has to be a combination of those of the larger. */
function requireSpan(larger: Model, smaller: Model): void {
  const { basis, crossproduct } = larger.fixed;
  const { matrix, names } = smaller.fixed;
  const n = matrix.rows;
  const p = basis.columns;
  const w = larger.weights;
  const factor = choleskyOf(crossproduct.values, p);
  const x = new Float64Array(p);
  for (let j = 0; j < matrix.columns; j++) {
    const column = matrix.values.slice(j * n, (j + 1) * n);
    let length = 0;
    for (let i = 0; i < n; i++) length += (w?.[i] ?? 1) * column[i]! ** 2;
    for (let sweep = 0; sweep < 2; sweep++) {
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += (w?.[i] ?? 1) * basis.values[i + k * n]! * column[i]!;
        x[k] = sum;
      }
      solveCholesky(factor, p, x);
      for (let k = 0; k < p; k++) for (let i = 0; i < n; i++) column[i]! -= x[k]! * basis.values[i + k * n]!;
    }
    let left = 0;
    for (let i = 0; i < n; i++) left += (w?.[i] ?? 1) * column[i]! ** 2;
    if (left > OUTSIDE ** 2 * length) {
      throw notNested(
        `the fixed effect '${names[j]}' of the null model is no part of the larger model`,
        "the null model must be the larger model without some of its terms",
      );
    }
  }
}

/** Every grouping of the smaller model has to be one of the larger. */
function requireGroups(larger: Model, smaller: Model): void {
  for (const term of smaller.random) {
    const found = larger.random.some(
      (other) =>
        other.levels.length === term.levels.length &&
        other.codes.length === term.codes.length &&
        other.codes.every((code, i) => code === term.codes[i]) &&
        (other.incidence === undefined) === (term.incidence === undefined),
    );
    if (found) continue;
    throw notNested(
      `the random term '${term.component}' of the null model is no part of the larger model`,
      "the null model must be the larger model without some of its terms",
    );
  }
}

function notNested(message: string, hint: string): HendersonError {
  return new HendersonError("simulation/not-nested", message, { hint });
}
