import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";

/**
 * Names of what a bootstrap looks at unless told otherwise: fixed effects, then standard deviations and correlations of the
 * random effects (`sd_Days|Subject`, `cor_Days.(Intercept)|Subject`), then sigma, or those of the traits' residuals.
 */
export function estimateNames({ fixed, random, traits }: Model): string[] {
  const groups = random.map(({ group }) => group);
  const names = [...fixed.names];
  for (const { component, group, coefficientNames } of random) {
    // a group with two terms that share a coefficient's name is told apart by the component
    const alone = groups.filter((one) => one === group).length === 1;
    names.push(...spreadNames(coefficientNames, alone ? group : component));
  }
  if (traits === undefined) names.push("sigma");
  else names.push(...spreadNames(traits.names, "residual"));
  return names;
}

function spreadNames(coefficients: readonly string[], of: string): string[] {
  const sds = coefficients.map((name) => `sd_${name}|${of}`);
  const correlations = coefficients.flatMap((a, j) =>
    coefficients.slice(j + 1).map((b) => `cor_${b}.${a}|${of}`),
  );
  return [...sds, ...correlations];
}

/** The values of `estimateNames`; a correlation with an effect without variance is not a number. */
export function estimateValues(fit: FitResult, out: Float64Array): void {
  let at = fit.beta.length;
  out.set(fit.beta);
  for (const covariance of fit.covariances) at = addSpread(covariance, out, at);
  if (fit.model.traits !== undefined) addSpread(fit.residualCovariance!, out, at);
  else out[at] = fit.residualCovariance ? Math.sqrt(fit.residualCovariance.values[0]!) : fit.sigma;
}

function addSpread({ rows: k, values }: Matrix, out: Float64Array, from: number): number {
  let at = from;
  for (let i = 0; i < k; i++) out[at++] = Math.sqrt(Math.max(0, values[i + i * k]!));
  for (let j = 0; j < k; j++) {
    for (let i = j + 1; i < k; i++) {
      const scale = Math.sqrt(values[i + i * k]! * values[j + j * k]!);
      out[at++] = scale > 0 ? Math.max(-1, Math.min(1, values[i + j * k]! / scale)) : Number.NaN;
    }
  }
  return at;
}
