import { HendersonError } from "../../base/errors.ts";
import type { ComponentValues } from "../../fit/componentValues.ts";
import { product, timesVector, transpose } from "../../linalg/denseProducts.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { symmetricInverse } from "../../linalg/symmetricInverse.ts";
import type { Model } from "../../model/model.ts";
import { type KnownModel, knownModel, type RandomLabel } from "./knownModel.ts";

/** Henderson's mixed model equations and their solution; matrices are of size p + q. */
export interface MixedModelEquations {
  /** fixed effects, then random effects */
  readonly labels: readonly string[];
  readonly fixedEffects: number;
  readonly random: readonly RandomLabel[];
  /**
   * The equations as shown are those of Henderson times this number: the residual variance where R = I sigma2,
   * so that X'X stands in the corner and lambda = sigma2_e / sigma2_u beside Z'Z, else 1.
   */
  readonly multiplier: number;
  /** [X'R^-1X, X'R^-1Z; Z'R^-1X, Z'R^-1Z + G^-1] times the multiplier */
  readonly coefficientMatrix: Matrix;
  /** [X'R^-1y; Z'R^-1y] times the multiplier */
  readonly rightHandSide: Float64Array;
  readonly solution: Float64Array;
  /**
   * C, the inverse of the coefficient matrix without the multiplier: Var(b-hat) = C_XX, Var(u-hat - u) = C_ZZ.
   * A generalized inverse where effects are confounded; those of `dependent` were set to zero.
   */
  readonly inverse: Matrix;
  readonly dependent: readonly number[];
  readonly predictions: readonly PredictedEffect[];
}

/** A random effect with what is known of its error (Henderson 1975, Biometrics 31). */
export interface PredictedEffect extends RandomLabel {
  /** u-hat */
  readonly estimate: number;
  /** prediction error variance, the diagonal of C_ZZ */
  readonly pev: number;
  /** diagonal of G; null where groups are fixed */
  readonly variance: number | null;
  /** Var(u-hat) = G - C_ZZ; null where groups are fixed */
  readonly varianceOfPrediction: number | null;
  /** 1 - PEV / variance */
  readonly reliability: number | null;
  /** correlation of u-hat and u: the root of the reliability */
  readonly accuracy: number | null;
}

/**
 * The mixed model equations of a model with known variances, dense; for models small enough to look at.
 *
 * @param components variance or covariance matrix of every component, and `residual`
 * @throws HendersonError predict/singular-covariance, predict/equations-too-large, predict/unknown-variances
 */
export function mixedModelEquations(model: Model, components: ComponentValues): MixedModelEquations {
  return equationsOf(knownModel(model, components));
}

/** The equations of dense matrices. */
export function equationsOf(known: KnownModel): MixedModelEquations {
  const { X, Z, y, inverseR, inverseG, residualVariance, randomLabels, fixedLabels } = known;
  if (inverseG === null) {
    throw new HendersonError(
      "predict/singular-covariance",
      "a variance is zero or a covariance matrix singular, so G has no inverse and the equations cannot be written",
      { hint: "give positive variances; the generalized least-squares route (gls) needs no inverse of G" },
    );
  }
  const p = X.columns;
  const q = Z.columns;
  const W: Matrix = { rows: y.length, columns: p + q, values: new Float64Array([...X.values, ...Z.values]) };
  const weighted = product(transpose(W), inverseR);
  const M = product(weighted, W);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < q; i++) M.values[p + i + (p + j) * (p + q)]! += inverseG.values[i + j * q]!;
  }
  const rhs = timesVector(weighted, y);
  const { inverse, dependent } = symmetricInverse(M);
  const solution = timesVector(inverse, rhs);
  const multiplier = residualVariance ?? 1;
  return {
    labels: [...fixedLabels, ...randomLabels.map(({ text }) => text)],
    fixedEffects: p,
    random: randomLabels,
    multiplier,
    coefficientMatrix: scaled(M, multiplier),
    rightHandSide: rhs.map((value) => value * multiplier),
    solution,
    inverse,
    dependent,
    predictions: randomLabels.map((label, i) =>
      predicted(label, solution[p + i]!, inverse.values[(p + i) * (p + q + 1)]!, known.G, i),
    ),
  };
}

function predicted(
  label: RandomLabel,
  estimate: number,
  pev: number,
  G: Matrix | null,
  i: number,
): PredictedEffect {
  const variance = G === null ? null : G.values[i * (G.rows + 1)]!;
  const reliability = variance === null || !(variance > 0) ? null : 1 - pev / variance;
  return {
    ...label,
    estimate,
    pev,
    variance,
    varianceOfPrediction: variance === null ? null : variance - pev,
    reliability,
    accuracy: reliability === null ? null : Math.sqrt(Math.max(0, reliability)),
  };
}

function scaled({ rows, columns, values }: Matrix, factor: number): Matrix {
  const out = createMatrix(rows, columns);
  values.forEach((value, i) => {
    out.values[i] = value * factor;
  });
  return out;
}
