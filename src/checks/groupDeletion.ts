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
import { choleskyOf } from "../linalg/smallCholesky.ts";
import { solveLower } from "../linalg/smallTriangular.ts";
import { dot } from "../linalg/squareProducts.ts";
import type { DeletedSet } from "./deletedSet.ts";
import { crossed, type Outcome, oneMinus, oneMinusSquare, settle, spectralRoot } from "./deletionAlgebra.ts";
import { createFixedDirections } from "./fixedDirections.ts";
import { withoutSet } from "./refactorized.ts";
import { residualRoots } from "./residualRoots.ts";

/** (M^-1)_TT, t x t, and (M^-1)_TF, t x p, for the unknowns T that a set meets. */
interface TouchedCovariance {
  readonly S: Float64Array;
  readonly fixedPart: Float64Array;
}

/** Leaves out sets at the covariances that the equations held when it was made. */
interface SetDeleter {
  /** multiplications that leaving out the set takes, roughly */
  cost(set: Int32Array): number;
  /** @param set distinct records; with several traits, all records of the units that they belong to */
  delete(set: Int32Array): DeletedSet;
}

/** Sets that meet more than this are taken out of the equations, which are then factorized again. */
const LARGEST_DENSE = 250;
const LARGEST_PRODUCT = 1e6;
/** Sets that meet more unknowns are not looked up pair by pair. */
const LARGEST_LOOKUP = 300;

/** @param largest records or unknowns of a set that are handled by the factor at hand; larger sets are refactorized */
export function createSetDeleter(solved: SolvedEquations, largest: number = LARGEST_DENSE): SetDeleter {
  const { unknowns, errors } = solved;
  const { fixed, randomSize } = unknowns;
  const p = fixed.matrix.columns;
  const own = fixed.userColumns;
  const A = fixed.toUser.values;
  const half = solved.halfSolver();
  const C = solved.fixedBlock();
  const cholesky = choleskyOf(C.values, p);
  const fixedSolutions = solved.fixedSolutions();
  if (randomSize > 0) solved.invert();
  const fixedDirections = createFixedDirections(solved);
  const position = new Int32Array(unknowns.size).fill(-1);
  const row = solved.createVector();
  const roots = residualRoots(solved);

  return {
    cost(set) {
      const { touched, reached } = meet(set);
      const least = Math.min(set.length, touched.length);
      const covered = least <= largest && lookedUp(touched) !== null;
      for (const x of touched) position[x] = -1;
      return covered ? touched.length ** 2 * (least + p) : least * (half.work() + least * reached);
    },
    delete(set) {
      const { touched, rows, reached } = meet(set);
      const m = set.length;
      const whitened = roots.whiten(set, errors);
      const least = Math.min(m, touched.length);
      const { directions: lost, reach } = fixedDirections.lostWithout(set);
      let part: DeletedSet;
      const known = least > largest ? null : lookedUp(touched);
      if (known !== null) part = byCovariance(known);
      else if (least > largest || least * reached > LARGEST_PRODUCT) part = withoutSet(solved, set, lost);
      else part = m <= touched.length ? byRecords() : byCovariance(byUnitVectors());
      for (const x of touched) position[x] = -1;
      if (lost.length > 0) {
        set.forEach((r, s) => {
          if (!reach(r)) return;
          part.residuals[s] = Number.NaN;
          part.variances[s] = Number.NaN;
        });
      }
      return part;

      /** F = W~_S' R_S^-1/2: column s combines the rows of the unit of record s. */
      function byRecords(): DeletedSet {
        const Y = new Float64Array(reached * m);
        roots.combine(set, rows, (s, combined) => half.solve(combined, Y, s * reached));
        // E' M^-1 F = (L^-1 E)' Y, which has only its last p rows
        const B = new Float64Array(p * m);
        for (let c = 0; c < m; c++) {
          for (let j = 0; j < p; j++) {
            let sum = 0;
            for (let a = 0; a < p; a++) sum += half.fixedHalf[a + j * p]! * Y[reached - p + a + c * reached]!;
            B[j + c * p] = sum;
          }
        }
        const outcome = settle(oneMinusSquare(Y, reached, m), m, whitened, lost);
        return ofRecords(outcome, B);
      }

      /** e_(-S) = R^1/2 N^-1 z, Var = R^1/2 N^-1 R^1/2' */
      function ofRecords(outcome: Outcome, B: Float64Array): DeletedSet {
        const residuals = roots.unwhiten(set, outcome.solution);
        const variances = roots.unwhitenSquare(set, outcome.inverse);
        return finish(set, outcome, residuals, variances, B, m, 0);
      }

      function byUnitVectors(): TouchedCovariance {
        const t = touched.length;
        const X = new Float64Array(reached * t);
        const unit = solved.createVector(1);
        unit.count = 1;
        unit.values[0] = 1;
        for (let i = 0; i < t; i++) {
          unit.unknowns[0] = touched[i]!;
          half.solve(unit, X, i * reached);
        }
        const fixedPart = new Float64Array(t * p);
        for (let j = 0; j < p; j++) {
          for (let i = 0; i < t; i++) {
            let sum = 0;
            for (let a = 0; a < p; a++) sum += half.fixedHalf[a + j * p]! * X[reached - p + a + i * reached]!;
            fixedPart[i + j * t] = sum;
          }
        }
        return { S: crossed(X, X, reached, t, t), fixedPart };
      }

      function byCovariance({ S, fixedPart }: TouchedCovariance): DeletedSet {
        const t = touched.length;
        if (m <= t) {
          const F = new Float64Array(t * m);
          roots.combine(set, rows, (s, { count, unknowns: x, values }) => {
            for (let e = 0; e < count; e++) F[position[x[e]!]! + s * t]! += values[e]!;
          });
          const SF = crossed(S, F, t, t, m);
          const N = oneMinus(crossed(F, SF, t, m, m), m);
          return ofRecords(settle(N, m, whitened, lost), crossed(fixedPart, F, t, p, m));
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
        const { F, rank: r, z } = spectralRoot(A, t, h);
        const SF = crossed(S, F, t, t, r);
        const N = oneMinus(crossed(F, SF, t, r, r), r);
        const outcome = settle(N, r, z, lost);
        // what of z lies outside the range of F' is residual alone
        const outside = dot(whitened, whitened) - dot(z, z);
        // (M - A)^-1 on the touched unknowns is S + S F N^-1 F' S
        const left = S.slice();
        const middle = new Float64Array(t * r);
        for (let c = 0; c < r; c++) {
          for (let d = 0; d < r; d++) {
            const weight = outcome.inverse[d + c * r]!;
            if (weight === 0) continue;
            for (let i = 0; i < t; i++) middle[i + c * t]! += SF[i + d * t]! * weight;
          }
        }
        const step = new Float64Array(t);
        for (let c = 0; c < r; c++) {
          for (let j = 0; j < t; j++) {
            const weight = SF[j + c * t]!;
            step[j]! += weight * outcome.solution[c]!;
            for (let i = 0; i < t; i++) left[i + j * t]! += middle[i + c * t]! * weight;
          }
        }
        const residuals = new Float64Array(m);
        const variances = new Float64Array(m);
        rows.forEach(({ count, unknowns: x, values }, s) => {
          let moved = errors[set[s]!]!;
          let variance = roots.variance(set[s]!);
          for (let e = 0; e < count; e++) {
            const i = position[x[e]!]!;
            moved += values[e]! * step[i]!;
            for (let f = 0; f < count; f++)
              variance += values[e]! * values[f]! * left[i + position[x[f]!]! * t]!;
          }
          residuals[s] = moved;
          variances[s] = variance;
        });
        return finish(set, outcome, residuals, variances, crossed(fixedPart, F, t, p, r), r, outside);
      }
    },
  };

  /** Unknowns that a set meets (numbered in `position` until they are released), its rows, and their reach. */
  function meet(set: Int32Array): {
    readonly touched: readonly number[];
    readonly rows: readonly SparseVector[];
    readonly reached: number;
  } {
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
    return { touched, rows, reached: half.reach(all) };
  }

  /** M^-1 on the touched unknowns from the selected inverse; null where it does not hold all of their pairs. */
  function lookedUp(touched: readonly number[]): TouchedCovariance | null {
    const t = touched.length;
    if (t > LARGEST_LOOKUP) return null;
    const S = new Float64Array(t * t);
    for (let j = 0; j < t; j++) {
      const y = touched[j]!;
      if (y >= randomSize) continue;
      for (let i = 0; i <= j; i++) {
        const x = touched[i]!;
        if (x >= randomSize) continue;
        const value = solved.inverseEntry(x, y);
        if (value === null) return null;
        S[i + j * t] = value;
        S[j + i * t] = value;
      }
    }
    // the random part's inverse knows nothing of the fixed effects: (M^-1)_TT = K + G C^-1 G', G = (M^-1)_TF
    const fixedPart = new Float64Array(t * p);
    const white = new Float64Array(p * t);
    const g = new Float64Array(p);
    for (let i = 0; i < t; i++) {
      for (let j = 0; j < p; j++) {
        g[j] = fixedSolutions[j]![touched[i]!]!;
        fixedPart[i + j * t] = g[j]!;
      }
      solveLower(cholesky, p, g);
      white.set(g, i * p);
    }
    const square = crossed(white, white, p, t, t);
    for (let at = 0; at < square.length; at++) S[at]! += square[at]!;
    return { S, fixedPart };
  }

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

  function finish(
    set: Int32Array,
    { solution, inverse, logDeterminant, quadratic, lost }: Outcome,
    residuals: Float64Array,
    variances: Float64Array,
    B: Float64Array,
    r: number,
    outside: number,
  ): DeletedSet {
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
}
