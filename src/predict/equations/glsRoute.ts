import { HendersonError } from "../../base/errors.ts";
import type { ComponentValues } from "../../fit/componentValues.ts";
import { product, timesVector, transpose } from "../../linalg/denseProducts.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { symmetricInverse } from "../../linalg/symmetricInverse.ts";
import type { Model } from "../../model/model.ts";
import { type KnownModel, knownModel, type RandomLabel } from "./knownModel.ts";

/** Generalized least squares and E[u | y]: the way to BLUE and BLUP through V, every matrix of it. */
export interface GlsRoute {
  readonly fixedLabels: readonly string[];
  readonly random: readonly RandomLabel[];
  /** V = Z G Z' + R, n x n */
  readonly V: Matrix;
  readonly inverseV: Matrix;
  /** X'V^-1X, p x p */
  readonly information: Matrix;
  /** its inverse, Var(b-hat) */
  readonly covariance: Matrix;
  /** X'V^-1y */
  readonly rightHandSide: Float64Array;
  /** b-hat */
  readonly beta: Float64Array;
  /** G Z'V^-1, q x n */
  readonly selection: Matrix;
  /** u-hat = G Z'V^-1 (y - X b-hat) */
  readonly effects: Float64Array;
}

/**
 * BLUE by generalized least squares and BLUP by E[u | y], dense; equal to the solution of the mixed model equations
 * (Henderson et al. 1959, Biometrics 15).
 *
 * @throws HendersonError predict/fixed-groups, predict/equations-too-large, predict/unknown-variances
 */
export function glsRoute(model: Model, components: ComponentValues): GlsRoute {
  return glsOf(knownModel(model, components));
}

/** The route of dense matrices. */
function glsOf({ X, Z, G, R, y, fixedLabels, randomLabels }: KnownModel): GlsRoute {
  if (G === null) throw withoutVariance();
  const GZ = product(G, transpose(Z));
  const V = product(Z, GZ);
  R.values.forEach((value, i) => {
    V.values[i]! += value;
  });
  const inverseV = symmetricInverse(V).inverse;
  const weighted = product(transpose(X), inverseV);
  const information = product(weighted, X);
  const covariance = symmetricInverse(information).inverse;
  const rightHandSide = timesVector(weighted, y);
  const beta = timesVector(covariance, rightHandSide);
  const fitted = timesVector(X, beta);
  const selection = product(GZ, inverseV);
  return {
    fixedLabels,
    random: randomLabels,
    V,
    inverseV,
    information,
    covariance,
    rightHandSide,
    beta,
    selection,
    effects: timesVector(
      selection,
      y.map((value, r) => value - fitted[r]!),
    ),
  };
}

function withoutVariance(): HendersonError {
  return new HendersonError(
    "predict/fixed-groups",
    "groups of unknown parents are fixed effects inside the relationship, so Var(u) does not exist and V neither",
    { hint: "leave the generalized least-squares route out, or make the groups random" },
  );
}

/** The same model with independent random effects: u = T u*, Z* = Z T, G = T T'. */
export interface CholeskyTrick {
  /** lower triangular, q x q */
  readonly T: Matrix;
  /** Z T, n x q */
  readonly Z: Matrix;
  /** solution for u*, whose variance is the identity matrix */
  readonly independentEffects: Float64Array;
  /** T u*, equal to u-hat */
  readonly effects: Float64Array;
  readonly beta: Float64Array;
}

/**
 * The equivalent model with uncorrelated random effects of variance one, solved by its mixed model equations.
 *
 * @throws HendersonError predict/fixed-groups
 */
export function choleskyTrick(model: Model, components: ComponentValues): CholeskyTrick {
  const known = knownModel(model, components);
  if (known.G === null) throw withoutVariance();
  const T = lowerRoot(known.G);
  const Z = product(known.Z, T);
  const { X, y, inverseR } = known;
  const p = X.columns;
  const q = Z.columns;
  const W: Matrix = { rows: y.length, columns: p + q, values: new Float64Array([...X.values, ...Z.values]) };
  const weighted = product(transpose(W), inverseR);
  const M = product(weighted, W);
  for (let j = 0; j < q; j++) M.values[(p + j) * (p + q + 1)]! += 1;
  const solution = timesVector(symmetricInverse(M).inverse, timesVector(weighted, y));
  const independentEffects = solution.slice(p);
  return {
    T,
    Z,
    independentEffects,
    effects: timesVector(T, independentEffects),
    beta: solution.slice(0, p),
  };
}

/** The lower Cholesky factor of a positive semidefinite matrix; zero columns where a pivot vanishes. */
function lowerRoot({ rows: n, values }: Matrix): Matrix {
  const T = createMatrix(n, n);
  const t = T.values;
  for (let j = 0; j < n; j++) {
    let pivot = values[j + j * n]!;
    for (let k = 0; k < j; k++) pivot -= t[j + k * n]! ** 2;
    if (!(pivot > 1e-12 * values[j + j * n]!)) continue;
    const root = Math.sqrt(pivot);
    for (let i = j; i < n; i++) {
      let s = values[i + j * n]!;
      for (let k = 0; k < j; k++) s -= t[i + k * n]! * t[j + k * n]!;
      t[i + j * n] = s / root;
    }
  }
  return T;
}

/** Largest difference of two vectors, relative to the largest entry. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    size = Math.max(size, Math.abs(a[i]!));
  }
  return size > 0 ? difference / size : difference;
}
