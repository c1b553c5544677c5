// What it costs a predictor that its variances are estimated. With lambda'y the predictor of x'b + z'u at theta,
//
//   d lambda / d theta_a = -P f_a,   f_a = V_a lambda - c_a,   c = Cov(y, z'u),
//   g3 = sum_ab A_ab f_a'P f_b,      A = asymptotic covariance of theta-hat,
//
// the variance of the part of the predictor that moves with theta-hat (Kackar & Harville 1984, JASA 79, 853). The prediction
// error variance v(theta-hat) is too small by as much on average, so that v + 2 g3 is right to second order (Prasad & Rao
// 1990, JASA 85, 163; Kenward & Roger's adjusted Var(b) is the case z = 0).

import { timesRecords, timesRecordsTransposed } from "../engines/equations/records.ts";
import type {
  NaturalCovariances,
  SolvedEquations,
  SparseVector,
} from "../engines/equations/solvedEquations.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, choleskyOf } from "../linalg/smallCholesky.ts";
import type { VarianceParameters } from "./varianceParameters.ts";

interface VarianceUncertainty {
  /** g3 of x'b + z'u */
  of(x: Float64Array, z: SparseVector): number;
}

/** A variance below this part of the largest diagonal gets a ridge before Lambda' is inverted, for related levels. */
const RIDGE = 1e-8;

/** Leaves a small ridge in singular covariances of related levels: `set` the equations to their own values afterwards. */
export function varianceUncertainty(
  solved: SolvedEquations,
  parameters: VarianceParameters,
): VarianceUncertainty {
  const { unknowns, records, residual } = solved;
  const { components, randomSize, size, fixed } = unknowns;
  const n = records.count;
  const p = size - randomSize;
  const T = residual.units.traits;
  const derivatives = covarianceDerivatives(parameters);
  const used = derivatives.map((derivative) => derivative !== null);
  const related = components.filter(({ kinship }) => !hasIndependentLevels(kinship.inverse));
  const given = solved.covariances();
  const random = given.random.map((matrix, t) =>
    related.some(({ term }) => term === t) ? withRidge(matrix) : matrix,
  );
  if (random.some((matrix, t) => matrix !== given.random[t])) solved.set({ ...given, random });
  const inverseRoots = components.map((component) =>
    related.includes(component) ? choleskyOf(random[component.term]!.values, component.width) : null,
  );
  const raw = new Float64Array(size);
  const m = new Float64Array(size);
  const u = new Float64Array(size);
  const fitted = new Float64Array(n);
  const weights = new Float64Array(n);
  const crossed = new Float64Array(size);
  const t = new Float64Array(size);
  const moved = new Float64Array(size);
  const f = derivatives.map(() => new Float64Array(used.length === 0 ? 0 : n));
  const weighted = derivatives.map(() => new Float64Array(n));
  const halves = derivatives.map(() => new Float64Array(size));
  const E = new Float64Array(T * T);

  return {
    of(x, z) {
      raw.fill(0);
      for (let e = 0; e < z.count; e++) raw[z.unknowns[e]!] = z.values[e]!;
      const A = fixed.toUser.values;
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let i = 0; i <= j; i++) sum += x[i]! * A[i + j * p]!;
        raw[randomSize + j] = sum;
      }
      solved.solve(raw, m);
      u.set(m);
      solved.scaleByLambda(u);
      timesRecords(records, u, fitted);
      // lambda = R^-1 W u
      residual.applyInverse(fitted, weights);
      timesRecordsTransposed(records, weights, crossed);
      derivatives.forEach((derivative, a) => {
        if (derivative === null) return;
        components.forEach(({ term, first, levels, width: k }, c) => {
          const D = derivative.random[term]!.values;
          const root = inverseRoots[c];
          for (let l = 0, at = first; l < levels; l++, at += k) {
            // Z'lambda - z, times K where levels are related
            for (let b = k - 1; b >= 0; b--) {
              if (root === null || root === undefined) {
                t[at + b] = crossed[at + b]! - raw[at + b]!;
                continue;
              }
              let sum = -m[at + b]!;
              for (let d = b + 1; d < k; d++) sum -= root[d + b * k]! * t[at + d]!;
              t[at + b] = sum / root[b + b * k]!;
            }
            for (let b = 0; b < k; b++) {
              let sum = 0;
              for (let d = 0; d < k; d++) sum += D[b + d * k]! * t[at + d]!;
              moved[at + b] = sum;
            }
          }
        });
        moved.fill(0, randomSize);
        timesRecords(records, moved, f[a]!);
        E.set(derivative.residual.values);
        residual.applyDirection(E, weights, fitted);
        const own = f[a]!;
        for (let r = 0; r < n; r++) own[r]! += fitted[r]!;
        residual.applyInverse(own, weighted[a]!);
        timesRecordsTransposed(records, weighted[a]!, moved);
        solved.halfSolve(moved, halves[a]!);
      });
      let g3 = 0;
      const q = derivatives.length;
      for (let a = 0; a < q; a++) {
        for (let b = 0; b < q; b++) {
          const weight = parameters.covariance.values[a + b * q]!;
          if (!used[a] || !used[b] || weight === 0) continue;
          let product = 0;
          for (let r = 0; r < n; r++) product += f[a]![r]! * weighted[b]![r]!;
          for (let i = 0; i < size; i++) product -= halves[a]![i]! * halves[b]![i]!;
          g3 += weight * product;
        }
      }
      return Math.max(0, g3);
    },
  };
}

/** d Sigma / d parameter and d R0 / d parameter by central differences, null where the parameter has no step. */
function covarianceDerivatives({ values, steps, at }: VarianceParameters): (NaturalCovariances | null)[] {
  return Array.from(steps, (step, a) => {
    if (!(step > 0)) return null;
    const up = values.slice();
    const down = values.slice();
    up[a]! += step;
    down[a]! -= step;
    const high = at(up);
    const low = at(down);
    const difference = (i: Float64Array, j: Float64Array): Float64Array =>
      i.map((value, e) => (value - j[e]!) / (2 * step));
    return {
      random: high.random.map((matrix, t) => ({
        ...matrix,
        values: difference(matrix.values, low.random[t]!.values),
      })),
      residual: { ...high.residual, values: difference(high.residual.values, low.residual.values) },
    };
  });
}

function hasIndependentLevels({
  size,
  rows,
  values,
}: {
  size: number;
  rows: Int32Array;
  values: Float64Array;
}): boolean {
  return rows.length === size && values.every((value) => value === 1);
}

/** Sigma, with a small ridge where it is singular. */
function withRidge(Sigma: Matrix): Matrix {
  const k = Sigma.rows;
  let largest = 0;
  for (let a = 0; a < k; a++) largest = Math.max(largest, Sigma.values[a * (k + 1)]!);
  const probe = Sigma.values.slice();
  let smallest = Number.POSITIVE_INFINITY;
  if (choleskyInPlace(probe, k)) {
    for (let a = 0; a < k; a++) smallest = Math.min(smallest, probe[a * (k + 1)]! ** 2);
    if (smallest > RIDGE * largest) return Sigma;
  }
  const values = Sigma.values.slice();
  for (let a = 0; a < k; a++) values[a * (k + 1)]! += RIDGE * (largest > 0 ? largest : 1);
  return { rows: k, columns: k, values };
}
