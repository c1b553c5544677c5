import type { FitResult } from "../fit/result.ts";
import { refit } from "./refit.ts";

/** The same model by REML, with what was held still held; for methods that REML is part of. */
export function refitByRestrictedLikelihood(fit: FitResult): FitResult {
  return fit.method === "ML" ? refit(fit, fit.model.response, { method: "REML" }) : fit;
}
