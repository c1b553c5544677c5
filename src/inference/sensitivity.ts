import { oneFactorSensitivity } from "../engines/blocked/oneFactorSensitivity.ts";
import { semidefiniteRoot } from "../engines/equations/covarianceRoots.ts";
import { equationsSensitivity } from "../engines/equations/sensitivity.ts";
import { groupFactors } from "../engines/factors.ts";
import type { SensitivityAt } from "../engines/varianceSensitivity.ts";
import { heldMatrices } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import { createMatrix } from "../linalg/matrix.ts";

/**
 * Derivatives of V at the estimates of a mixed model: level by level where there is one grouping factor, else from the
 * mixed model equations, whichever engine fitted it.
 *
 * @throws HendersonError engine/too-large
 */
export function sensitivityOf(fit: FitResult): SensitivityAt {
  const { model, theta, sigma } = fit;
  if (fit.engine === "blocked") {
    const [factor, ...others] = groupFactors(model.random);
    if (others.length === 0) return oneFactorSensitivity(model, factor!, theta, sigma);
  }
  const kernels = chooseKernels();
  const R0 = fit.residualCovariance?.values ?? Float64Array.of(sigma * sigma);
  return equationsSensitivity(model, rootsOf(fit), R0, heldMatrices(fit), kernels);
}

/** Lower roots of the covariances: sigma Lambda(theta), exact at a boundary, or those of Sigma. */
function rootsOf(fit: FitResult): Float64Array[] {
  let first = 0;
  return fit.model.random.map(({ covariance }, term) => {
    const k = covariance.size;
    if (fit.residualCovariance !== null) return semidefiniteRoot(fit.covariances[term]!.values, k);
    const out = createMatrix(k, k);
    covariance.factor(fit.theta, first, out);
    first += covariance.parameters.length;
    return out.values.map((value) => fit.sigma * value);
  });
}
