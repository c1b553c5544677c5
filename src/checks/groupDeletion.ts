// Leaving out a set of records S at fixed covariances. With A = W~_S' R_S^-1 W~_S = F F' (F has as many columns as records
// or as unknowns that they meet, whichever is less), Y = L^-1 F and N = I - Y'Y,
//
//   (M - A)^-1 = M^-1 + M^-1 F N^-1 F' M^-1,    log |P_SS| = log |N| - log |R_S|,
//   m_(-S) = m-hat - M^-1 F N^-1 z,  F z = W~_S' R_S^-1 e_S,    e_(-S) = y_S - W_S m_(-S) = P_SS^-1 (Py)_S.
//
// N is singular exactly where the remaining records do not determine the fixed effects; its null directions are then
// left out, which changes nothing that is still estimable.

import type { SolvedEquations, SparseVector } from "../engines/equations/solvedEquations.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import type { DeletedSet } from "./deletedSet.ts";
import { withoutSet } from "./refactorized.ts";
import { residualRoots } from "./residualRoots.ts";

export interface SetDeleter {
  /** @param set distinct records; with several traits, all records of the units that they belong to */
  delete(set: Int32Array): DeletedSet;
}

/** Sets that meet more than this are taken out of the equations, which are then factorized again. */
const LARGEST_DENSE = 250;
const LARGEST_PRODUCT = 1e6;

/** What is left of a direction of the fixed columns below this part of it is rounding. */
const NOTHING_LEFT = 1e-9;

/** @param largest records or unknowns of a set that are handled by the factor at hand; larger sets are refactorized */
export function createSetDeleter(solved: SolvedEquations, largest: number = LARGEST_DENSE): SetDeleter {
  const { unknowns, errors } = solved;
  const { fixed } = unknowns;
  const p = fixed.matrix.columns;
  const own = fixed.userColumns;
  const A = fixed.toUser.values;
  const half = solved.halfSolver();
  const C = solved.fixedBlock();
  const gram = choleskyOf(fixed.effects.crossproduct.values, p);
  const position = new Int32Array(unknowns.size).fill(-1);
  const row = solved.createVector();
  const roots = residualRoots(solved);

  return {
    delete(set) {
      const m = set.length;
      // unknowns that the set meets
      const touched: number[] = [];
      const rows: SparseVector[] = [];
      for (const r of set) {
        solved.scaledRow(r, row);
        const own = solved.createVector(row.count);
        own.count = row.count;
        for (let e = 0; e < row.count; e++) {
          const x = row.unknowns[e]!;
          if (position[x]! < 0) {
            position[x] = touched.length;
            touched.push(x);
          }
          own.unknowns[e] = x;
          own.values[e] = row.values[e]!;
        }
        rows.push(own);
      }
      const all = solved.createVector(touched.length);
      all.count = touched.length;
      all.unknowns.set(touched);
      const reached = half.reach(all);
      const whitened = roots.whiten(set, errors);
      const least = Math.min(m, touched.length);
      const large = least > largest || least * reached > LARGEST_PRODUCT;
      const part = large
        ? withoutSet(solved, set, lostDirections(set))
        : m <= touched.length
          ? byRecords()
          : byUnknowns();
      for (const x of touched) position[x] = -1;
      return part;

      function byRecords(): DeletedSet {
        // F = W~_S' R_S^-1/2: column s combines the rows of the unit of record s
        const Y = new Float64Array(reached * m);
        roots.combine(set, rows, (s, combined) => half.solve(combined, Y, s * reached));
        const outcome = settle(Y, reached, m, whitened, lostDirections(set));
        // e_(-S) = R^1/2 N^-1 z, Var = R^1/2 N^-1 R^1/2'
        const residuals = roots.unwhiten(set, outcome.solution);
        const variances = roots.unwhitenSquare(set, outcome.inverse);
        return finish(set, outcome, residuals, variances, Y, reached, m, 0);
      }

      function byUnknowns(): DeletedSet {
        const t = touched.length;
        const X = new Float64Array(reached * t);
        const unit = solved.createVector(1);
        unit.count = 1;
        unit.values[0] = 1;
        for (let i = 0; i < t; i++) {
          unit.unknowns[0] = touched[i]!;
          half.solve(unit, X, i * reached);
        }
        // A over the touched unknowns, from whitened rows
        const A = new Float64Array(t * t);
        const h = new Float64Array(t);
        roots.combine(set, rows, (s, { count, unknowns: x, values }) => {
          for (let e = 0; e < count; e++) {
            const i = position[x[e]!]!;
            const v = values[e]!;
            h[i]! += v * whitened[s]!;
            for (let f = 0; f < count; f++) A[position[x[f]!]! + i * t]! += v * values[f]!;
          }
        });
        // F from the eigenvectors of A; z = F^+ h
        const { values: eigen, vectors } = symmetricEigen({ rows: t, columns: t, values: A });
        const kept: number[] = [];
        for (let k = t - 1; k >= 0; k--) if (eigen[k]! > 1e-14 * eigen[t - 1]! * t) kept.push(k);
        const r = kept.length;
        const F = new Float64Array(t * r);
        const z = new Float64Array(r);
        kept.forEach((k, c) => {
          const root = Math.sqrt(eigen[k]!);
          for (let i = 0; i < t; i++) {
            F[i + c * t] = root * vectors.values[i + k * t]!;
            z[c]! += (vectors.values[i + k * t]! * h[i]!) / root;
          }
        });
        const Y = new Float64Array(reached * r);
        for (let c = 0; c < r; c++) {
          for (let i = 0; i < t; i++) {
            const weight = F[i + c * t]!;
            if (weight === 0) continue;
            for (let a = 0; a < reached; a++) Y[a + c * reached]! += weight * X[a + i * reached]!;
          }
        }
        const outcome = settle(Y, reached, r, z, lostDirections(set));
        // what of z lies outside the range of F' is residual alone
        const outside = squared(whitened) - squared(z);
        // (M - A)^-1 on the touched unknowns is S + S F N^-1 F' S, S = X'X
        const SF = new Float64Array(t * r);
        for (let c = 0; c < r; c++) {
          for (let i = 0; i < t; i++) {
            let sum = 0;
            for (let a = 0; a < reached; a++) sum += X[a + i * reached]! * Y[a + c * reached]!;
            SF[i + c * t] = sum;
          }
        }
        const S = new Float64Array(t * t);
        for (let j = 0; j < t; j++) {
          for (let i = 0; i <= j; i++) {
            let sum = 0;
            for (let a = 0; a < reached; a++) sum += X[a + i * reached]! * X[a + j * reached]!;
            S[i + j * t] = sum;
            S[j + i * t] = sum;
          }
        }
        const half2 = new Float64Array(t * r);
        for (let c = 0; c < r; c++) {
          for (let d = 0; d < r; d++) {
            const weight = outcome.inverse[d + c * r]!;
            if (weight === 0) continue;
            for (let i = 0; i < t; i++) half2[i + c * t]! += SF[i + d * t]! * weight;
          }
        }
        for (let c = 0; c < r; c++) {
          for (let j = 0; j < t; j++) {
            const weight = SF[j + c * t]!;
            for (let i = 0; i < t; i++) S[i + j * t]! += half2[i + c * t]! * weight;
          }
        }
        const step = new Float64Array(t);
        for (let c = 0; c < r; c++)
          for (let i = 0; i < t; i++) step[i]! += SF[i + c * t]! * outcome.solution[c]!;
        const residuals = new Float64Array(m);
        const variances = new Float64Array(m);
        rows.forEach(({ count, unknowns: x, values }, s) => {
          let moved = errors[set[s]!]!;
          let variance = roots.variance(set[s]!);
          for (let e = 0; e < count; e++) {
            const i = position[x[e]!]!;
            moved += values[e]! * step[i]!;
            for (let f = 0; f < count; f++)
              variance += values[e]! * values[f]! * S[i + position[x[f]!]! * t]!;
          }
          residuals[s] = moved;
          variances[s] = variance;
        });
        return finish(set, outcome, residuals, variances, Y, reached, r, outside);
      }
    },
  };

  /** A c, the user's columns */
  function userVector(c: Float64Array): Float64Array {
    const b = new Float64Array(own);
    for (let i = 0; i < own; i++) for (let j = i; j < p; j++) b[i]! += A[i + j * p]! * c[j]!;
    return b;
  }

  /** A C A', the user's columns */
  function userSquare(values: Float64Array): Matrix {
    const left = new Float64Array(own * p);
    for (let j = 0; j < p; j++) left.set(userVector(values.subarray(j * p, (j + 1) * p)), j * own);
    const out = new Float64Array(own * own);
    for (let i = 0; i < own; i++) {
      for (let j = 0; j < own; j++) {
        let sum = 0;
        for (let d = j; d < p; d++) sum += left[i + d * own]! * A[j + d * p]!;
        out[i + j * own] = sum;
      }
    }
    return { rows: own, columns: own, values: out };
  }

  /** Directions of b that the other records do not determine. */
  function lostDirections(set: Int32Array): Float64Array[] {
    const { basis } = fixed.effects;
    const n = basis.rows;
    const weights = solved.model.weights;
    const x = new Float64Array(p);
    const left = new Float64Array(p * p);
    for (let j = 0; j < p; j++) left[j + j * p] = 1;
    for (const r of set) {
      for (let j = 0; j < p; j++) x[j] = basis.values[r + j * n]!;
      solveLower(gram, p, x);
      const w = weights?.[r] ?? 1;
      for (let j = 0; j < p; j++) for (let i = 0; i < p; i++) left[i + j * p]! -= w * x[i]! * x[j]!;
    }
    const probe = left.slice();
    if (choleskyInPlace(probe, p)) {
      let smallest = Number.POSITIVE_INFINITY;
      for (let j = 0; j < p; j++) smallest = Math.min(smallest, probe[j + j * p]! ** 2);
      if (smallest > 1e3 * NOTHING_LEFT) return [];
    }
    const { values, vectors } = symmetricEigen({ rows: p, columns: p, values: left });
    const out: Float64Array[] = [];
    for (let k = 0; k < p && values[k]! < NOTHING_LEFT; k++) {
      // coordinates in X~ are gram^-T v, and b = transform^-1 of them
      const direction = vectors.values.slice(k * p, (k + 1) * p);
      solveLowerTransposed(gram, p, direction);
      solveUpper(fixed.effects.transform.values, p, direction);
      out.push(direction);
    }
    return out;
  }

  interface Outcome {
    /** N^-1 z */
    readonly solution: Float64Array;
    /** N^-1 (or what is left of it), r x r */
    readonly inverse: Float64Array;
    readonly logDeterminant: number;
    readonly quadratic: number;
    readonly lost: readonly Float64Array[];
  }

  function settle(
    Y: Float64Array,
    height: number,
    r: number,
    z: Float64Array,
    lost: readonly Float64Array[],
  ): Outcome {
    const N = new Float64Array(r * r);
    for (let j = 0; j < r; j++) {
      for (let i = j; i < r; i++) {
        let sum = i === j ? 1 : 0;
        for (let a = 0; a < height; a++) sum -= Y[a + i * height]! * Y[a + j * height]!;
        N[i + j * r] = sum;
        N[j + i * r] = sum;
      }
    }
    const inverse = new Float64Array(r * r);
    const solution = new Float64Array(r);
    let logDeterminant = 0;
    const factor = N.slice();
    if (lost.length === 0 && choleskyInPlace(factor, r)) {
      solution.set(z);
      solveCholesky(factor, r, solution);
      for (let j = 0; j < r; j++) {
        logDeterminant += 2 * Math.log(factor[j + j * r]!);
        const column = inverse.subarray(j * r, (j + 1) * r);
        column[j] = 1;
        solveCholesky(factor, r, column);
      }
    } else {
      const { values, vectors } = symmetricEigen({ rows: r, columns: r, values: N });
      for (let k = lost.length; k < r; k++) {
        const value = Math.max(values[k]!, Number.MIN_VALUE);
        logDeterminant += Math.log(value);
        let product = 0;
        for (let i = 0; i < r; i++) product += vectors.values[i + k * r]! * z[i]!;
        for (let i = 0; i < r; i++) {
          const weight = vectors.values[i + k * r]! / value;
          solution[i]! += weight * product;
          for (let j = 0; j < r; j++) inverse[i + j * r]! += weight * vectors.values[j + k * r]!;
        }
      }
    }
    let quadratic = 0;
    for (let i = 0; i < r; i++) quadratic += z[i]! * solution[i]!;
    return { solution, inverse, logDeterminant, quadratic, lost };
  }

  function finish(
    set: Int32Array,
    { solution, inverse, logDeterminant, quadratic, lost }: Outcome,
    residuals: Float64Array,
    variances: Float64Array,
    Y: Float64Array,
    height: number,
    r: number,
    outside: number,
  ): DeletedSet {
    // E' M^-1 F = (L^-1 E)' Y, which has only its last p rows
    const B = new Float64Array(p * r);
    const { fixedHalf } = half;
    for (let c = 0; c < r; c++) {
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let a = 0; a < p; a++) sum += fixedHalf[a + j * p]! * Y[height - p + a + c * height]!;
        B[j + c * p] = sum;
      }
    }
    const change = new Float64Array(p);
    const values = C.values.slice();
    for (let c = 0; c < r; c++) {
      for (let j = 0; j < p; j++) change[j]! += B[j + c * p]! * solution[c]!;
      for (let d = 0; d < r; d++) {
        const weight = inverse[c + d * r]!;
        if (weight === 0) continue;
        for (let j = 0; j < p; j++)
          for (let i = 0; i < p; i++) values[i + j * p]! += B[i + c * p]! * weight * B[j + d * p]!;
      }
    }
    const m = set.length;
    if (lost.length > 0) markUndetermined(set, lost, residuals, variances);
    const logDensity =
      lost.length > 0
        ? Number.NaN
        : -0.5 *
          (m * Math.log(2 * Math.PI) + roots.logDeterminant(set) - logDeterminant + quadratic + outside);
    return {
      residuals,
      variances,
      logDensity,
      change: userVector(change),
      covariance: userSquare(values),
      nullDirections: lost.map((direction) => direction.slice(0, own)),
    };
  }

  /** Records that load on a lost direction have no prediction. */
  function markUndetermined(
    set: Int32Array,
    lost: readonly Float64Array[],
    residuals: Float64Array,
    variances: Float64Array,
  ): void {
    const n = fixed.matrix.rows;
    const X = fixed.effects.matrix.values;
    set.forEach((r, s) => {
      for (const direction of lost) {
        let along = 0;
        let size = 0;
        for (let j = 0; j < p; j++) {
          const term = X[r + j * n]! * direction[j]!;
          along += term;
          size += Math.abs(term);
        }
        if (!(Math.abs(along) > 1e-7 * size)) continue;
        residuals[s] = Number.NaN;
        variances[s] = Number.NaN;
      }
    });
  }
}

function squared(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}

/** x <- L^-1 x */
function solveLower(L: Float64Array, p: number, x: Float64Array): void {
  for (let i = 0; i < p; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= L[i + k * p]! * x[k]!;
    x[i] = sum / L[i + i * p]!;
  }
}

/** x <- L^-T x */
function solveLowerTransposed(L: Float64Array, p: number, x: Float64Array): void {
  for (let i = p - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < p; k++) sum -= L[k + i * p]! * x[k]!;
    x[i] = sum / L[i + i * p]!;
  }
}

/** x <- T^-1 x for an upper triangular T */
function solveUpper(T: Float64Array, p: number, x: Float64Array): void {
  for (let i = p - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < p; k++) sum -= T[i + k * p]! * x[k]!;
    x[i] = sum / T[i + i * p]!;
  }
}
