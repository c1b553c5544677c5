// Derivatives of V with V, V_i and P formed densely: the oracle of Kenward and Roger's pieces.

import type { VarianceDirection } from "../../src/engines/varianceSensitivity.ts";
import type { Model } from "../../src/model/model.ts";
import { invert, multiply, subtract, transpose, zeros } from "./denseAlgebra.ts";
import { relationshipMatrix } from "./denseEquations.ts";

export interface DenseSensitivity {
  readonly covariance: number[][];
  readonly derivatives: number[][][];
  /** at i (i + 1) / 2 + j for i >= j, symmetric part */
  readonly curvature: number[][][];
  readonly information: number[][];
  readonly traces: number[];
}

/** At Sigma per term and R0, natural scale; n up to a hundred. */
export function denseSensitivity(
  model: Model,
  sigmas: readonly Float64Array[],
  R0: Float64Array,
  directions: readonly VarianceDirection[],
): DenseSensitivity {
  const n = model.response.length;
  const p = model.fixed.matrix.columns;
  const V = changeOfV(model, model.random.length, R0);
  for (const [t, values] of sigmas.entries()) add(V, changeOfV(model, t, values));
  const X = Array.from({ length: n }, (_, i) =>
    Array.from({ length: p }, (_, c) => model.fixed.matrix.values[i + c * n]!),
  );
  const W = invert(V).inverse;
  const WX = multiply(W, X);
  const Phi = p > 0 ? invert(multiply(transpose(X), WX)).inverse : [];
  const H = p > 0 ? multiply(WX, Phi) : zeros(n, 0);
  const P = p > 0 ? subtract(W, multiply(H, transpose(WX))) : W;
  const changes = directions.map(({ term, values }) => changeOfV(model, term, values));
  const PV = changes.map((change) => multiply(P, change));
  const VH = changes.map((change) => multiply(change, H));
  const curvature: number[][][] = [];
  for (let i = 0; i < changes.length; i++) {
    for (let j = 0; j <= i; j++) {
      const D = multiply(transpose(VH[i]!), multiply(P, VH[j]!));
      curvature.push(D.map((row, c) => row.map((value, d) => 0.5 * (value + D[d]![c]!))));
    }
  }
  return {
    covariance: Phi,
    derivatives: VH.map((change) => multiply(transpose(H), change)),
    curvature,
    information: PV.map((a) => PV.map((b) => traceOfProduct(a, b))),
    traces: PV.map((a) => a.reduce((sum, row, i) => sum + row[i]!, 0)),
  };
}

/** Z (K (x) E) Z', or the residuals' part for R0. */
function changeOfV(model: Model, t: number, E: Float64Array): number[][] {
  const n = model.response.length;
  const weight = (r: number): number => model.weights?.[r] ?? 1;
  if (t === model.random.length) {
    const { traits } = model;
    const T = Math.sqrt(E.length);
    return Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => {
        if (traits ? traits.unit[i] !== traits.unit[j] : i !== j) return 0;
        const value = E[(traits?.trait[i] ?? 0) + (traits?.trait[j] ?? 0) * T]!;
        return value / Math.sqrt(weight(i) * weight(j));
      }),
    );
  }
  const term = model.random[t]!;
  const k = term.covariance.size;
  const K = relationshipMatrix(model, t);
  const Z = zeros(n, K.length * k);
  for (let r = 0; r < n; r++) {
    if (term.incidence) {
      term.incidence.forEach((layers, a) => {
        for (const { codes, values } of layers) {
          if (codes[r]! >= 0) Z[r]![codes[r]! * k + a]! += values?.[r] ?? 1;
        }
      });
    } else {
      term.basis.forEach((z, a) => {
        Z[r]![term.codes[r]! * k + a] = z?.[r] ?? 1;
      });
    }
  }
  const G = zeros(K.length * k, K.length * k);
  K.forEach((row, i) => {
    row.forEach((value, j) => {
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++) G[i * k + a]![j * k + b] = E[a + b * k]! * value;
    });
  });
  return multiply(Z, multiply(G, transpose(Z)));
}

function add(to: number[][], matrix: number[][]): void {
  matrix.forEach((row, i) => {
    row.forEach((value, j) => {
      to[i]![j]! += value;
    });
  });
}

function traceOfProduct(a: number[][], b: number[][]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < a.length; j++) sum += a[i]![j]! * b[j]![i]!;
  return sum;
}
