import { HendersonError } from "../base/errors.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { solvedFit } from "../fit/solvedFit.ts";
import { fittedValues } from "../predict/fittedValues.ts";
import { type ResidualKind, residuals } from "../predict/residuals.ts";
import { createResponseSampler } from "../simulation/drawResponse.ts";
import { replicateStream } from "../simulation/replicateStream.ts";
import { rowDeletionOf } from "./leaveOneOut.ts";
import { marginalWhitening } from "./marginalWhitening.ts";
import { residualRoots } from "./residualRoots.ts";

/**
 * `raw`, `pearson`, `scaled`: given the random effects, as `residuals`. `marginal`: response minus X b. `normalized`: given the
 * random effects, whitened by the residual covariance. `normalized-marginal`: response minus X b whitened by V, so that
 * groups are taken out too. `studentized`: prediction error of a record from all others over its standard deviation.
 * `deletion`: the same with sigma estimated without the record. `quantile`: rank among responses simulated from the model.
 */
export type CheckResidualKind =
  | ResidualKind
  | "marginal"
  | "normalized"
  | "normalized-marginal"
  | "studentized"
  | "deletion"
  | "quantile";

export interface CheckResidualOptions {
  /** simulated responses of `quantile` residuals, default 250 */
  readonly n?: number;
  /** whole number that selects the random stream of `quantile` residuals, default 1 */
  readonly seed?: number;
  /** `new` (default) draws random effects anew in every simulated response, `same` keeps those of the fit */
  readonly randomEffects?: "new" | "same";
}

/**
 * Residuals of a fit, one a record in the order of the data; NaN where a record determines a coefficient alone.
 *
 * Quantile residuals are uniform on (0, 1) under the model (Dunn & Smyth 1996; as DHARMa makes them): the number of
 * simulated values below the record plus a uniform number, over n + 1.
 *
 * @throws HendersonError fit/needs-data, fit/no-residual-variance, checks/too-entangled, checks/simulations
 */
export function modelResiduals(
  fit: FitResult,
  kind: CheckResidualKind,
  options: CheckResidualOptions = {},
): Float64Array {
  requireRows(fit, "residuals");
  switch (kind) {
    case "marginal": {
      const mean = fittedValues(fit, "mean");
      return mean.map((m, i) => fit.model.response[i]! - m);
    }
    case "normalized": {
      const solved = solvedFit(fit, "normalized residuals");
      const all = Int32Array.from({ length: fit.nobs }, (_, i) => i);
      return residualRoots(solved).whiten(all, solved.errors);
    }
    case "normalized-marginal":
      return marginalWhitening(fit, modelResiduals(fit, "marginal"));
    case "studentized":
      return studentized(fit);
    case "deletion":
      return externallyStudentized(fit);
    case "quantile":
      return quantileResiduals(fit, options);
    default:
      return residuals(fit, kind);
  }
}

function studentized(fit: FitResult): Float64Array {
  const { precision, weighted } = rowDeletionOf(fit, "studentized residuals");
  return precision.map((P, i) => (P > 0 ? weighted[i]! / Math.sqrt(P) : Number.NaN));
}

/** sigma without a record, at the same relative variances: (N - t^2) / (N - 1) of its square, N = n - p (ML: n). */
function externallyStudentized(fit: FitResult): Float64Array {
  const t = studentized(fit);
  if (fit.model.traits !== undefined || fit.held.length > 0) return t;
  const N = fit.method === "ML" ? fit.nobs : fit.nobs - fit.beta.length;
  return t.map((value) => value * Math.sqrt((N - 1) / (N - value * value)));
}

function quantileResiduals(fit: FitResult, options: CheckResidualOptions): Float64Array {
  const { n = 250, seed = 1, randomEffects = "new" } = options;
  if (!Number.isInteger(n) || n < 20) {
    throw new HendersonError("checks/simulations", `${n} simulated responses are no basis for ranks`, {
      hint: "use a whole number from 20 on; 250 is usual",
    });
  }
  const { response } = fit.model;
  const sampler = createResponseSampler(fit, () => randomEffects === "same");
  const below = new Float64Array(response.length);
  const out = new Float64Array(response.length);
  for (let r = 0; r < n; r++) {
    sampler.draw(replicateStream(seed, r), out);
    for (let i = 0; i < out.length; i++) {
      if (out[i]! < response[i]!) below[i]!++;
      else if (out[i] === response[i]) below[i]! += 0.5;
    }
  }
  const stream = replicateStream(seed, n);
  return below.map((count) => (count + stream.uniform()) / (n + 1));
}
