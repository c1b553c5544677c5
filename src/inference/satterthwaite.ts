/*
 * Satterthwaite's degrees of freedom of contrasts of fixed effects, as in Giesbrecht & Burns (1985) and
 * Fai & Cornelius (1996): nu = 2 v^2 / (g' A g), v = l' Var(b) l, g its gradient in the variance parameters
 * and A their asymptotic covariance. The parameters are (theta, tau = log sigma); nu does not depend on
 * that choice.
 */
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { quadraticForm } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** What moves Var(b), and how well it is known. */
export interface VarianceInformation {
  /** A, asymptotic covariance of (theta, log sigma), (q + 1) x (q + 1) */
  readonly parameterCovariance: Matrix;
  /** d Var(b) / d parameter, p x p each, q + 1 of them */
  readonly derivatives: readonly Matrix[];
  /** Var(b), p x p */
  readonly covariance: Matrix;
}

/** The pieces of a fit that Satterthwaite's method needs. */
interface ProfiledFit {
  /** Hessian of the profiled objective in theta, q x q */
  readonly hessian: Matrix;
  /** gradient of the penalized residual sum of squares r2 in theta, length q */
  readonly residualGradient: Float64Array;
  /** d C / d theta_a, one p x p matrix a parameter, with C the unscaled covariance */
  readonly covarianceDerivatives: readonly Matrix[];
  /** C = Var(b) / sigma2, p x p */
  readonly unscaledCovariance: Matrix;
  readonly sigma: number;
  /** divisor of sigma2: n - p for REML, n for ML */
  readonly divisor: number;
}

/**
 * Variance information from a profiled fit.
 *
 * The Hessian of the full deviance d(theta, tau) = terms(theta) + 2 N tau + r2(theta) exp(-2 tau) is put
 * together from the profiled one: H_tt = 4 N, H_at = -2 (d r2 / d theta_a) / sigma2 and
 * H_ab = profiled_ab + H_at H_bt / H_tt at the optimum. Directions without curvature are left out
 * by a pseudo-inverse: at zero variance the objective and Var(b) are both even in the standard deviation, so
 * that parameter has nothing to add, and along a direction that only rotates Lambda neither changes.
 */
export function varianceInformation(fit: ProfiledFit): VarianceInformation {
  const q = fit.residualGradient.length;
  const sigma2 = fit.sigma * fit.sigma;
  const size = q + 1;
  const full = createMatrix(size, size);
  const curvature = 4 * fit.divisor;
  full.values[q + q * size] = curvature;
  for (let a = 0; a < q; a++) {
    const cross = (-2 * fit.residualGradient[a]!) / sigma2;
    full.values[a + q * size] = cross;
    full.values[q + a * size] = cross;
  }
  for (let b = 0; b < q; b++) {
    for (let a = 0; a < q; a++) {
      full.values[a + b * size] =
        0.5 * (fit.hessian.values[a + b * q]! + fit.hessian.values[b + a * q]!) +
        (full.values[a + q * size]! * full.values[b + q * size]!) / curvature;
    }
  }
  return {
    parameterCovariance: asymptoticCovariance(full),
    derivatives: [
      ...fit.covarianceDerivatives.map((derivative) => scaledBy(derivative, sigma2)),
      scaledBy(fit.unscaledCovariance, 2 * sigma2),
    ],
    covariance: scaledBy(fit.unscaledCovariance, sigma2),
  };
}

/** The matrix times a number. */
export function scaledBy(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => factor * value) };
}

/** Degrees of freedom of l'b; Infinity when nothing about its variance is estimated. */
export function satterthwaiteDegreesOfFreedom(
  contrast: Float64Array,
  { covariance, derivatives, parameterCovariance }: VarianceInformation,
): number {
  const variance = quadraticForm(covariance.values, contrast);
  const gradient = Float64Array.from(derivatives, (derivative) => quadraticForm(derivative.values, contrast));
  return (2 * variance * variance) / quadraticForm(parameterCovariance.values, gradient);
}

/**
 * Twice the inverse of H, the Hessian of -2 log-likelihood, over its directions of positive curvature, judged on the unit
 * diagonal scale.
 */
export function asymptoticCovariance(h: Matrix): Matrix {
  const n = h.rows;
  const scale = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const diagonal = Math.abs(h.values[i + i * n]!);
    scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  }
  const scaled = createMatrix(n, n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) scaled.values[i + j * n] = h.values[i + j * n]! * scale[i]! * scale[j]!;
  }
  const { values, vectors } = symmetricEigen(scaled);
  const inverse = createMatrix(n, n);
  for (let k = 0; k < n; k++) {
    if (!(values[k]! > 1e-8)) continue;
    const vector = scale.map((s, i) => s * vectors.values[i + k * n]!);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) inverse.values[i + j * n]! += (2 / values[k]!) * vector[i]! * vector[j]!;
    }
  }
  return inverse;
}
