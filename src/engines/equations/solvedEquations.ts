// The mixed model equations of any model at given covariances, solved and open to questions about single records: what
// deletion diagnostics and prediction errors need. With W~ = W Lambda and M as in assembly.ts, everything follows from
// M^-1 in directions of a few unknowns.

import type { Kernels } from "../../linalg/kernels.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { PathSolver } from "../../linalg/sparse/pathSolves.ts";
import type { Model } from "../../model/model.ts";
import { analyzeEquations } from "./assembly.ts";
import { semidefiniteRoot } from "./covarianceRoots.ts";
import { collectEquations, prepareEquations } from "./prepare.ts";
import { type Records, timesRecords } from "./records.ts";
import type { Residual } from "./residual.ts";
import { fixedCoefficients, toUserCovariance } from "./solution.ts";
import type { Unknowns } from "./unknowns.ts";

/** Covariances on the natural scale. */
export interface NaturalCovariances {
  /** Sigma per random term, k x k */
  readonly random: readonly Matrix[];
  /** R0, T x T; 1 x 1 for one trait */
  readonly residual: Matrix;
}

/** A vector over the unknowns with a few entries. */
export interface SparseVector {
  count: number;
  readonly unknowns: Int32Array;
  readonly values: Float64Array;
}

/** Unknowns are in Lambda^-1 u and the working fixed coefficients c, b = toUser c. */
export interface SolvedEquations {
  readonly model: Model;
  readonly unknowns: Unknowns;
  readonly records: Records;
  readonly residual: Residual;
  /** The same equations at other covariances; false where they are not defined (R0 singular). */
  set(covariances: NaturalCovariances): boolean;
  /** those that were set last */
  covariances(): NaturalCovariances;
  /** u in unknown order, then c */
  readonly effects: Float64Array;
  /** y - X b - Z u, length n */
  readonly errors: Float64Array;
  /** P y = R^-1 errors, length n */
  readonly weightedErrors: Float64Array;
  /** row of W~ of a record into `out` (overwritten) */
  scaledRow(record: number, out: SparseVector): void;
  /** random part z (raw, unknowns of levels and coefficients) of a vector multiplied by Lambda', in place of `out` */
  scale(raw: SparseVector, out: SparseVector): void;
  /** Puts W~ of a row that may be new into `out`: x' b of the fixed part, z' u of the random one (ascending unknowns). */
  predictorRow(x: ArrayLike<number>, random: SparseVector, out: SparseVector): void;
  /** room for any row */
  createVector(size?: number): SparseVector;
  /** Selected inverse of the random part of M; needed by `inverseEntry`. */
  invert(): void;
  /** entry of (random part of M)^-1 for two random unknowns; null where the pattern of the factor does not hold it */
  inverseEntry(x: number, y: number): number | null;
  /** M^-1 Lambda' raw for a whole vector in units of u and c; `out` is in units of Lambda^-1 u */
  solve(raw: Float64Array, out: Float64Array): void;
  /** u <- Lambda u on the random part */
  scaleByLambda(x: Float64Array): void;
  /** L^-1 Lambda' raw, in some order of its own */
  halfSolve(raw: Float64Array, out: Float64Array): void;
  /** L^-1 of sparse vectors; all fixed unknowns belong to every reach and are its last rows */
  halfSolver(): HalfSolver;
  /** W~ M^-1 E, n x p, E the fixed columns of the identity: Cov(W~ (m-hat - m), c-hat) */
  fixedCovariances(): Matrix;
  /** M^-1 E, one vector over all unknowns for each fixed column */
  fixedSolutions(): Float64Array[];
  /** Var(c), p x p */
  fixedBlock(): Matrix;
  /** Var(b), the user's columns and then fixed groups, p x p */
  userCovariance(): Matrix;
  /** b, coefficients of the user's columns and then of fixed groups, length p */
  coefficients(): Float64Array;
  /** restricted log-likelihood with every constant */
  restrictedLogLik(): number;
}

/** L^-1 of vectors that share one reach. */
interface HalfSolver {
  /** Sets the reach of the unknowns of a vector; returns its number of rows. */
  reach(of: SparseVector): number;
  /** multiplications of one solve in the current reach */
  work(): number;
  /** L^-1 v into out[at ..], v within the reach */
  solve(v: SparseVector, out: Float64Array, at: number): void;
  /** p, the last rows of a reach, in the order of the working fixed columns */
  readonly fixedRows: number;
  /** L^-1 of the fixed columns of the identity, its last p rows (others are zero), p x p */
  readonly fixedHalf: Float64Array;
}

/**
 * Prepares the equations of a model and solves them at the covariances.
 *
 * @returns null where the residual covariance is singular
 * @throws HendersonError engine/too-large when the factor does not fit
 */
export function solveEquationsAt(
  model: Model,
  covariances: NaturalCovariances,
  kernels: Kernels,
): SolvedEquations | null {
  const held = new Map(model.random.map((term, t) => [term.component, covariances.random[t]!]));
  held.set("residual", covariances.residual);
  const parts = collectEquations(model, "REML", kernels, held);
  const { unknowns, records, residual } = parts;
  const symbolic = analyzeEquations(unknowns, records, residual.units);
  const { system, likelihood } = prepareEquations(parts, symbolic, kernels);
  const { components, randomSize, size, fixed } = unknowns;
  const { permutation } = symbolic;
  const n = records.count;
  const p = size - randomSize;
  const weightedErrors = new Float64Array(n);
  const lambdas: Float64Array[] = components.map(({ width }) => new Float64Array(width * width));
  const componentOf = new Int32Array(size).fill(-1);
  components.forEach(({ first, levels, width }, c) => {
    componentOf.fill(c, first, first + levels * width);
  });
  const longest = longestRow(records, unknowns);
  let current = covariances;

  function set({ random, residual: R0 }: NaturalCovariances): boolean {
    components.forEach(({ term, width }, c) => {
      lambdas[c] = semidefiniteRoot(random[term]!.values, width);
    });
    current = { random, residual: R0 };
    if (!likelihood.set(lambdas, R0.values)) return false;
    residual.applyInverse(likelihood.errors, weightedErrors);
    return true;
  }

  /** Lambda' on whole levels; entries ascend. */
  function scale(raw: SparseVector, out: SparseVector): void {
    let end = 0;
    for (let e = 0; e < raw.count; ) {
      const x = raw.unknowns[e]!;
      const c = componentOf[x]!;
      if (c < 0) {
        out.unknowns[end] = x;
        out.values[end++] = raw.values[e++]!;
        continue;
      }
      const { first, width } = components[c]!;
      const lambda = lambdas[c]!;
      const start = x - ((x - first) % width);
      for (let a = 0; a < width; a++) {
        out.unknowns[end + a] = start + a;
        out.values[end + a] = 0;
      }
      for (; e < raw.count && raw.unknowns[e]! < start + width; e++) {
        const b = raw.unknowns[e]! - start;
        for (let a = 0; a <= b; a++) out.values[end + a]! += lambda[b + a * width]! * raw.values[e]!;
      }
      end += width;
    }
    out.count = end;
  }

  const row: SparseVector = {
    count: 0,
    unknowns: new Int32Array(longest),
    values: new Float64Array(longest),
  };

  if (!set(covariances)) return null;
  return {
    model,
    unknowns,
    records,
    residual,
    set,
    covariances: () => current,
    effects: likelihood.effects,
    errors: likelihood.errors,
    weightedErrors,
    createVector: (length = longest) => ({
      count: 0,
      unknowns: new Int32Array(length),
      values: new Float64Array(length),
    }),
    scale,
    scaledRow(record, out) {
      const from = records.pointers[record]!;
      row.count = records.pointers[record + 1]! - from;
      for (let e = 0; e < row.count; e++) {
        row.unknowns[e] = records.columns[from + e]!;
        row.values[e] = records.values[from + e]!;
      }
      scale(row, out);
    },
    predictorRow(x, random, out) {
      scale(random, out);
      const A = fixed.toUser.values;
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let i = 0; i <= j; i++) sum += x[i]! * A[i + j * p]!;
        if (sum === 0) continue;
        out.unknowns[out.count] = randomSize + j;
        out.values[out.count++] = sum;
      }
    },
    coefficients: () => fixedCoefficients({ unknowns, reduced: parts.reduced, likelihood }),
    restrictedLogLik: () => -0.5 * likelihood.value(true),
    solve: (raw, out) => system.solve(raw, out),
    scaleByLambda: (x) => system.scaleByLambda(x),
    halfSolve(raw, out) {
      system.setRight(0, raw);
      system.halfSolve(1);
      system.getSolution(0, out);
    },
    invert: () => system.invert(false),
    inverseEntry: (x, y) => system.inverseEntry(x, y),
    halfSolver: () => createHalfSolver(system.pathSolver(), unknowns, permutation),
    fixedCovariances() {
      const values = new Float64Array(n * p);
      const solved = new Float64Array(size);
      for (let j = 0; j < p; j++) {
        system.solveUnit(randomSize + j, solved);
        system.scaleByLambda(solved);
        timesRecords(records, solved, values.subarray(j * n, (j + 1) * n));
      }
      return { rows: n, columns: p, values };
    },
    fixedSolutions: () =>
      Array.from({ length: p }, (_, j) => {
        const out = new Float64Array(size);
        system.solveUnit(randomSize + j, out);
        return out;
      }),
    fixedBlock: workingBlock,
    userCovariance: () => toUserCovariance(parts, workingBlock().values),
  };

  function workingBlock(): Matrix {
    const values = new Float64Array(p * p);
    system.solveFixedBlock(values);
    return { rows: p, columns: p, values };
  }
}

/** Entries of the longest row once its levels are complete, records of one unit together. */
function longestRow({ count, pointers }: Records, { components, size, randomSize }: Unknowns): number {
  let most = 0;
  for (let r = 0; r < count; r++) most = Math.max(most, pointers[r + 1]! - pointers[r]!);
  const widest = components.reduce((width, c) => Math.max(width, c.width), 1);
  return Math.min(size, most * widest + (size - randomSize));
}

function createHalfSolver(paths: PathSolver, unknowns: Unknowns, permutation: Int32Array): HalfSolver {
  const { randomSize, size } = unknowns;
  const p = size - randomSize;
  let positions = new Int32Array(16 + p);
  const place = (of: SparseVector, extra: number): void => {
    if (positions.length < of.count + extra) positions = new Int32Array(2 * (of.count + extra));
    for (let e = 0; e < of.count; e++) positions[e] = permutation[of.unknowns[e]!]!;
  };
  const reach = (of: SparseVector): number => {
    place(of, p);
    for (let j = 0; j < p; j++) positions[of.count + j] = permutation[randomSize + j]!;
    return paths.reach(positions, of.count + p);
  };
  const solve = (v: SparseVector, out: Float64Array, at: number): void => {
    place(v, 0);
    paths.solve(positions, v.values, v.count, out, at);
  };
  const fixedHalf = new Float64Array(p * p);
  const unit: SparseVector = { count: p, unknowns: new Int32Array(p), values: new Float64Array(p) };
  for (let c = 0; c < p; c++) unit.unknowns[c] = randomSize + c;
  const rows = reach(unit);
  const work = new Float64Array(rows);
  for (let j = 0; j < p; j++) {
    unit.values.fill(0);
    unit.values[j] = 1;
    solve(unit, work, 0);
    fixedHalf.set(work.subarray(rows - p), j * p);
  }
  return { reach, work: () => paths.work(), solve, fixedRows: p, fixedHalf };
}
