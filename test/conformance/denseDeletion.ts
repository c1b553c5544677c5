// Records left out by brute force: generalized least squares on what remains, with V formed and inverted densely, and the
// conditional mean and variance of the records that were left out.

import type { NaturalCovariances } from "../../src/engines/equations/solvedEquations.ts";
import type { Model } from "../../src/model/model.ts";
import { invert, multiply, subtract, transpose, zeros } from "./denseAlgebra.ts";
import { relationshipMatrix } from "./denseEquations.ts";

/** V = Z (Sigma (x) K) Z' + R, n x n. */
export function denseVariance(model: Model, { random, residual }: NaturalCovariances): number[][] {
  const n = model.response.length;
  const T = residual.rows;
  const V = zeros(n, n);
  const { traits } = model;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (traits ? traits.unit[i] !== traits.unit[j] : i !== j) continue;
      const w = (model.weights?.[i] ?? 1) * (model.weights?.[j] ?? 1);
      V[i]![j] = residual.values[(traits?.trait[i] ?? 0) + (traits?.trait[j] ?? 0) * T]! / Math.sqrt(w);
    }
  }
  model.random.forEach((term, t) => {
    const k = term.covariance.size;
    const K = relationshipMatrix(model, t);
    const Z = Array.from({ length: n }, (_, r) => {
      const entries: [level: number, coefficient: number, value: number][] = [];
      if (term.incidence) {
        term.incidence.forEach((layers, a) => {
          for (const { codes, values } of layers)
            if (codes[r]! >= 0 && codes[r]! < K.length) entries.push([codes[r]!, a, values?.[r] ?? 1]);
        });
      } else if (term.codes[r]! < K.length)
        term.basis.forEach((z, a) => void entries.push([term.codes[r]!, a, z?.[r] ?? 1]));
      return entries;
    });
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (const [l, a, x] of Z[i]!)
          for (const [m, b, z] of Z[j]!) V[i]![j]! += x * z * random[t]!.values[a + b * k]! * K[l]![m]!;
  });
  return V;
}

export interface DenseDeletion {
  /** y_S - prediction from the others */
  readonly residuals: number[];
  /** Var of those residuals, m x m */
  readonly variance: number[][];
  readonly logDensity: number;
  /** b without the set, and Var(b) */
  readonly beta: number[];
  readonly fixedCovariance: number[][];
}

/** @param X n x p, the columns that are to be estimated */
export function denseDeletion(
  V: number[][],
  X: number[][],
  y: readonly number[],
  set: readonly number[],
): DenseDeletion {
  const out = new Set(set);
  const rest = y.map((_, i) => i).filter((i) => !out.has(i));
  const pick = (M: number[][], rows: readonly number[], columns: readonly number[]): number[][] =>
    rows.map((i) => columns.map((j) => M[i]![j]!));
  const all = (X[0] ?? []).map((_, j) => j);
  const { inverse: W } = invert(pick(V, rest, rest));
  const Xr = pick(X, rest, all);
  const WX = all.length > 0 ? multiply(W, Xr) : [];
  const yr = rest.map((i) => [y[i]!]);
  const C = all.length > 0 ? invert(multiply(transpose(Xr), WX)).inverse : [];
  const beta = all.length > 0 ? multiply(C, multiply(transpose(WX), yr)) : [];
  const minus = (i: number): number => y[i]! - all.reduce((s, j) => s + X[i]![j]! * beta[j]![0]!, 0);
  const cross = pick(V, set, rest);
  const predicted = multiply(
    cross,
    multiply(
      W,
      rest.map((i) => [minus(i)]),
    ),
  );
  const residuals = set.map((i, s) => minus(i) - predicted[s]![0]!);
  let variance = subtract(pick(V, set, set), multiply(cross, multiply(W, transpose(cross))));
  if (all.length > 0) {
    const D = subtract(pick(X, set, all), multiply(cross, WX));
    const extra = multiply(D, multiply(C, transpose(D)));
    variance = variance.map((row, i) => row.map((v, j) => v + extra[i]![j]!));
  }
  const { inverse: Q, logDeterminant } = invert(variance);
  const quadratic = multiply(
    [residuals],
    multiply(
      Q,
      residuals.map((v) => [v]),
    ),
  )[0]![0]!;
  return {
    residuals,
    variance,
    logDensity: -0.5 * (set.length * Math.log(2 * Math.PI) + logDeterminant + quadratic),
    beta: beta.map((b) => b[0]!),
    fixedCovariance: C,
  };
}
