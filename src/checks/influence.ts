// How the estimates move when a record or a group is left out. Exact at fixed covariances; see influenceUpdate.ts for what
// the variance parameters do. Definitions: Cook (1977) and Belsley, Kuh & Welsch (1980) with Var(b) of the mixed model
// (Christensen, Pearson & Johnson 1992, Technometrics 34, 38; Demidenko & Stukel 2005, Stat. Med. 24, 893).

import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import { solvedFit } from "../fit/solvedFit.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import { createSetDeleter } from "./groupDeletion.ts";
import {
  type GroupOptions,
  lostCoefficients,
  reportProgress,
  requireGroups,
  undeterminedNotes,
  withoutNotes,
} from "./leaveGroupOut.ts";
import { leaveOneOut, rowDeletionOf } from "./leaveOneOut.ts";

/** Influence of every record, or of every group, in the order of the data or of the levels. */
export interface Influence {
  /** `row`, or the group that was left out */
  readonly left: string;
  /** per unit: row of the table (from 1) or level */
  readonly labels: readonly string[];
  /** records of every unit */
  readonly sizes: Int32Array;
  readonly coefficients: readonly string[];
  /** b-hat minus b-hat without the unit: change[u * p + j]; NaN where the others do not determine the coefficient */
  readonly changes: Float64Array;
  /** standard error of b-hat without the unit, m x p, row by row */
  readonly deletedErrors: Float64Array;
  /** change in units of that standard error */
  readonly dfbetas: Float64Array;
  /** change' Var(b)^-1 change / p, over the coefficients that remain */
  readonly cooksDistance: Float64Array;
  /** the same with Var(b) without the unit */
  readonly mdffits: Float64Array;
  /** |Var(b) without the unit| / |Var(b)| */
  readonly covarianceRatio: Float64Array;
  /** |tr(Var(b)^-1 Var(b) without the unit) - p| */
  readonly covarianceTrace: Float64Array;
  /** units with coefficients that the others do not determine, and which */
  readonly lost: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly Note[];
}

export interface InfluenceOptions extends GroupOptions {
  /** groups to leave out: a grouping factor of the model or a column; default single records */
  readonly group?: string;
}

/**
 * Influence of records or groups on the fixed effects at the estimated variances, exactly and without refits.
 *
 * @throws HendersonError as `leaveOneOut` and `leaveGroupOut`
 */
export function influence(fit: FitResult, options: InfluenceOptions = {}): Influence {
  return options.group === undefined
    ? recordInfluence(fit, options)
    : groupInfluence(fit, options.group, options);
}

function groupInfluence(fit: FitResult, group: string, options: InfluenceOptions): Influence {
  const solved = solvedFit(fit, "influence");
  const groups = requireGroups(fit, group, options);
  const tally = createTally(fit, groups.levels.length);
  const { delete: leaveOut } = createSetDeleter(solved);
  const undetermined: string[] = [];
  const lost = new Map<string, readonly string[]>();
  groups.members.forEach((set, u) => {
    const deleted = leaveOut(set);
    const names = lostCoefficients(fit, deleted.nullDirections);
    if (deleted.nullDirections.length > 0) {
      undetermined.push(groups.levels[u]!);
      lost.set(groups.levels[u]!, names);
    }
    tally.add(u, deleted.change, deleted.covariance.values, names);
    reportProgress(options, u + 1, groups.levels.length);
  });
  return {
    left: group,
    labels: groups.levels,
    sizes: Int32Array.from(groups.members, (set) => set.length),
    coefficients: fit.model.fixed.names,
    ...tally.results,
    lost,
    notes: [...withoutNotes(groups), ...undeterminedNotes(fit, groups, undetermined)],
  };
}

function recordInfluence(fit: FitResult, options: InfluenceOptions): Influence {
  const solved = solvedFit(fit, "influence");
  const deletion = rowDeletionOf(fit, "influence");
  const { fixed } = solved.unknowns;
  const q = fixed.matrix.columns;
  const p = fit.beta.length;
  const A = fixed.toUser.values;
  const n = fit.nobs;
  const tally = createTally(fit, n);
  const before = solved.userCovariance();
  const change = new Float64Array(p);
  const B = new Float64Array(p);
  const covariance = new Float64Array(p * p);
  const labels = Array.from({ length: n }, (_, i) => String((fit.design?.keptRows[i] ?? i) + 1));
  const lost = new Map<string, readonly string[]>();
  const alone = new Set(deletion.undetermined);
  const deleter = alone.size > 0 ? createSetDeleter(solved) : null;
  for (let r = 0; r < n; r++) {
    if (alone.has(r)) {
      const deleted = deleter!.delete(Int32Array.of(r));
      const names = lostCoefficients(fit, deleted.nullDirections);
      lost.set(labels[r]!, names);
      tally.add(r, deleted.change, deleted.covariance.values, names);
      continue;
    }
    const residual = deletion.weighted[r]! / deletion.precision[r]!;
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let j = i; j < q; j++) sum += A[i + j * q]! * deletion.fixed.values[r + j * n]!;
      B[i] = sum;
      change[i] = sum * residual;
    }
    for (let j = 0; j < p; j++) {
      for (let i = 0; i < p; i++) {
        covariance[i + j * p] =
          before.values[i + j * before.rows]! + (B[i]! * B[j]!) / deletion.precision[r]!;
      }
    }
    tally.add(r, change, covariance, []);
    if ((r & 4095) === 4095) reportProgress(options, r + 1, n);
  }
  return {
    left: "row",
    labels,
    sizes: new Int32Array(n).fill(1),
    coefficients: fit.model.fixed.names,
    ...tally.results,
    lost,
    notes: leaveOneOut(fit).notes,
  };
}

interface Tally {
  readonly results: Pick<
    Influence,
    | "changes"
    | "deletedErrors"
    | "dfbetas"
    | "cooksDistance"
    | "mdffits"
    | "covarianceRatio"
    | "covarianceTrace"
  >;
  /** @param names coefficients that are lost */
  add(unit: number, change: Float64Array, covariance: Float64Array, names: readonly string[]): void;
}

function createTally(fit: FitResult, units: number): Tally {
  const p = fit.beta.length;
  const sigma2 = fit.sigma * fit.sigma;
  const results = {
    changes: new Float64Array(units * p),
    deletedErrors: new Float64Array(units * p),
    dfbetas: new Float64Array(units * p),
    cooksDistance: new Float64Array(units),
    mdffits: new Float64Array(units),
    covarianceRatio: new Float64Array(units),
    covarianceTrace: new Float64Array(units),
  };
  const whole = whitener(
    fit.unscaledCovariance.values.map((value) => sigma2 * value),
    p,
  );
  const all = Array.from({ length: p }, (_, j) => j);
  return {
    results,
    add(unit, change, covariance, names) {
      const left = names.length === 0 ? all : all.filter((j) => !names.includes(fit.model.fixed.names[j]!));
      for (let j = 0; j < p; j++) {
        const at = unit * p + j;
        const known = left.length === p || left.includes(j);
        const se = Math.sqrt(covariance[j * (p + 1)]!);
        results.changes[at] = known ? change[j]! : Number.NaN;
        results.deletedErrors[at] = known ? se : Number.NaN;
        results.dfbetas[at] = known ? change[j]! / se : Number.NaN;
      }
      const k = left.length;
      const before = k === p ? whole : whitener(block(fit.unscaledCovariance.values, p, left, sigma2), k);
      const own = block(covariance, p, left, 1);
      const moved = Float64Array.from(left, (j) => change[j]!);
      // Var(b)^-1/2 Var(b) without the unit Var(b)^-T/2, whose eigenvalues give the ratio and the trace
      const relative = before.square(own);
      const z = before.vector(moved);
      const { values, vectors } = symmetricEigen({ rows: k, columns: k, values: relative });
      let trace = 0;
      let logRatio = 0;
      let deleted = 0;
      for (let e = 0; e < k; e++) {
        trace += values[e]!;
        logRatio += Math.log(values[e]!);
        let along = 0;
        for (let j = 0; j < k; j++) along += vectors.values[j + e * k]! * z[j]!;
        deleted += (along * along) / values[e]!;
      }
      results.cooksDistance[unit] = k === 0 ? Number.NaN : squared(z) / k;
      results.mdffits[unit] = k === 0 ? Number.NaN : deleted / k;
      results.covarianceRatio[unit] = k === 0 ? Number.NaN : Math.exp(logRatio);
      results.covarianceTrace[unit] = k === 0 ? Number.NaN : Math.abs(trace - k);
    },
  };
}

/** Multiplication by V^-1/2 in correlation units, so that coefficients of different size do no harm. */
function whitener(
  V: Float64Array,
  p: number,
): { vector(x: Float64Array): Float64Array; square(S: Float64Array): Float64Array } {
  const sd = Float64Array.from({ length: p }, (_, j) => Math.sqrt(V[j * (p + 1)]!));
  const R = V.map((value, at) => value / (sd[at % p]! * sd[Math.floor(at / p)]!));
  const { values, vectors } = symmetricEigen({ rows: p, columns: p, values: R });
  // rows of W = D^-1/2 U' diag(1 / sd)
  const W = new Float64Array(p * p);
  for (let e = 0; e < p; e++)
    for (let j = 0; j < p; j++) W[e + j * p] = vectors.values[j + e * p]! / (Math.sqrt(values[e]!) * sd[j]!);
  const vector = (x: Float64Array): Float64Array => {
    const out = new Float64Array(p);
    for (let j = 0; j < p; j++) for (let e = 0; e < p; e++) out[e]! += W[e + j * p]! * x[j]!;
    return out;
  };
  return {
    vector,
    square(S) {
      const half = new Float64Array(p * p);
      for (let j = 0; j < p; j++) half.set(vector(S.slice(j * p, (j + 1) * p)), j * p);
      const out = new Float64Array(p * p);
      const row = new Float64Array(p);
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) row[j] = half[i + j * p]!;
        const done = vector(row);
        for (let j = 0; j < p; j++) out[i + j * p] = done[j]!;
      }
      return out;
    },
  };
}

function block(V: Float64Array, p: number, left: readonly number[], factor: number): Float64Array {
  const k = left.length;
  const out = new Float64Array(k * k);
  left.forEach((j, b) => {
    left.forEach((i, a) => {
      out[a + b * k] = factor * V[i + j * p]!;
    });
  });
  return out;
}

function squared(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}
