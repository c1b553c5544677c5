import { HendersonError } from "../base/errors.ts";
import { fitDesign, fitModel } from "../fit/fit.ts";
import { furtherEngines } from "../fit/furtherEngines.ts";
import type { ModelOptions } from "../fit/options.ts";
import { heldComponents } from "../fit/precision.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";

/**
 * The same model fitted to another response.
 *
 * @param response one finite value for each row in the model, in the order of the data; length nobs
 * @param options  how to fit; default the method of the fit
 * @throws predict/response-length
 */
export function refit(fit: FitResult, response: ArrayLike<number>, options: ModelOptions = {}): FitResult {
  requireRows(fit, "refits");
  if (response.length !== fit.nobs) {
    throw new HendersonError(
      "predict/response-length",
      `the new response has ${response.length} values and the model has ${fit.nobs} rows`,
      { hint: "give one value for each row that is in the model, in the order of the data" },
    );
  }
  const values = Float64Array.from(response);
  const bad = values.findIndex((y) => !Number.isFinite(y));
  if (bad >= 0) {
    throw new HendersonError(
      "predict/response-length",
      `value ${bad + 1} of the new response is missing or infinite`,
      {
        hint: "give one finite value for each row that is in the model",
      },
    );
  }
  return fitAgain({ ...fit, model: { ...fit.model, response: values } }, options);
}

/** The same model by maximum likelihood, as comparisons of different fixed effects need it. */
export function refitByLikelihood(fit: FitResult, options: ModelOptions = {}): FitResult {
  requireRows(fit, "refits");
  return fit.method === "ML" ? fit : fitAgain(fit, { ...options, method: "ML" });
}

function fitAgain(fit: FitResult, options: ModelOptions): FitResult {
  const { model, design, method } = fit;
  const all: ModelOptions = {
    ...(method === "OLS" ? {} : { method }),
    // what was known stays known; ANOVA estimates are no such values
    ...(method === "ANOVA" ? {} : { components: heldComponents(fit) }),
    engines: furtherEngines(model),
    ...options,
  };
  if (design === null) return fitModel(model, all);
  return fitDesign(design.model === model ? design : { ...design, model }, all);
}
