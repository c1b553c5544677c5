// -2 log-likelihood of the mixed model equations at Sigma_c and R0, its derivatives with respect to them, and the
// average information. With C = M^-1, v-hat and e-hat the solution (Lambda form, absolute scale):
//
//   -2 log L_REML = log|M| + sum_c k_c log|K_c| + log|R| + e'R^-1 e + v'K^-1 v + (n - p) log 2 pi
//   d / d Sigma_c = Lambda^-T [ q_c I - T_c - V'K^-1 V ] Lambda^-1,  T_ab = tr(K^-1 C^ab)
//   d / d R0      = sum_m n_m R_m^-1 - R_m^-1 (H_m + E_m) R_m^-1,    H_m = sum W_i C W_i', E_m = sum e_i e_i'
//   H_ab          = f_a'P f_b,  f = Z (E Lambda^-T (x) I) v-hat  or  E R^-1 e,  P f = R^-1 (f - W C W'R^-1 f)
//
// Gilmour, Thompson & Cullis (1995), Biometrics 51, 1440; Johnson & Thompson (1995), J. Dairy Sci. 78, 449.

import { choleskyInPlace, whitenTransposed } from "../../linalg/smallCholesky.ts";
import type { Criterion } from "../../model/model.ts";
import type { ReducedResponse } from "../response.ts";
import type { Assembly } from "./assembly.ts";
import { outerProduct } from "./covarianceRoots.ts";
import { type Records, timesRecords, timesRecordsBetween, timesRecordsTransposed } from "./records.ts";
import type { Residual } from "./residual.ts";
import type { EquationsSystem } from "./system.ts";

/** Smallest pivot of Lambda, in standard deviations of the response, for which Lambda^-T (I - C) Lambda^-1 keeps eight digits. */
const SINGULAR_LAMBDA = 1e-4;

/** A change E of one covariance: Sigma of component `target`, or R0 where target is the number of components. */
export interface Direction {
  readonly target: number;
  /** symmetric, k x k or T x T */
  readonly values: Float64Array;
}

export interface EquationsLikelihood {
  /** Factorizes and solves; false where it is not defined. `lambdas` are k x k lower, `R0` T x T. */
  set(lambdas: readonly Float64Array[], R0: Float64Array): boolean;
  /** how often `set` has been called: tells whether its values are still those of the caller */
  generation(): number;
  /** -2 log-likelihood with every constant */
  value(restricted: boolean): number;
  /** y'Py */
  quadratic(): number;
  /** d (-2 log-likelihood) / d Sigma_c for every component and then / d R0; false when a factorization fails. Leaves the regularized factor. */
  scores(out: readonly Float64Array[]): boolean;
  /** f_a'P f_b for directions a, b into out (count x count), after `scores` */
  information(directions: readonly Direction[], out: Float64Array): void;
  /** Back to the factor of the values that were set, if `scores` has left another. */
  restore(): void;
  /** solution (v; fixed coefficients) in unknown order */
  readonly solution: Float64Array;
  /** the same with u = Lambda v */
  readonly effects: Float64Array;
  /** y - W x */
  readonly errors: Float64Array;
  /** Lambda of every component in the factor that `scores` leaves */
  readonly roots: readonly Float64Array[];
  /** T_c of the last `scores` */
  readonly traces: readonly Float64Array[];
  /** e'R^-1 e at the last solution */
  errorQuadratic(): number;
  /** V'K^-1V of every component at the last solution, k x k each, into out */
  kinshipQuadratics(x: Float64Array, y: Float64Array, out: readonly Float64Array[]): void;
  /** g = Lambda^-T x per level, with the Lambdas of the current factor, in unknown order */
  backTransform(x: Float64Array, out: Float64Array): void;
}

/**
 * The likelihood of records at the covariances that the system was factorized with.
 *
 * @param units deviation of the response over the size of the column of each coefficient, by component
 */
export function createLikelihood(
  assembly: Assembly,
  system: EquationsSystem,
  records: Records,
  residual: Residual,
  reduced: ReducedResponse,
  criterion: Criterion,
  units: readonly Float64Array[],
): EquationsLikelihood {
  const { unknowns, kinship } = assembly;
  const { components, size, randomSize, traits: T, fixed } = unknowns;
  const n = records.count;
  const p = size - randomSize;
  const restricted = criterion === "REML";
  const logKinship = components.reduce((sum, c) => sum + c.width * c.kinship.logDeterminant, 0);
  const y = reduced.residual;
  const squares = (): Float64Array[] => components.map(({ width }) => new Float64Array(width * width));
  const solution = new Float64Array(size);
  const effects = new Float64Array(size);
  const raw = new Float64Array(size);
  const g = new Float64Array(size);
  const moved = new Float64Array(size);
  const errors = new Float64Array(n);
  const weighted = new Float64Array(n);
  const traces = squares();
  const quadratics = squares();
  const given = squares();
  const used = squares();
  const patterns = residual.units.patterns.length;
  const recordSums = new Float64Array(patterns * T * T);
  const errorSums = new Float64Array(patterns * T * T);
  const R0given = new Float64Array(T * T);
  const responses: Float64Array[] = [];
  const weightedResponses: Float64Array[] = [];
  let current = false;
  let generation = 0;
  let logRandom = 0;
  let logFixed = 0;
  let quadratic = 0;
  let errorPart = 0;

  function set(lambdas: readonly Float64Array[], R0: Float64Array): boolean {
    current = false;
    generation++;
    if (!residual.set(R0)) return false;
    R0given.set(R0);
    for (let c = 0; c < components.length; c++) given[c]!.set(lambdas[c]!);
    if (!system.factorize(given, residual.inverses)) return false;
    current = true;
    logRandom = system.logDeterminantRandom();
    logFixed = system.logDeterminantFixed();
    solveFactorized();
    quadratic = errorPart;
    components.forEach(({ width }, c) => {
      for (let a = 0; a < width; a++) quadratic += quadratics[c]![a + a * width]!;
    });
    return Number.isFinite(quadratic);
  }

  /** At the values that the system has been factorized for. */
  function solveFactorized(): void {
    residual.applyInverse(y, weighted);
    timesRecordsTransposed(records, weighted, raw);
    system.solve(raw, solution);
    effects.set(solution);
    system.scaleByLambda(effects);
    timesRecords(records, effects, errors);
    for (let r = 0; r < n; r++) errors[r] = y[r]! - errors[r]!;
    residual.applyInverse(errors, weighted);
    errorPart = 0;
    for (let r = 0; r < n; r++) errorPart += errors[r]! * weighted[r]!;
    kinshipQuadratics(solution, solution, quadratics);
  }

  function kinshipQuadratics(x: Float64Array, z: Float64Array, out: readonly Float64Array[]): void {
    for (const square of out) square.fill(0);
    for (let e = 0; e < kinship.count; e++) {
      const c = kinship.component[e]!;
      const k = components[c]!.width;
      const i = kinship.rowUnknown[e]!;
      const j = kinship.columnUnknown[e]!;
      const value = kinship.values[e]!;
      const square = out[c]!;
      if (k === 1) {
        square[0]! += value * (i === j ? x[i]! * z[j]! : x[i]! * z[j]! + x[j]! * z[i]!);
        continue;
      }
      for (let b = 0; b < k; b++) {
        for (let a = 0; a < k; a++) {
          const mirrored = i === j ? 0 : x[j + a]! * z[i + b]!;
          square[a + b * k]! += value * (x[i + a]! * z[j + b]! + mirrored);
        }
      }
    }
  }

  /** Cholesky factors of Sigma with a small ridge where Lambda is singular; true when any was. */
  function regularize(): boolean {
    let changed = false;
    components.forEach(({ width: k }, c) => {
      const L = used[c]!;
      const unit = units[c]!;
      L.set(given[c]!);
      let regular = true;
      for (let a = 0; a < k; a++) regular &&= Math.abs(L[a + a * k]!) > SINGULAR_LAMBDA * unit[a]!;
      if (regular) return;
      changed = true;
      for (let ridge = 0; ; ridge = ridge === 0 ? 1e-15 : ridge * 10) {
        outerProduct(given[c]!, k, L);
        for (let a = 0; a < k; a++)
          L[a + a * k] = L[a + a * k]! * (1 + ridge) + (SINGULAR_LAMBDA * unit[a]!) ** 2;
        if (choleskyInPlace(L, k)) break;
      }
      for (let b = 0; b < k; b++) for (let a = 0; a < b; a++) L[a + b * k] = 0;
    });
    return changed;
  }

  function scores(out: readonly Float64Array[]): boolean {
    if (regularize()) {
      current = false;
      if (!system.factorize(used, residual.inverses)) return false;
      solveFactorized();
    } else {
      if (!current) {
        if (!system.factorize(used, residual.inverses)) return false;
        solveFactorized();
      }
      current = true;
    }
    system.invert(restricted);
    system.kinshipTraces(traces);
    let left = restricted ? -p : 0;
    components.forEach(({ width: k, levels }, c) => {
      const G = out[c]!;
      for (let i = 0; i < k * k; i++) G[i] = -traces[c]![i]! - quadratics[c]![i]!;
      for (let a = 0; a < k; a++) {
        G[a + a * k]! += levels;
        left += traces[c]![a + a * k]! - levels;
      }
      whitenTransposed(used[c]!, k, G);
    });
    const G = out[components.length]!;
    if (T === 1) {
      const variance = R0given[0]!;
      G[0] = (n + left - errorPart) / variance;
    } else residualScore(G);
    return true;
  }

  function residualScore(G: Float64Array): void {
    system.recordTraces(restricted, recordSums);
    residual.crossproducts(errors, errorSums);
    G.fill(0);
    const { inverses, units: grouped } = residual;
    const half = new Float64Array(T * T);
    for (let m = 0; m < patterns; m++) {
      const at = m * T * T;
      const count = grouped.patternPointers[m + 1]! - grouped.patternPointers[m]!;
      for (let b = 0; b < T; b++) {
        for (let a = 0; a < T; a++) {
          let sum = 0;
          for (let k = 0; k < T; k++) {
            sum += inverses[at + a + k * T]! * (recordSums[at + k + b * T]! + errorSums[at + k + b * T]!);
          }
          half[a + b * T] = sum;
        }
      }
      for (let b = 0; b < T; b++) {
        for (let a = 0; a < T; a++) {
          let sum = count * inverses[at + a + b * T]!;
          for (let k = 0; k < T; k++) sum -= half[a + k * T]! * inverses[at + k + b * T]!;
          G[a + b * T]! += sum;
        }
      }
    }
  }

  function backTransform(x: Float64Array, out: Float64Array): void {
    components.forEach(({ first, levels, width: k }, c) => {
      const L = used[c]!;
      for (let l = 0, at = first; l < levels; l++, at += k) {
        for (let a = k - 1; a >= 0; a--) {
          let sum = x[at + a]!;
          for (let b = a + 1; b < k; b++) sum -= L[b + a * k]! * out[at + b]!;
          out[at + a] = sum / L[a + a * k]!;
        }
      }
    });
  }

  function information(directions: readonly Direction[], out: Float64Array): void {
    const count = directions.length;
    while (responses.length < count) {
      responses.push(new Float64Array(n));
      weightedResponses.push(new Float64Array(n));
    }
    backTransform(solution, g);
    residual.applyInverse(errors, weighted);
    for (let d = 0; d < count; d++) {
      const { target, values } = directions[d]!;
      const f = responses[d]!;
      if (target === components.length) residual.applyDirection(values, weighted, f);
      else {
        const { first, levels, width: k } = components[target]!;
        for (let l = 0, at = first; l < levels; l++, at += k) {
          for (let a = 0; a < k; a++) {
            let sum = 0;
            for (let b = 0; b < k; b++) sum += values[a + b * k]! * g[at + b]!;
            moved[at + a] = sum;
          }
        }
        timesRecordsBetween(records, moved, first, first + levels * k, f);
      }
      residual.applyInverse(f, weightedResponses[d]!);
      timesRecordsTransposed(records, weightedResponses[d]!, raw);
      system.setRight(d, raw);
    }
    system.halfSolve(count);
    for (let b = 0; b < count; b++) {
      for (let a = b; a < count; a++) {
        let sum = 0;
        const fa = responses[a]!;
        const wb = weightedResponses[b]!;
        for (let r = 0; r < n; r++) sum += fa[r]! * wb[r]!;
        sum -= system.innerProduct(a, b);
        out[a + b * count] = sum;
        out[b + a * count] = sum;
      }
    }
  }

  return {
    set,
    generation: () => generation,
    value(full) {
      const dof = full ? n - p : n;
      const ml = logRandom + logKinship + residual.logDeterminant() + quadratic + dof * Math.log(2 * Math.PI);
      return full ? ml + logFixed - 2 * fixed.logDeterminant : ml;
    },
    quadratic: () => quadratic,
    scores,
    information,
    restore() {
      if (current) return;
      set(given, R0given);
    },
    solution,
    effects,
    errors,
    roots: used,
    traces,
    errorQuadratic: () => errorPart,
    kinshipQuadratics,
    backTransform,
  };
}
