import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { refit } from "./refit.ts";

/** The same model by REML, with what was held still held; for methods that REML is part of. */
export function refitByRestrictedLikelihood(fit: FitResult): FitResult {
  if (fit.method !== "ML") return fit;
  const components: Record<string, readonly (readonly number[])[]> = {};
  for (const name of fit.held) {
    const term = fit.model.random.findIndex(({ component }) => component === name);
    components[name] = rowsOf(term < 0 ? fit.residualCovariance! : fit.covariances[term]!);
  }
  return refit(fit, fit.model.response, { method: "REML", components });
}

function rowsOf({ rows, columns, values }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => values[i + j * rows]!),
  );
}
