import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { normalQuantile } from "../distributions/normal.ts";
import { tQuantile } from "../distributions/studentT.ts";
import type { SolvedEquations, SparseVector } from "../engines/equations/solvedEquations.ts";
import type { FitResult } from "../fit/result.ts";
import { naturalCovariances, solvedFit } from "../fit/solvedFit.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { type NewLevels, predict } from "../predict/predict.ts";
import type { Table } from "../table/table.ts";
import { type Denominator, type DenominatorMethod, denominatorOf } from "./denominator.ts";
import { type IntervalTarget, type PredictorRows, predictorRows } from "./predictorRows.ts";
import { notEstimable, rowWeights } from "./rowChecks.ts";
import { type VarianceParameters, varianceParametersOf } from "./varianceParameters.ts";
import { varianceUncertainty } from "./varianceUncertainty.ts";

export interface PredictionOptions {
  /** what is predicted: the `mean` of the population (default), an existing `group`, or a `new-group` not yet seen */
  readonly target?: IntervalTarget;
  /** `confidence` (default) for the mean of the target, `prediction` for one new observation of it */
  readonly interval?: "confidence" | "prediction";
  /** confidence level, default 0.95 */
  readonly level?: number;
  /** degrees of freedom; default as for coefficients */
  readonly ddf?: DenominatorMethod;
  /** adds what the variances' own uncertainty costs (Kackar-Harville, Prasad-Rao); default false */
  readonly thetaUncertainty?: boolean;
  /** unknown levels under target `group`: refuse them, or predict them as new groups; default "error" */
  readonly newLevels?: NewLevels;
}

/** Predictions with their uncertainty: one entry a row of the table, of several traits all rows of the first trait first. */
export interface PredictionTable {
  readonly target: IntervalTarget;
  readonly interval: "confidence" | "prediction";
  readonly level: number;
  readonly ddf: Denominator["method"];
  readonly thetaUncertainty: boolean;
  /** null where a predictor is missing or the prediction is not estimable */
  readonly predictions: readonly (number | null)[];
  /** standard deviation of the error of the prediction: the interval is prediction -+ t se */
  readonly se: readonly (number | null)[];
  /** null for a normal reference */
  readonly df: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  /** where there are several */
  readonly traits?: readonly string[];
  readonly notes: readonly Note[];
}

/** A row that can be predicted. */
interface Predictor {
  readonly row: number;
  readonly x: Float64Array;
  readonly z: SparseVector;
}

/**
 * Predictions of new rows with standard errors and intervals, from the inverse of the mixed model equations.
 *
 * The variance of the error of x'b + z'u has the uncertainty of the coefficients, of the group effects and of both
 * together (Henderson 1975, Biometrics 31, 423); levels that are not in the fit add z'Sigma z, a new observation adds
 * the residual variance over its weight. Degrees of freedom by Satterthwaite's method for that whole variance.
 *
 * @throws HendersonError predict/no-recipe, predict/new-levels, inference/level, fit/needs-data, fit/no-residual-variance
 */
export function predictionTable(
  fit: FitResult,
  table: Table,
  options: PredictionOptions = {},
): PredictionTable {
  const { target = "mean", interval = "confidence", level = 0.95, newLevels = "error" } = options;
  if (!(level > 0 && level < 1)) {
    throw new HendersonError("inference/level", `${level} is not a confidence level`, {
      hint: "use a number between 0 and 1, such as 0.95",
    });
  }
  const points = predict(fit, table, {
    target: target === "group" ? "group" : "mean",
    newLevels: target === "group" ? newLevels : "zero",
  });
  const notes: Note[] = points.notes.map((note) =>
    note.code === "predict/new-levels-as-zero"
      ? { ...note, message: `${note.message}, with their variance` }
      : note,
  );
  const solved = solvedFit(fit, "standard errors of predictions");
  const rows = predictorRows(fit, table, target, solved);
  const refused = notEstimable(fit, table, points.predictions, notes);
  const predictors: Predictor[] = [];
  const predictions = points.predictions.map((value, row) => (refused.has(row) ? null : value));
  predictions.forEach((value, row) => {
    if (value !== null) predictors.push({ row, ...rows.predictor(row) });
  });
  const weights = interval === "prediction" ? rowWeights(fit, table, notes) : null;
  if (interval === "prediction" && target === "mean" && fit.model.random.length > 0)
    notes.push(averageGroupNote(fit));

  const variance = (at: Matrix): ((predictor: Predictor) => number) => {
    if (interval !== "prediction") return () => 0;
    return ({ row }) => {
      const t = Math.floor(row / table.rowCount);
      return at.values[t * (at.rows + 1)]! / (weights?.[row % table.rowCount] ?? 1);
    };
  };
  const errors = (): Float64Array => errorVariances(solved, rows, predictors, target, variance);

  const denominator = denominatorOf(fit, options.ddf);
  notes.push(...denominator.notes);
  const analytic = target === "mean" && interval === "confidence";
  const uncertain =
    options.thetaUncertainty === true || (denominator.method === "kenward-roger" && !analytic);
  let total: Float64Array;
  let df: Float64Array;
  try {
    total = errors();
    if (analytic && !uncertain) {
      total = Float64Array.from(predictors, ({ x }) => quadraticForm(denominator.covariance, x));
      df = Float64Array.from(predictors, ({ x }) =>
        denominator.degreesOfFreedom(x.subarray(0, fit.beta.length)),
      );
      // estimates of a REML refit, where the method needs one
      for (const { row, x } of predictors)
        for (let j = 0; j < fit.beta.length; j++)
          predictions[row]! += x[j]! * (denominator.beta[j]! - fit.beta[j]!);
    } else {
      const method = usedMethod(denominator, fit, notes);
      const parameters = method === "satterthwaite" || uncertain ? varianceParametersOf(fit) : null;
      df =
        method === "satterthwaite"
          ? satterthwaite(total, solved, parameters!, errors)
          : new Float64Array(total.length).fill(
              method === "none" ? Number.POSITIVE_INFINITY : fit.nobs - fit.beta.length,
            );
      if (uncertain) {
        const { of } = varianceUncertainty(solved, parameters!);
        total = total.map((v, k) => v + 2 * of(predictors[k]!.x, predictors[k]!.z));
      }
    }
  } finally {
    solved.set(naturalCovariances(fit));
  }

  const se: (number | null)[] = predictions.map(() => null);
  const degrees: (number | null)[] = se.slice();
  const lower: (number | null)[] = se.slice();
  const upper: (number | null)[] = se.slice();
  predictors.forEach(({ row }, k) => {
    // a weight of zero or a missing one leaves the residual variance of a new observation open
    const deviation = Math.sqrt(Math.max(0, total[k]!));
    const finite = df[k]! > 0 && df[k]! < Number.POSITIVE_INFINITY;
    const tail = 0.5 * (1 - level);
    const quantile = finite
      ? tQuantile(tail, df[k]!, { lower: false })
      : normalQuantile(tail, { lower: false });
    if (!Number.isFinite(deviation)) return;
    se[row] = deviation;
    degrees[row] = finite ? df[k]! : null;
    lower[row] = predictions[row]! - quantile * deviation;
    upper[row] = predictions[row]! + quantile * deviation;
  });
  return {
    target,
    interval,
    level,
    ddf: denominator.method,
    thetaUncertainty: uncertain,
    predictions,
    se,
    df: degrees,
    lower,
    upper,
    ...(points.traits === undefined ? {} : { traits: points.traits }),
    notes,
  };
}

/** Var(x'b + z'u - prediction), with new levels and the residual, at the covariances that the equations hold. */
function errorVariances(
  solved: SolvedEquations,
  rows: PredictorRows,
  predictors: readonly Predictor[],
  target: IntervalTarget,
  residual: (at: Matrix) => (predictor: Predictor) => number,
): Float64Array {
  const covariances = solved.covariances();
  const observation = residual(covariances.residual);
  if (target !== "group") {
    const Var = solved.userCovariance();
    return Float64Array.from(
      predictors,
      (predictor) =>
        quadraticForm(Var, predictor.x) +
        rows.newLevelVariance(predictor.row, covariances) +
        observation(predictor),
    );
  }
  const half = solved.halfSolver();
  const row = solved.createVector(solved.unknowns.size);
  let work = new Float64Array(256);
  return Float64Array.from(predictors, (predictor) => {
    solved.predictorRow(predictor.x, predictor.z, row);
    const height = half.reach(row);
    if (work.length < height) work = new Float64Array(2 * height);
    half.solve(row, work, 0);
    let sum = rows.newLevelVariance(predictor.row, covariances) + observation(predictor);
    for (let a = 0; a < height; a++) sum += work[a]! * work[a]!;
    return sum;
  });
}

/** 2 v^2 / Var(v-hat), the derivatives of v by central differences over all rows at once. */
function satterthwaite(
  total: Float64Array,
  solved: SolvedEquations,
  { values, steps, covariance, at }: VarianceParameters,
  errors: () => Float64Array,
): Float64Array {
  const q = values.length;
  const gradients = Array.from(steps, (step, a) => {
    if (!(step > 0)) return null;
    const moved = values.slice();
    moved[a] = values[a]! + step;
    if (!solved.set(at(moved))) return null;
    const up = errors();
    moved[a] = values[a]! - step;
    if (!solved.set(at(moved))) return null;
    const down = errors();
    return up.map((v, k) => (v - down[k]!) / (2 * step));
  });
  solved.set(at(values));
  return total.map((v, k) => {
    let variance = 0;
    for (let a = 0; a < q; a++) {
      for (let b = 0; b < q; b++)
        variance += covariance.values[a + b * q]! * (gradients[a]?.[k] ?? 0) * (gradients[b]?.[k] ?? 0);
    }
    return variance > 0 ? (2 * v * v) / variance : Number.POSITIVE_INFINITY;
  });
}

/** Methods that know contrasts of fixed effects only are replaced by Satterthwaite's, with a note. */
function usedMethod(
  { method }: Denominator,
  fit: FitResult,
  notes: Note[],
): "satterthwaite" | "residual" | "none" {
  if (method === "none" || method === "residual") return method;
  if (fit.model.random.length === 0) return "residual";
  if (method !== "satterthwaite") {
    notes.push({
      code: "inference/prediction-ddf",
      severity: "info",
      message: `the method '${method}' has degrees of freedom for fixed effects only; those of these predictions are by Satterthwaite's method${method === "kenward-roger" ? ", with the uncertainty of the variances in the standard errors" : ""}`,
    });
  }
  return "satterthwaite";
}

function averageGroupNote(fit: FitResult): Note {
  return {
    code: "inference/average-group",
    severity: "info",
    message: `these intervals are for observations of an average group: variation between levels of ${[...new Set(fit.model.random.map(({ group }) => group))].join(" and ")} is not in them`,
    hint: "for an observation of a group not yet seen use target new-group",
  };
}

function quadraticForm({ rows, values }: Matrix, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < rows; j++) {
    if (x[j] === 0) continue;
    let column = 0;
    for (let i = 0; i < rows; i++) column += values[i + j * rows]! * x[i]!;
    sum += column * x[j]!;
  }
  return sum;
}
