// What P = V^-1 - V^-1 X (X'V^-1X)^-1 X'V^-1 is on the diagonal, from the mixed model equations: with G = R^-1 W~,
//
//   P = R^-1 - G M^-1 G',   P y = R^-1 (y - W m-hat),   G M^-1 G' = G_u K G_u' + B C^-1 B',
//
// K the inverse of the random part of M, C = Var(c) and B = G M^-1 E for the fixed columns E. A record that is left out
// has the prediction error (Py)_r / P_rr with variance 1 / P_rr (Sundararajan & Keerthi 2001, for BLUP with unknown b).

import { patternOfUnits, unitOfRecords } from "../engines/equations/residual.ts";
import type { SolvedEquations, SparseVector } from "../engines/equations/solvedEquations.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyOf } from "../linalg/smallCholesky.ts";
import { solveLower } from "../linalg/smallTriangular.ts";
import { dot } from "../linalg/squareProducts.ts";
import { createFixedDirections } from "./fixedDirections.ts";

export interface RowDeletion {
  /** P_rr, length n; 0 where nothing but the record itself tells about it */
  readonly precision: Float64Array;
  /** P y, length n */
  readonly weighted: Float64Array;
  /** R^-1 W~ M^-1 E, n x p, working fixed columns: leaving out record r moves c by -B_r' (Py)_r / P_rr */
  readonly fixed: Matrix;
  /** Var(c), p x p, and its lower Cholesky factor */
  readonly covariance: Matrix;
  readonly cholesky: Float64Array;
  /** diagonal of the hat matrix of the conditional fit, y-hat = X b + Z u = H y */
  readonly conditionalLeverage: Float64Array;
  /** diagonal of the hat matrix of the fixed effects, X b = H1 y */
  readonly fixedLeverage: Float64Array;
  /** records without which a fixed effect cannot be estimated */
  readonly undetermined: Int32Array;
}

/** One selected inverse, p solves and a pass over the records. */
export function rowDeletion(solved: SolvedEquations): RowDeletion {
  const { unknowns, residual, records } = solved;
  const n = records.count;
  const { randomSize, fixed: working, traits: T } = unknowns;
  const p = working.matrix.columns;
  const prediction = solved.fixedCovariances();
  const fixed: Matrix = { rows: n, columns: p, values: new Float64Array(n * p) };
  for (let j = 0; j < p; j++) {
    residual.applyInverse(
      prediction.values.subarray(j * n, (j + 1) * n),
      fixed.values.subarray(j * n, (j + 1) * n),
    );
  }
  const covariance = solved.fixedBlock();
  const cholesky = choleskyOf(covariance.values, p);
  if (randomSize > 0) solved.invert();

  const precision = new Float64Array(n);
  const conditionalLeverage = new Float64Array(n);
  const fixedLeverage = new Float64Array(n);
  const left = new Float64Array(p);
  const right = new Float64Array(p);
  const own = solved.createVector();
  const rows = weightedRows(solved);
  for (let r = 0; r < n; r++) {
    for (let j = 0; j < p; j++) {
      left[j] = fixed.values[r + j * n]!;
      right[j] = prediction.values[r + j * n]!;
    }
    let marginal = 0;
    for (let e = records.pointers[r]!; e < records.pointers[r + 1]!; e++) {
      const column = records.columns[e]! - randomSize;
      if (column >= 0) marginal += records.values[e]! * left[column]!;
    }
    fixedLeverage[r] = marginal;
    solveLower(cholesky, p, left);
    solveLower(cholesky, p, right);
    if (T === 1) {
      solved.scaledRow(r, own);
      const weight = rows.diagonal(r);
      const quadratic = quadraticForm(solved, own, randomSize) + dot(right, right);
      const leverage = weight * quadratic;
      conditionalLeverage[r] = leverage;
      precision[r] = weight * (1 - leverage);
      continue;
    }
    solved.scaledRow(r, own);
    const joint = rows.weighted(r);
    precision[r] = rows.diagonal(r) - quadraticForm(solved, joint, randomSize) - dot(left, left);
    conditionalLeverage[r] = bilinearForm(solved, own, joint, randomSize) + dot(right, left);
  }
  const undetermined = createFixedDirections(solved).soleRecords();
  for (const r of undetermined) precision[r] = 0;
  return {
    precision,
    weighted: solved.weightedErrors,
    fixed,
    covariance,
    cholesky,
    conditionalLeverage,
    fixedLeverage,
    undetermined,
  };
}

interface WeightedRows {
  /** (R^-1)_rr */
  diagonal(record: number): number;
  /** row r of R^-1 W~ where records of a unit are correlated; overwritten by the next call */
  weighted(record: number): SparseVector;
}

function weightedRows(solved: SolvedEquations): WeightedRows {
  const { residual } = solved;
  const { traits: T, pointers, records: members, traitOf, rootWeights } = residual.units;
  const { inverses } = residual;
  const unitOf = unitOfRecords(residual.units);
  const patternOf = patternOfUnits(residual.units);
  const root = (r: number): number => (rootWeights === null ? 1 : rootWeights[r]!);
  const entry = (r: number, s: number): number =>
    T === 1
      ? inverses[0]! * root(r) * root(r)
      : inverses[(patternOf[unitOf[r]!]! * T + traitOf[r]!) * T + traitOf[s]!]! * root(r) * root(s);
  const row = solved.createVector();
  const out = solved.createVector(T * row.unknowns.length);
  return {
    diagonal: (r) => entry(r, r),
    weighted(r) {
      out.count = 0;
      const unit = unitOf[r]!;
      for (let a = pointers[unit]!; a < pointers[unit + 1]!; a++) {
        const s = members[a]!;
        const weight = entry(r, s);
        solved.scaledRow(s, row);
        for (let e = 0; e < row.count; e++) addEntry(out, row.unknowns[e]!, weight * row.values[e]!);
      }
      return out;
    },
  };
}

function addEntry(v: SparseVector, unknown: number, value: number): void {
  for (let e = 0; e < v.count; e++) {
    if (v.unknowns[e] === unknown) {
      v.values[e]! += value;
      return;
    }
  }
  v.unknowns[v.count] = unknown;
  v.values[v.count++] = value;
}

/** v'K v over the random entries. */
function quadraticForm(solved: SolvedEquations, v: SparseVector, randomSize: number): number {
  let sum = 0;
  for (let i = 0; i < v.count; i++) {
    const x = v.unknowns[i]!;
    const value = v.values[i]!;
    if (x >= randomSize || value === 0) continue;
    let inner = 0.5 * value * solved.inverseEntry(x, x)!;
    for (let j = 0; j < i; j++) {
      if (v.unknowns[j]! < randomSize && v.values[j] !== 0)
        inner += v.values[j]! * solved.inverseEntry(x, v.unknowns[j]!)!;
    }
    sum += 2 * value * inner;
  }
  return sum;
}

function bilinearForm(solved: SolvedEquations, v: SparseVector, w: SparseVector, randomSize: number): number {
  let sum = 0;
  for (let i = 0; i < v.count; i++) {
    if (v.unknowns[i]! >= randomSize || v.values[i] === 0) continue;
    for (let j = 0; j < w.count; j++) {
      if (w.unknowns[j]! < randomSize && w.values[j] !== 0)
        sum += v.values[i]! * w.values[j]! * solved.inverseEntry(v.unknowns[i]!, w.unknowns[j]!)!;
    }
  }
  return sum;
}
