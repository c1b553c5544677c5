// What the variance parameters do when a unit S is left out. -2 log L(y_-S) = -2 log L(y) + 2 log p(y_S | y_-S), and the
// conditional density is known for all units at once at any theta: its central differences over theta give the gradient of
// every smaller likelihood at the whole fit's estimates, and one Newton step from there is
//
//   theta_(-S) = theta-hat - A d log p(y_S | y_-S) / d theta,    A = 2 H^-1,
//
// with b_(-S) moved along in proportion (Cook's local version: Beckman, Nachtsheim & Cook 1987, Technometrics 29, 413).

import type { SolvedEquations } from "../engines/equations/solvedEquations.ts";
import { fitModel } from "../fit/fit.ts";
import { furtherEngines } from "../fit/furtherEngines.ts";
import { heldComponents } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import { naturalCovariances, solvedFit } from "../fit/solvedFit.ts";
import { componentTable } from "../inference/componentTable.ts";
import { varianceParametersOf } from "../inference/varianceParameters.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { subsetRecords } from "../model/subsetRecords.ts";
import { createSetDeleter } from "./groupDeletion.ts";
import type { ComponentInfluence, Influence, InfluenceOptions } from "./influenceResult.ts";
import { createTally } from "./influenceTally.ts";
import { coefficientLabels } from "./labels.ts";
import { reportProgress, requireGroups } from "./leaveGroupOut.ts";
import { rowDeletionOf } from "./leaveOneOut.ts";
import { type RowDeletion, rowDeletion } from "./rowDeletion.ts";

/** Density and b-hat without every unit at the covariances that the equations hold. */
interface Deletions {
  readonly logDensities: Float64Array;
  /** m x p, row by row */
  readonly beta: Float64Array;
}

/** Influence with one Newton step of the variance parameters for every unit. */
export function oneStepInfluence(fit: FitResult, held: Influence, options: InfluenceOptions): Influence {
  const solved = solvedFit(fit, "influence");
  const { values, steps, covariance: A, at } = varianceParametersOf(fit);
  const sets = unitSets(fit, options);
  const m = sets.length;
  const p = fit.beta.length;
  const q = values.length;
  const slopes: Float64Array[] = [];
  const moves: Float64Array[] = [];
  try {
    steps.forEach((step, a) => {
      const moved = values.slice();
      const evaluate = (value: number): Deletions => {
        moved[a] = value;
        solved.set(at(moved));
        return options.group === undefined ? recordDeletions(solved, p) : deletions(solved, sets, p);
      };
      if (step === 0) {
        slopes.push(new Float64Array(m));
        moves.push(new Float64Array(m * p));
        return;
      }
      const up = evaluate(values[a]! + step);
      const down = evaluate(values[a]! - step);
      slopes.push(up.logDensities.map((v, u) => (v - down.logDensities[u]!) / (2 * step)));
      moves.push(up.beta.map((v, e) => (v - down.beta[e]!) / (2 * step)));
      reportProgress(options, a + 1, q);
    });
  } finally {
    solved.set(naturalCovariances(fit));
  }
  const tally = createTally(fit, m);
  const covarianceOf = deletedCovariances(fit, solved, sets, options);
  const names = componentNames(fit);
  const components = new Float64Array(m * names.length);
  const change = new Float64Array(p);
  sets.forEach((_, u) => {
    const lost = held.lost.get(held.labels[u]!) ?? [];
    const shift = new Float64Array(q);
    for (let a = 0; a < q; a++)
      for (let b = 0; b < q; b++) shift[a]! -= A.values[a + b * q]! * (slopes[b]![u]! || 0);
    for (let j = 0; j < p; j++) {
      change[j] = Number.isNaN(held.changes[u * p + j]!) ? 0 : held.changes[u * p + j]!;
      for (let a = 0; a < q; a++) change[j]! -= shift[a]! * (moves[a]![u * p + j]! || 0);
    }
    // Var(b) keeps the variances of the whole fit: its own change is of the order of what one step leaves out
    tally.add(u, change, covarianceOf(u), lost);
    components.set(entriesOf(at(values.map((v, a) => v + shift[a]!))), u * names.length);
  });
  return {
    ...held,
    ...tally.results,
    components: {
      names,
      estimates: entriesOf(naturalCovariances(fit)),
      values: components,
      notConverged: [],
    },
  };
}

/** Var(b-hat) without each unit at the variances of the fit. */
function deletedCovariances(
  fit: FitResult,
  solved: SolvedEquations,
  sets: readonly Int32Array[],
  options: InfluenceOptions,
): (unit: number) => Float64Array {
  if (options.group !== undefined) {
    const { delete: leaveOut } = createSetDeleter(solved);
    return (u) => leaveOut(sets[u]!).covariance.values;
  }
  const deletion = rowDeletionOf(fit, "influence");
  const { toUser } = solved.unknowns.fixed;
  const before = solved.userCovariance();
  const p = fit.beta.length;
  return (r) => {
    const B = userRow(deletion, toUser, r, p);
    const precision = deletion.precision[r]!;
    return Float64Array.from({ length: p * p }, (_, at) => {
      const i = at % p;
      const j = Math.floor(at / p);
      return before.values[i + j * before.rows]! + (precision > 0 ? (B[i]! * B[j]!) / precision : 0);
    });
  };
}

/** B_r A', the user's columns. */
function userRow({ fixed }: RowDeletion, { rows: q, values: A }: Matrix, r: number, p: number): Float64Array {
  const out = new Float64Array(p);
  for (let i = 0; i < p; i++)
    for (let j = i; j < q; j++) out[i]! += A[i + j * q]! * fixed.values[r + j * fixed.rows]!;
  return out;
}

function recordDeletions(solved: SolvedEquations, p: number): Deletions {
  const deletion = rowDeletion(solved);
  const { toUser } = solved.unknowns.fixed;
  const whole = solved.coefficients();
  const n = deletion.precision.length;
  const logDensities = new Float64Array(n);
  const beta = new Float64Array(n * p);
  for (let r = 0; r < n; r++) {
    const precision = deletion.precision[r]!;
    const residual = precision > 0 ? deletion.weighted[r]! / precision : 0;
    logDensities[r] = 0.5 * (Math.log(precision / (2 * Math.PI)) - residual * residual * precision);
    const B = userRow(deletion, toUser, r, p);
    for (let j = 0; j < p; j++) beta[r * p + j] = whole[j]! - B[j]! * residual;
  }
  return { logDensities, beta };
}

function deletions(solved: SolvedEquations, sets: readonly Int32Array[], p: number): Deletions {
  const { delete: leaveOut } = createSetDeleter(solved);
  const whole = solved.coefficients();
  const logDensities = new Float64Array(sets.length);
  const beta = new Float64Array(sets.length * p);
  sets.forEach((set, u) => {
    const deleted = leaveOut(set);
    logDensities[u] = deleted.logDensity;
    for (let j = 0; j < p; j++) beta[u * p + j] = whole[j]! - deleted.change[j]!;
  });
  return { logDensities, beta };
}

/** Influence by fitting the model again without every unit. */
export function refittedInfluence(fit: FitResult, held: Influence, options: InfluenceOptions): Influence {
  const sets = unitSets(fit, options);
  const { model } = fit;
  const n = fit.nobs;
  const p = fit.beta.length;
  const tally = createTally(fit, sets.length);
  const names = componentNames(fit);
  const values = new Float64Array(sets.length * names.length);
  const notConverged: string[] = [];
  const gone = new Uint8Array(n);
  const labels = coefficientLabels(fit);
  const components = heldComponents(fit);
  const start = fit.residualCovariance === null && fit.theta.length > 0 ? { start: fit.theta } : {};
  sets.forEach((set, u) => {
    for (const r of set) gone[r] = 1;
    const others = Int32Array.from({ length: n }, (_, r) => r).filter((r) => gone[r] === 0);
    for (const r of set) gone[r] = 0;
    const { model: rest, kept } = subsetRecords(model, others, "met");
    const again = fitModel(rest, {
      ...(fit.method === "OLS" ? {} : { method: fit.method }),
      ...start,
      ...(fit.held.length === 0 ? {} : { components }),
      engines: furtherEngines(model),
    });
    if (!again.convergence.converged) notConverged.push(held.labels[u]!);
    const change = new Float64Array(p);
    const covariance = new Float64Array(p * p);
    const k = kept.length;
    kept.forEach((j, b) => {
      change[j] = fit.beta[j]! - again.beta[b]!;
      kept.forEach((i, a) => {
        covariance[i + j * p] = again.sigma ** 2 * again.unscaledCovariance.values[a + b * k]!;
      });
    });
    const lost = labels.filter((_, j) => !kept.includes(j));
    tally.add(u, change, covariance, lost);
    values.set(entriesOf(naturalCovariances(again)), u * names.length);
    reportProgress(options, u + 1, sets.length);
  });
  const notes = [...held.notes];
  if (notConverged.length > 0) {
    notes.push({
      code: "checks/refits-not-converged",
      severity: "warning",
      message: `${notConverged.length} of ${sets.length} refits did not converge: without ${notConverged.slice(0, 8).join(", ")}${notConverged.length > 8 ? " and others" : ""}`,
      hint: "look at these units themselves, or simplify the random terms",
    });
  }
  return {
    ...held,
    ...tally.results,
    notes,
    components: { names, estimates: entriesOf(naturalCovariances(fit)), values, notConverged },
  };
}

function unitSets(fit: FitResult, options: InfluenceOptions): readonly Int32Array[] {
  if (options.group !== undefined) return requireGroups(fit, options.group, options).members;
  return Array.from({ length: fit.nobs }, (_, r) => Int32Array.of(r));
}

function componentNames(fit: FitResult): ComponentInfluence["names"] {
  return componentTable(fit, false).rows.map(({ name }) => name);
}

/** Lower triangles by rows, as in the table of components. */
function entriesOf({ random, residual }: ReturnType<typeof naturalCovariances>): Float64Array {
  return Float64Array.from(
    [...random, residual].flatMap(({ rows, values }) =>
      Array.from({ length: rows }, (_, i) =>
        Array.from({ length: i + 1 }, (__, j) => values[i + j * rows]!),
      ).flat(),
    ),
  );
}
