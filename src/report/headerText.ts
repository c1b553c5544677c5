import type { FitResult } from "../fit/result.ts";

/** The formula as written, the name of the data and the weights. */
export function headerLines(fit: FitResult, dataName: string | undefined): string[] {
  if (fit.design === null) return [];
  const lines = [`Formula: ${formulaText(fit)}`];
  if (dataName !== undefined) lines.push(`   Data: ${dataName}`);
  const { weights } = fit.design.recipe.options;
  if (weights !== undefined) lines.push(`Weights: ${weights}`);
  return lines;
}

/** The formula on one line; empty for a model that was given as numbers. */
export function formulaText(fit: FitResult): string {
  return fit.design?.formula.source.trim().replaceAll(/\s+/g, " ") ?? "";
}
