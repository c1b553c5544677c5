import {
  type ComponentEstimate,
  type ComponentEstimates,
  componentEstimates,
} from "../fit/componentEstimates.ts";
import { problemOf } from "../fit/precision.ts";
import { hasRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { isMixed, varianceInformationOf } from "./denominator.ts";

/** A standard deviation below this part of the residual's is zero, and its variance has no standard error. */
const ZERO_SD = 1e-6;
/** A variance this many times below its standard error is zero as far as the likelihood can tell: the error says nothing of it. */
const NOISE = 1e3;

/**
 * Every variance and covariance of a fit with its asymptotic standard error: entries of each component's lower
 * triangle by rows, the residual last.
 *
 * By the average information where the equations engine fitted the model, else by the exact Hessian of the
 * likelihood. Standard errors are null for held components, on the boundary, and where `errors` is false.
 */
export function componentTable(fit: FitResult, errors: boolean = true): ComponentEstimates {
  if (errors && hasRows(fit)) {
    if (fit.residualCovariance !== null) return componentEstimates(fit);
    if (isMixed(fit)) return fromProfile(fit);
    return ofLinearModel(fit);
  }
  return { rows: withErrors(fit, null), covariance: null };
}

/**
 * The free variances and covariances by name at any theta of the fit, for its trace; null where theta is relative to
 * sigma, or the fit has no rows.
 */
export function componentsByTheta(
  fit: FitResult,
): ((theta: readonly number[]) => Readonly<Record<string, number>>) | null {
  if (fit.residualCovariance === null || !hasRows(fit)) return null;
  const { natural } = problemOf(fit);
  if (natural === undefined) return null;
  const names = natural.entries.map(({ component, row, column, size }) =>
    size === 1 ? component : `${component}[${row + 1},${column + 1}]`,
  );
  return (theta) => {
    const values = natural.valuesAt(Float64Array.from(theta));
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  };
}

/** (theta, log sigma) to Sigma = sigma2 Phi(theta) and sigma2. */
function fromProfile(fit: FitResult): ComponentEstimates {
  const { parameterCovariance } = varianceInformationOf(fit);
  const sigma2 = fit.sigma * fit.sigma;
  const q = fit.theta.length;
  const gradients: Float64Array[] = [];
  let first = 0;
  fit.model.random.forEach(({ covariance }, t) => {
    const k = covariance.size;
    const derivatives = covariance.parameters.map((_, index) => {
      const out = createMatrix(k, k);
      covariance.derivative(fit.theta, first, index, out);
      return out;
    });
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        const gradient = new Float64Array(q + 1);
        derivatives.forEach((derivative, index) => {
          gradient[first + index] = sigma2 * derivative.values[i + j * k]!;
        });
        gradient[q] = 2 * fit.covariances[t]!.values[i + j * k]!;
        gradients.push(gradient);
      }
    }
    first += covariance.parameters.length;
  });
  const own = new Float64Array(q + 1);
  own[q] = 2 * sigma2;
  gradients.push(own);
  const covariance = createMatrix(gradients.length, gradients.length);
  gradients.forEach((a, i) => {
    gradients.forEach((b, j) => {
      let sum = 0;
      for (let s = 0; s <= q; s++) {
        for (let r = 0; r <= q; r++) sum += a[r]! * parameterCovariance.values[r + s * (q + 1)]! * b[s]!;
      }
      covariance.values[i + j * gradients.length] = sum;
    });
  });
  return { rows: withErrors(fit, covariance), covariance };
}

/** Var(s2) = 2 sigma4 / (n - p); by ML 2 sigma4 / n */
function ofLinearModel(fit: FitResult): ComponentEstimates {
  const df = fit.method === "ML" ? fit.nobs : fit.nobs - fit.beta.length;
  if (!(df > 0)) return { rows: withErrors(fit, null), covariance: null };
  const covariance: Matrix = { rows: 1, columns: 1, values: Float64Array.of((2 * fit.sigma ** 4) / df) };
  return { rows: withErrors(fit, covariance), covariance };
}

function withErrors(fit: FitResult, covariance: Matrix | null): ComponentEstimate[] {
  const matrices: [string, Matrix][] = fit.model.random.map((term, t) => [
    term.component,
    fit.covariances[t]!,
  ]);
  const residual = fit.residualCovariance ?? {
    rows: 1,
    columns: 1,
    values: Float64Array.of(fit.sigma * fit.sigma),
  };
  matrices.push(["residual", residual]);
  const rows: ComponentEstimate[] = [];
  for (const [component, { rows: k, values }] of matrices) {
    /** row of the table of the entry [1,1]; that of [c,c] is c (c + 3) / 2 further, counted from zero */
    const first = rows.length;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        const variance = covariance?.values[rows.length * (covariance.rows + 1)] ?? Number.NaN;
        const boundary = [i, j].some((c) => {
          const own = values[c * (k + 1)]!;
          const place = first + (c * (c + 3)) / 2;
          const spread = covariance?.values[place * (covariance.rows + 1)] ?? 0;
          return !(own > (ZERO_SD * fit.sigma) ** 2 && NOISE * own > Math.sqrt(Math.max(0, spread)));
        });
        rows.push({
          name: k === 1 ? component : `${component}[${i + 1},${j + 1}]`,
          estimate: values[i + j * k]!,
          se: variance > 0 && !boundary ? Math.sqrt(variance) : null,
          held: fit.held.includes(component),
        });
      }
    }
  }
  return rows;
}
