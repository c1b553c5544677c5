import { HendersonError } from "../base/errors.ts";
import type { FitResult } from "../fit/result.ts";

/** @throws HendersonError `inference/no-fixed-effects` where `what` would be about nothing */
export function requireFixedEffects(fit: FitResult, what: string): void {
  if (fit.beta.length > 0) return;
  throw new HendersonError(
    "inference/no-fixed-effects",
    `the model has no fixed effects, so there are no ${what}`,
    {
      hint: "leave out the 0 of the formula for a model with an intercept",
    },
  );
}
