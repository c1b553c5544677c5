import { unitDeviance } from "./deviance.ts";
import { stirlingError } from "./gammaFunctions.ts";

/** log density of u = log S, where df S^2 is chi-squared with df degrees of freedom; finite df, without cancellation for large ones. */
export function logScaleDensity(u: number, df: number): number {
  const a = 0.5 * df;
  // e^2u - 1 - 2u
  const deviance = Math.abs(u) > 0.2 ? Math.expm1(2 * u) - 2 * u : unitDeviance(Math.expm1(2 * u));
  return Math.log(df) - stirlingError(a) - 0.5 * Math.log(2 * Math.PI * a) - a * deviance;
}
