import type { FitResult } from "../fit/result.ts";
import { type CoefficientOptions, coefficientTable } from "./coefficients.ts";

/** A confidence interval of one parameter; null for an aliased coefficient. */
export interface ConfidenceInterval {
  readonly name: string;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Wald intervals of the fixed effects: estimate plus and minus a t (or normal) quantile times its standard error. */
export function waldIntervals(
  fit: FitResult,
  options: CoefficientOptions = {},
): readonly ConfidenceInterval[] {
  return coefficientTable(fit, options).rows.map(({ name, ci }) => ({
    name,
    lower: ci?.[0] ?? null,
    upper: ci?.[1] ?? null,
  }));
}
