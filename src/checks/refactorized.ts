import { type SolvedEquations, solveEquationsAt } from "../engines/equations/solvedEquations.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import { subsetRecords } from "../model/subsetRecords.ts";
import type { DeletedSet } from "./deletedSet.ts";
import { residualRoots } from "./residualRoots.ts";

/**
 * A set of records left out by factorizing the equations of the others anew: for sets that meet many levels.
 *
 * The joint density is the ratio of the restricted likelihoods with and without the set.
 *
 * @param lost directions of b that the other records do not determine
 */
export function withoutSet(
  solved: SolvedEquations,
  set: Int32Array,
  lost: readonly Float64Array[],
): DeletedSet {
  const { model, covariances } = solved;
  const n = model.response.length;
  const gone = new Uint8Array(n);
  for (const r of set) gone[r] = 1;
  const others = Int32Array.from({ length: n }, (_, r) => r).filter((r) => gone[r] === 0);
  const { model: rest, kept } = subsetRecords(model, others, "all");
  const again = solveEquationsAt(rest, covariances(), chooseKernels())!;
  const p = model.fixed.matrix.columns;
  const own = kept.length;
  const before = solved.coefficients();
  const after = again.coefficients();
  const change = before.slice(0, p);
  kept.forEach((j, k) => {
    change[j]! -= after[k]!;
  });
  const covariance = again.userCovariance();
  const values = new Float64Array(p * p);
  kept.forEach((j, b) => {
    kept.forEach((i, a) => {
      values[i + j * p] = covariance.values[a + b * covariance.rows]!;
    });
  });
  // columns of X and of fixed groups where they stand in the smaller model
  const place = new Map(kept.map((j, k): [number, number] => [j, k]));
  const names = solved.unknowns.fixed.effects.names;
  const { effects: columns } = again.unknowns.fixed;
  for (let j = p; j < names.length; j++) {
    const k = columns.names.indexOf(names[j]!, own);
    if (k >= 0) place.set(j, k);
  }
  const X = solved.unknowns.fixed.effects.matrix.values;
  const roots = residualRoots(solved);
  const residuals = new Float64Array(set.length);
  const variances = new Float64Array(set.length);
  const half = again.halfSolver();
  const row = again.createVector(again.unknowns.size);
  const random = again.createVector(again.unknowns.size);
  const x = new Float64Array(after.length);
  let work = new Float64Array(0);
  const { randomSize } = solved.unknowns;
  const effects = again.effects;
  set.forEach((r, s) => {
    for (const [j, k] of place) x[k] = X[r + j * n]!;
    random.count = 0;
    const { pointers, columns: unknowns, values: entries } = solved.records;
    let fitted = model.offset?.[r] ?? 0;
    for (let e = pointers[r]!; e < pointers[r + 1]!; e++) {
      if (unknowns[e]! >= randomSize) break;
      random.unknowns[random.count] = unknowns[e]!;
      random.values[random.count++] = entries[e]!;
      fitted += entries[e]! * effects[unknowns[e]!]!;
    }
    for (let k = 0; k < x.length; k++) fitted += x[k]! * after[k]!;
    residuals[s] = model.response[r]! - fitted;
    again.predictorRow(x, random, row);
    const height = half.reach(row);
    if (work.length < height) work = new Float64Array(2 * height);
    half.solve(row, work, 0);
    let variance = roots.variance(r);
    for (let a = 0; a < height; a++) variance += work[a]! * work[a]!;
    variances[s] = variance;
  });
  return {
    residuals,
    variances,
    logDensity: lost.length > 0 ? Number.NaN : solved.restrictedLogLik() - again.restrictedLogLik(),
    change,
    covariance: { rows: p, columns: p, values },
    nullDirections: lost.map((direction) => direction.slice(0, p)),
  };
}
