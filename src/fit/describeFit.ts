import type { Note } from "../base/notes.ts";
import type { Design } from "../design/design.ts";
import type { EngineName, Estimates } from "../engines/engine.ts";
import type { KernelName } from "../linalg/kernels.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { multiplyByTransposed } from "../linalg/squareProducts.ts";
import type { Model } from "../model/model.ts";
import type { ConvergenceCertificate, FitMethod, FitResult } from "./result.ts";

interface FitParts {
  readonly method: FitMethod;
  readonly engine: EngineName;
  readonly solver: "factor" | "iteration" | undefined;
  readonly kernels: KernelName;
  readonly model: Model;
  readonly design: Design | null;
  readonly theta: Float64Array;
  readonly estimates: Estimates;
  readonly certificate: ConvergenceCertificate;
  readonly held: readonly string[];
  readonly notes: readonly Note[];
}

/** The result of a fit from its parts: likelihoods with every constant, information criteria, covariances. */
export function describeFit(parts: FitParts): FitResult {
  const { method, model, theta, estimates } = parts;
  const n = model.response.length;
  const absolute = estimates.residualCovariance !== undefined;
  const degreesOfFreedom =
    model.fixed.matrix.columns + theta.length + estimatedApart(method, model, absolute);
  // A linear model is compared by its ML likelihood, as R's logLik(lm) is; its sigma stays unbiased.
  const logLik =
    -0.5 * (method === "REML" || method === "ANOVA" ? estimates.remlCriterion : estimates.deviance);
  return Object.freeze({
    method,
    engine: parts.engine,
    kernels: parts.kernels,
    model,
    design: parts.design,
    nobs: n,
    theta,
    beta: estimates.beta,
    unscaledCovariance: estimates.unscaledCovariance,
    sigma: estimates.sigma,
    covariances: estimates.covariances ?? termCovariances(model, theta, estimates.sigma),
    residualCovariance: estimates.residualCovariance ?? null,
    held: parts.held,
    modes: estimates.modes,
    logLik,
    degreesOfFreedom,
    AIC: -2 * logLik + 2 * degreesOfFreedom,
    BIC: -2 * logLik + Math.log(n) * degreesOfFreedom,
    deviance: estimates.deviance,
    remlCriterion: method === "ML" ? null : estimates.remlCriterion,
    residualSumOfSquares: estimates.penalizedResidualSumOfSquares,
    convergence: parts.certificate,
    notes: parts.notes,
    ...(parts.solver === undefined ? {} : { solver: parts.solver }),
  });
}

/** Variances that are estimated but not in theta: sigma where it is profiled out, all of them by the ANOVA method. */
function estimatedApart(method: FitMethod, model: Model, absolute: boolean): number {
  if (method === "ANOVA") return model.random.length + 1;
  return absolute ? 0 : 1;
}

/** Sigma_t = sigma2 Lambda Lambda' per random term, k x k. */
function termCovariances(model: Model, theta: Float64Array, sigma: number): Matrix[] {
  let first = 0;
  return model.random.map((term) => {
    const k = term.covariance.size;
    const lambda = createMatrix(k, k);
    term.covariance.factor(theta, first, lambda);
    first += term.covariance.parameters.length;
    const out = createMatrix(k, k);
    multiplyByTransposed(k, lambda.values, lambda.values, out.values);
    for (let i = 0; i < out.values.length; i++) out.values[i]! *= sigma * sigma;
    return out;
  });
}
