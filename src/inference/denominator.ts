import { HendersonError } from "../base/errors.ts";
import { precisionOf } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { DegreesOfFreedom } from "./contrastTest.ts";
import {
  absoluteVarianceInformation,
  satterthwaiteDegreesOfFreedom,
  type VarianceInformation,
  varianceInformation,
} from "./satterthwaite.ts";

/**
 * How denominator degrees of freedom are found: Satterthwaite's method, n - p for every contrast, or none
 * (normal and chi-squared reference). `kenward-roger` and `between-within` are named but not available yet.
 */
export type DenominatorMethod = "satterthwaite" | "kenward-roger" | "between-within" | "residual" | "none";

/** A method together with what it gives for a fit. */
export interface Denominator {
  readonly method: DenominatorMethod;
  readonly degreesOfFreedom: DegreesOfFreedom;
}

const cache = new WeakMap<FitResult, VarianceInformation>();

/**
 * The degrees of freedom of a fit's contrasts by a method; by default Satterthwaite for mixed models
 * and n - p for linear ones (where the two agree).
 *
 * @throws HendersonError `inference/ddf-not-yet`
 */
export function denominatorOf(fit: FitResult, method?: DenominatorMethod): Denominator {
  const chosen = method ?? defaultMethod(fit);
  const residual = fit.nobs - fit.beta.length;
  switch (chosen) {
    case "none":
      return { method: chosen, degreesOfFreedom: () => Number.POSITIVE_INFINITY };
    case "residual":
      return { method: chosen, degreesOfFreedom: () => residual };
    case "satterthwaite": {
      if (!isMixed(fit)) return { method: chosen, degreesOfFreedom: () => residual };
      const information = varianceInformationOf(fit);
      return {
        method: chosen,
        degreesOfFreedom: (contrast) => satterthwaiteDegreesOfFreedom(contrast, information),
      };
    }
    case "kenward-roger":
    case "between-within":
      throw new HendersonError(
        "inference/ddf-not-yet",
        `degrees of freedom by the method '${chosen}' are not available in this version`,
        {
          hint: "use 'satterthwaite', which agrees with it closely in balanced data, or 'residual' or 'none'",
        },
      );
  }
}

/** Whether the fit has random terms. */
export function isMixed(fit: FitResult): boolean {
  return fit.model.random.length > 0;
}

/** Var(b) = sigma2 (X'V^-1X)^-1, p x p. */
export function covarianceOf(fit: FitResult): Matrix {
  const { rows, columns, values } = fit.unscaledCovariance;
  const sigma2 = fit.sigma * fit.sigma;
  return { rows, columns, values: values.map((value) => sigma2 * value) };
}

/** More unknowns of the mixed model equations, or free variances, than this have no degrees of freedom by default. */
const LARGEST_SATTERTHWAITE = { unknowns: 20_000, parameters: 20 };

function defaultMethod(fit: FitResult): DenominatorMethod {
  if (!isMixed(fit)) return "residual";
  return withoutDegreesOfFreedom(fit) === null ? "satterthwaite" : "none";
}

/** Why Satterthwaite's method is not the default of this fit; null where it is. */
export function withoutDegreesOfFreedom(fit: FitResult): string | null {
  if (fit.engine !== "equations") return null;
  if (fit.theta.length === 0) return "all variances are held at known values";
  const unknowns = fit.modes.reduce((sum, modes) => sum + modes.length, 0);
  if (unknowns > LARGEST_SATTERTHWAITE.unknowns || fit.theta.length > LARGEST_SATTERTHWAITE.parameters) {
    return `with ${unknowns} random effects and ${fit.theta.length} variance parameters Satterthwaite's method takes long`;
  }
  return null;
}

/** How the variance parameters move Var(b) and how well they are known; computed once a fit. */
export function varianceInformationOf(fit: FitResult): VarianceInformation {
  let information = cache.get(fit);
  if (information === undefined) {
    const { hessian, residualGradient, covarianceDerivatives } = precisionOf(fit);
    if (fit.residualCovariance !== null) {
      information = absoluteVarianceInformation(hessian, covarianceDerivatives, covarianceOf(fit));
      cache.set(fit, information);
      return information;
    }
    information = varianceInformation({
      hessian,
      residualGradient,
      covarianceDerivatives,
      unscaledCovariance: fit.unscaledCovariance,
      sigma: fit.sigma,
      divisor: fit.method === "REML" ? fit.nobs - fit.beta.length : fit.nobs,
    });
    cache.set(fit, information);
  }
  return information;
}
