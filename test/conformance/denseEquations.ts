// The general model with V formed and inverted densely: relationships, several traits, any incidence, known covariances.
// y = X b + sum_c Z_c u_c + e at given Sigma_c and R0; fixed groups are columns Z Q (Q = -Kaa^-1 Kag).

import type { Model } from "../../src/model/model.ts";
import { invert, multiply, subtract, transpose, zeros } from "./denseAlgebra.ts";

export interface DenseEquations {
  /** -2 log-likelihood with every constant */
  readonly reml: number;
  readonly ml: number;
  /** b of X and then of the groups, in the order of columns given */
  readonly beta: number[];
  readonly fixedCovariance: number[][];
  /** u-hat per term, level-major, random levels only */
  readonly effects: number[][];
  /** Var(u-hat - u) per term, whole */
  readonly predictionErrors: number[][][];
}

/** @param extra further fixed columns (n x m rows) */
export function denseEquations(
  model: Model,
  covariances: readonly number[][][],
  R0: readonly number[][],
  extra: number[][] = [],
): DenseEquations {
  const n = model.response.length;
  const V = zeros(n, n);
  const weight = (r: number): number => model.weights?.[r] ?? 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const { traits } = model;
      const together = traits ? traits.unit[i] === traits.unit[j] : i === j;
      if (!together) continue;
      V[i]![j] = R0[traits?.trait[i] ?? 0]![traits?.trait[j] ?? 0]! / Math.sqrt(weight(i) * weight(j));
    }
  }
  const parts = model.random.map((term, t) => {
    const k = term.covariance.size;
    const groups = term.relationship?.fixedGroups ?? 0;
    const q = (term.relationship?.levels.length ?? term.levels.length) - groups;
    const K = relationshipMatrix(model, t);
    const Z = zeros(n, q * k);
    for (let r = 0; r < n; r++) {
      if (term.incidence) {
        term.incidence.forEach((layers, a) => {
          for (const { codes, values } of layers) {
            if (codes[r]! >= 0) Z[r]![codes[r]! * k + a]! += values?.[r] ?? 1;
          }
        });
      } else
        term.basis.forEach((z, a) => {
          Z[r]![term.codes[r]! * k + a] = z?.[r] ?? 1;
        });
    }
    const G = zeros(q * k, q * k);
    for (let i = 0; i < q; i++)
      for (let j = 0; j < q; j++)
        for (let a = 0; a < k; a++)
          for (let b = 0; b < k; b++) G[i * k + a]![j * k + b] = covariances[t]![a]![b]! * K[i]![j]!;
    const GZ = multiply(G, transpose(Z));
    const ZGZ = multiply(Z, GZ);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) V[i]![j]! += ZGZ[i]![j]!;
    return { G, GZ };
  });
  const own = model.fixed.matrix.columns;
  const X = zeros(n, own);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < own; c++) X[i]![c] = model.fixed.matrix.values[i + c * n]!;
    X[i]!.push(...(extra[i] ?? []));
  }
  const p = X[0]?.length ?? 0;
  const y = Array.from(model.response, (v, i) => [v - (model.offset?.[i] ?? 0)]);
  const { inverse: W, logDeterminant } = invert(V);
  const WX = multiply(W, X);
  const { inverse: C, logDeterminant: logX } = invert(multiply(transpose(X), WX));
  const beta = multiply(C, multiply(transpose(WX), y));
  const fitted = p > 0 ? multiply(X, beta) : y.map(() => [0]);
  const e = y.map((row, i) => [row[0]! - fitted[i]![0]!]);
  const We = multiply(W, e);
  let quadratic = 0;
  for (let i = 0; i < n; i++) quadratic += e[i]![0]! * We[i]![0]!;
  const P = p > 0 ? subtract(W, multiply(WX, multiply(C, transpose(WX)))) : W;
  const ml = logDeterminant + quadratic + n * Math.log(2 * Math.PI);
  return {
    ml,
    reml: ml - p * Math.log(2 * Math.PI) + logX,
    beta: beta.map((b) => b[0]!),
    fixedCovariance: C,
    effects: parts.map(({ GZ }) => multiply(GZ, We).map((r) => r[0]!)),
    predictionErrors: parts.map(({ G, GZ }) => subtract(G, multiply(GZ, multiply(P, transpose(GZ))))),
  };
}

/** K of the random levels of a term, dense. */
export function relationshipMatrix(model: Model, t: number): number[][] {
  const { relationship, levels } = model.random[t]!;
  if (!relationship)
    return zeros(levels.length, levels.length).map((row, i) => row.map((_, j) => Number(i === j)));
  const size = relationship.inverse.size - relationship.fixedGroups;
  return invert(
    fullInverse(model, t)
      .slice(0, size)
      .map((row) => row.slice(0, size)),
  ).inverse;
}

/** K^-1 with its groups, dense. */
export function fullInverse(model: Model, t: number): number[][] {
  const { size, pointers, rows, values } = model.random[t]!.relationship!.inverse;
  const out = zeros(size, size);
  for (let j = 0; j < size; j++) {
    for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
      out[rows[e]!]![j] = values[e]!;
      out[j]![rows[e]!] = values[e]!;
    }
  }
  return out;
}
