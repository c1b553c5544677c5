// One grouping factor: V is block diagonal, so everything is a sum over levels of S x S work. Per level, with
// N = Z'V^-1Z, R = Z'V^-1X~ L^-T (L L' = X~'V^-1X~) and E_i the direction, everything relative to sigma2:
//
//   d Phi ~ sum R'E_iR,   curvature ~ sum R'E_iNE_jR - (sum R'E_iR)(sum R'E_jR),
//   tr(P V_i P V_j) = sum tr(E_iNE_jN) - 2 sum tr(E_iNE_jRR') + <sum R'E_iR, sum R'E_jR>.

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { choleskyInPlace, invertCholesky, whitenTransposed } from "../../linalg/smallCholesky.ts";
import { dot } from "../../linalg/squareProducts.ts";
import type { Model } from "../../model/model.ts";
import { createCovarianceMap } from "../covarianceMap.ts";
import type { Factor } from "../factors.ts";
import { userCovariance } from "../userCoefficients.ts";
import type { SensitivityAt, VarianceDirection, VarianceSensitivity } from "../varianceSensitivity.ts";
import { generalPasses } from "./generalPasses.ts";
import { leafStatistics } from "./leafStatistics.ts";
import { createLevelWork } from "./levelWork.ts";

/** @param theta relative to sigma, as the blocked engine has it */
export function oneFactorSensitivity(
  model: Model,
  factor: Factor,
  theta: Float64Array,
  sigma: number,
): SensitivityAt {
  const p = model.fixed.basis.columns;
  const S = factor.width;
  const m = p + 1;
  const sigma2 = sigma * sigma;
  const leaf = leafStatistics(factor, model.fixed.basis.values, p, model.response, model.weights);
  const map = createCovarianceMap(model.random, [factor]);
  map.set(theta);
  const lambda = map.lambda[0]!;
  const work = createLevelWork(S);
  const cholesky = informationRoot(model, generalPasses(S, p).eliminate, leaf, lambda, map.phi[0]!);

  /** -> n = N (S x S), r = R (S x p) of level j */
  function level(j: number, n: Float64Array, r: Float64Array): void {
    const at = j * S * S;
    const bt = j * S * m;
    work.root(leaf.a, at, lambda);
    work.complement(leaf.a, at);
    for (let i = 0; i < S; i++) {
      for (let c = 0; c <= i; c++) {
        let sum = leaf.a[at + i + c * S]!;
        for (let l = 0; l < S; l++) sum -= work.ak[i + l * S]! * work.ak[c + l * S]!;
        n[i + c * S] = sum;
        n[c + i * S] = sum;
      }
    }
    for (let c = 0; c < p; c++) {
      for (let i = 0; i < S; i++) {
        let sum = 0;
        for (let l = 0; l < S; l++) sum += work.e[i + l * S]! * leaf.b[bt + c * S + l]!;
        for (let d = 0; d < c; d++) sum -= r[i + d * S]! * cholesky[c + d * p]!;
        r[i + c * S] = sum / cholesky[c + c * p]!;
      }
    }
  }

  return (directions) => {
    const count = directions.length;
    const E = directions.map((direction) => inWorkingCoordinates(factor, model, direction));
    const n = new Float64Array(S * S);
    const r = new Float64Array(S * p);
    const k = new Float64Array(S * S);
    const each = (length: number): Float64Array[] =>
      Array.from({ length: count }, () => new Float64Array(length));
    const en = each(S * S);
    const ek = each(S * S);
    const er = each(S * p);
    const ner = each(S * p);
    const Q = each(p * p);
    const D = Array.from({ length: (count * (count + 1)) / 2 }, () => new Float64Array(p * p));
    const information = createMatrix(count, count);
    const traces = new Float64Array(count);
    for (let j = 0; j < leaf.levels; j++) {
      level(j, n, r);
      productTransposed(S, p, r, r, k);
      for (let a = 0; a < count; a++) {
        product(S, S, S, E[a]!, n, en[a]!);
        product(S, S, S, E[a]!, k, ek[a]!);
        product(S, S, p, E[a]!, r, er[a]!);
        product(S, S, p, n, er[a]!, ner[a]!);
        addInner(S, p, r, er[a]!, Q[a]!);
        for (let s = 0; s < S; s++) traces[a]! += en[a]![s + s * S]! - ek[a]![s + s * S]!;
        for (let b = 0; b <= a; b++) {
          information.values[a + b * count]! +=
            traceOfProduct(S, en[a]!, en[b]!) - 2 * traceOfProduct(S, en[a]!, ek[b]!);
          addInner(S, p, er[a]!, ner[b]!, D[(a * (a + 1)) / 2 + b]!);
        }
      }
    }
    for (let a = 0; a < count; a++) {
      traces[a]! /= sigma2;
      for (let b = 0; b <= a; b++) {
        const value = (information.values[a + b * count]! + dot(Q[a]!, Q[b]!)) / (sigma2 * sigma2);
        information.values[a + b * count] = value;
        information.values[b + a * count] = value;
      }
    }
    const curvature = D.map((own) => new Float64Array(own.length));
    for (let a = 0, at = 0; a < count; a++) {
      for (let b = 0; b <= a; b++, at++) {
        symmetricCurvature(p, D[at]!, Q[a]!, Q[b]!, 1 / sigma2, curvature[at]!);
      }
    }
    const inverse = new Float64Array(p * p);
    invertCholesky(cholesky, p, inverse);
    const toUser = (whitened: Float64Array): Matrix => {
      whitenTransposed(cholesky, p, whitened);
      return userCovariance(model, whitened);
    };
    return {
      covariance: userCovariance(
        model,
        inverse.map((value) => sigma2 * value),
      ),
      derivatives: Q.map(toUser),
      curvature: curvature.map(toUser),
      information,
      traces,
    } satisfies VarianceSensitivity;
  };
}

/** L of X~'V^-1X~, p x p. */
function informationRoot(
  model: Model,
  eliminate: ReturnType<typeof generalPasses>["eliminate"],
  leaf: ReturnType<typeof leafStatistics>,
  lambda: Float64Array,
  phi: Float64Array,
): Float64Array {
  const p = model.fixed.basis.columns;
  const m = p + 1;
  const schur = new Float64Array(m * m);
  for (let c = 0; c < p; c++) {
    for (let i = c; i < p; i++) schur[i + c * m] = model.fixed.crossproduct.values[i + c * p]!;
  }
  eliminate(leaf, lambda, phi, schur);
  const root = new Float64Array(p * p);
  for (let c = 0; c < p; c++) for (let i = c; i < p; i++) root[i + c * p] = schur[i + c * m]!;
  choleskyInPlace(root, p);
  return root;
}

/** T E T' with E at the place of its term. */
function inWorkingCoordinates(
  { width: S, transform: T, terms, offsets }: Factor,
  model: Model,
  { term, values }: VarianceDirection,
): Float64Array {
  const k = model.random[term]!.covariance.size;
  const offset = offsets[terms.indexOf(term)]!;
  const out = new Float64Array(S * S);
  for (let i = 0; i < S; i++) {
    for (let j = 0; j < S; j++) {
      let sum = 0;
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          sum += T[i + (offset + a) * S]! * values[a + b * k]! * T[j + (offset + b) * S]!;
        }
      }
      out[i + j * S] = sum;
    }
  }
  return out;
}

/** out = scale * symmetric part of (D - Qa Qb), p x p */
function symmetricCurvature(
  p: number,
  D: Float64Array,
  Qa: Float64Array,
  Qb: Float64Array,
  scale: number,
  out: Float64Array,
): void {
  for (let c = 0; c < p; c++) {
    for (let d = 0; d <= c; d++) {
      let sum = D[c + d * p]! + D[d + c * p]!;
      for (let k = 0; k < p; k++) sum -= Qa[c + k * p]! * Qb[k + d * p]! + Qa[d + k * p]! * Qb[k + c * p]!;
      out[c + d * p] = 0.5 * scale * sum;
      out[d + c * p] = 0.5 * scale * sum;
    }
  }
}

/** out = A B, A m x k, B k x n */
function product(m: number, k: number, n: number, A: Float64Array, B: Float64Array, out: Float64Array): void {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += A[i + l * m]! * B[l + j * k]!;
      out[i + j * m] = sum;
    }
  }
}

/** out = A B', both m x n */
function productTransposed(m: number, n: number, A: Float64Array, B: Float64Array, out: Float64Array): void {
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let l = 0; l < n; l++) sum += A[i + l * m]! * B[j + l * m]!;
      out[i + j * m] = sum;
    }
  }
}

/** out += A'B, both m x n */
function addInner(m: number, n: number, A: Float64Array, B: Float64Array, out: Float64Array): void {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let l = 0; l < m; l++) sum += A[l + i * m]! * B[l + j * m]!;
      out[i + j * n]! += sum;
    }
  }
}

/** tr(A B), both n x n */
function traceOfProduct(n: number, A: Float64Array, B: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) sum += A[i + j * n]! * B[j + i * n]!;
  return sum;
}
