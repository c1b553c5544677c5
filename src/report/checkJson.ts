import type { Note } from "../base/notes.ts";
import type { CrossValidation, CrossValidationComparison } from "../checks/crossValidation.ts";
import type { Diagnosis } from "../checks/diagnosis/diagnose.ts";
import type { Influence } from "../checks/influenceResult.ts";
import type { FitResult } from "../fit/result.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";

/** `henderson/check@1`: findings in words, the most important first, and the numbers behind them. */
export function checkJson(
  { findings, boundary, principalComponents, influence, residuals }: Diagnosis,
  { convergence }: FitResult,
  formula: string,
  notes: readonly Note[],
): Json {
  return {
    schema: "henderson/check@1",
    formula,
    findings: findings.map(({ topic, level, title, message, advice, subject }) => ({
      topic,
      level,
      title,
      message,
      advice,
      subject: subject ?? null,
    })),
    convergence: {
      converged: convergence.converged,
      gradientNorm: finiteOrNull(convergence.gradientNorm),
      newtonDecrement: finiteOrNull(convergence.newtonDecrement),
      expectedChange: nullable(convergence.expectedChange),
      smallestCurvature: nullable(convergence.smallestCurvature),
    },
    boundary: boundary.map(({ component, group, direction, score, largestSd, simpler }) => ({
      component,
      group,
      direction: direction.map(({ coefficient, weight }) => ({ coefficient, weight })),
      score: finiteOrNull(score),
      largestSd: nullable(largestSd),
      simpler: simpler.map(({ fixed, statistic, p, ...rest }) => ({
        ...rest,
        statistic: finiteOrNull(statistic),
        p: nullable(p),
        fixed: fixed.map((row) => ({ ...row })),
      })),
    })),
    principalComponents: principalComponents.map(
      ({ group, coefficients, sd, relativeSd, share, cumulative, loadings, rank }) => ({
        group,
        coefficients: [...coefficients],
        sd: [...sd],
        relativeSd: relativeSd === null ? null : [...relativeSd],
        share: [...share],
        cumulative: [...cumulative],
        loadings: loadings.map((row) => [...row]),
        rank,
      }),
    ),
    influence: influence.map(({ left, units, top, unusual }) => ({
      left,
      units,
      top: top.map((unit) => ({ ...unit })),
      unusual: unusual.map((unit) => ({ ...unit })),
    })),
    residuals:
      residuals === null
        ? null
        : {
            rows: residuals.rows,
            skewness: finiteOrNull(residuals.skewness),
            excessKurtosis: finiteOrNull(residuals.excessKurtosis),
            spreadRatio: finiteOrNull(residuals.spreadRatio),
            outliers: residuals.outliers.map((row) => ({ ...row })),
            spread: residuals.spread.map((row) => ({ ...row })),
          },
    notes: notes.map(noteJson),
  };
}

/** `henderson/influence@1`: one entry a row or group, in the order of the data or of the levels. */
export function influenceJson(result: Influence, more: readonly Note[]): Json {
  const { left, labels, sizes, coefficients, lost, components, notes } = result;
  const p = coefficients.length;
  const c = components?.names.length ?? 0;
  const named = (values: Float64Array, u: number): Json =>
    Object.fromEntries(coefficients.map((name, j) => [name, finiteOrNull(values[u * p + j]!)]));
  return {
    schema: "henderson/influence@1",
    left,
    coefficients: [...coefficients],
    units: labels.map((label, u) => ({
      label,
      rows: sizes[u]!,
      cooksDistance: finiteOrNull(result.cooksDistance[u]!),
      mdffits: finiteOrNull(result.mdffits[u]!),
      covarianceRatio: finiteOrNull(result.covarianceRatio[u]!),
      covarianceTrace: finiteOrNull(result.covarianceTrace[u]!),
      chiSquared: finiteOrNull(result.chiSquared[u]!),
      chiSquaredP: finiteOrNull(result.chiSquaredP[u]!),
      changes: named(result.changes, u),
      dfbetas: named(result.dfbetas, u),
      lost: [...(lost.get(label) ?? [])],
      ...(components === undefined
        ? {}
        : {
            components: Object.fromEntries(
              components.names.map((name, k) => [name, finiteOrNull(components.values[u * c + k]!)]),
            ),
          }),
    })),
    notes: [...more, ...notes].map(noteJson),
  };
}

/** `henderson/loo@1` of one fit. */
export function crossValidationJson(result: CrossValidation, more: readonly Note[]): Json {
  const { left, predicted, undetermined, rmse, meanAbsoluteError, press, elpd, elpdSe, notes } = result;
  return {
    schema: "henderson/loo@1",
    left,
    predicted,
    undetermined,
    rmse: finiteOrNull(rmse),
    meanAbsoluteError: finiteOrNull(meanAbsoluteError),
    press: finiteOrNull(press),
    elpd: finiteOrNull(elpd),
    elpdSe: finiteOrNull(elpdSe),
    residuals: Array.from(result.residuals, finiteOrNull),
    logDensities: Array.from(result.logDensities, finiteOrNull),
    notes: [...more, ...notes].map(noteJson),
  };
}

/** `henderson/loo@1` of several fits, best first. */
export function comparisonJson(
  { left, compared, rows, notes }: CrossValidationComparison,
  more: readonly Note[],
): Json {
  return {
    schema: "henderson/loo@1",
    left,
    compared,
    models: rows.map(({ name, rmse, elpd, difference, differenceSe }) => ({
      name,
      rmse: finiteOrNull(rmse),
      elpd: finiteOrNull(elpd),
      difference: finiteOrNull(difference),
      differenceSe: finiteOrNull(differenceSe),
    })),
    notes: [...more, ...notes].map(noteJson),
  };
}

function nullable(value: number | null): number | null {
  return value === null ? null : finiteOrNull(value);
}
