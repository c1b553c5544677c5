// The likelihood as the textbook writes it, with V formed and inverted densely: the oracle of every engine.

import { createMatrix, type Matrix } from "../../src/linalg/matrix.ts";
import type { Criterion, Model } from "../../src/model/model.ts";
import { invert, multiply, subtract, transpose, zeros } from "./denseAlgebra.ts";

export interface DenseFit {
  readonly objective: number;
  readonly beta: Float64Array;
  /** (X'V^-1X)^-1 */
  readonly unscaledCovariance: number[][];
  readonly r2: number;
  /** u per term, level-major */
  readonly modes: Float64Array[];
  /** Var(u-hat - u) / sigma2, whole q x q per term */
  readonly predictionError: number[][][];
}

/** Objective and solution at theta by dense algebra; n up to a few hundred. */
export function denseLikelihood(model: Model, theta: ArrayLike<number>, criterion: Criterion): DenseFit {
  const n = model.response.length;
  const p = model.fixed.matrix.columns;
  const V = zeros(n, n);
  for (let i = 0; i < n; i++) V[i]![i] = model.weights ? 1 / model.weights[i]! : 1;
  let first = 0;
  const flat = Float64Array.from(theta);
  const parts: { GZ: number[][] }[] = [];
  for (const term of model.random) {
    const k = term.covariance.size;
    const L: Matrix = createMatrix(k, k);
    term.covariance.factor(flat, first, L);
    first += term.covariance.parameters.length;
    const q = term.levels.length * k;
    const Z = zeros(n, q);
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < k; a++) Z[i]![term.codes[i]! * k + a] = term.basis[a]?.[i] ?? 1;
    }
    const G = zeros(q, q);
    for (let l = 0; l < term.levels.length; l++) {
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          let s = 0;
          for (let c = 0; c < k; c++) s += L.values[a + c * k]! * L.values[b + c * k]!;
          G[l * k + a]![l * k + b] = s;
        }
      }
    }
    const GZ = multiply(G, transpose(Z));
    const ZGZ = multiply(Z, GZ);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) V[i]![j]! += ZGZ[i]![j]!;
    parts.push({ GZ });
  }
  const { inverse: W, logDeterminant } = invert(V);
  const X = zeros(n, p);
  for (let i = 0; i < n; i++) for (let c = 0; c < p; c++) X[i]![c] = model.fixed.matrix.values[i + c * n]!;
  const y = Array.from(model.response, (v, i) => [v - (model.offset?.[i] ?? 0)]);
  const WX = multiply(W, X);
  const { inverse: C, logDeterminant: logX } = invert(multiply(transpose(X), WX));
  const beta = multiply(C, multiply(transpose(WX), y));
  const fitted = multiply(X, beta);
  const e = y.map((row, i) => [row[0]! - (fitted[i]![0] ?? 0)]);
  const We = multiply(W, e);
  let r2 = 0;
  for (let i = 0; i < n; i++) r2 += e[i]![0]! * We[i]![0]!;
  const dof = criterion === "REML" ? n - p : n;
  // log |V| already holds -sum log w
  const objective =
    logDeterminant + dof * (1 + Math.log((2 * Math.PI * r2) / dof)) + (criterion === "REML" ? logX : 0);
  const P = subtract(W, multiply(WX, multiply(C, transpose(WX))));
  return {
    objective,
    beta: Float64Array.from(beta, (b) => b[0]!),
    unscaledCovariance: C,
    r2,
    modes: parts.map(({ GZ }) => Float64Array.from(multiply(GZ, We), (r) => r[0]!)),
    predictionError: parts.map(({ GZ }, t) =>
      subtract(relativeCovariance(model, flat, t), multiply(GZ, multiply(P, transpose(GZ)))),
    ),
  };
}

function relativeCovariance(model: Model, theta: Float64Array, t: number): number[][] {
  let first = 0;
  for (let s = 0; s < t; s++) first += model.random[s]!.covariance.parameters.length;
  const term = model.random[t]!;
  const k = term.covariance.size;
  const L = createMatrix(k, k);
  term.covariance.factor(theta, first, L);
  const q = term.levels.length * k;
  const G = zeros(q, q);
  for (let l = 0; l < term.levels.length; l++) {
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        for (let c = 0; c < k; c++) {
          G[l * k + a]![l * k + b]! += L.values[a + c * k]! * L.values[b + c * k]!;
        }
      }
    }
  }
  return G;
}
