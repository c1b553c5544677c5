import { stirlingError } from "./gammaFunctions.ts";
import { normalDensity } from "./normal.ts";

/** Student t density, or its log; df positive, Infinity is the normal. */
export function tDensity(x: number, df: number, options: { readonly log?: boolean } = {}): number {
  if (df === Number.POSITIVE_INFINITY) return normalDensity(x, options);
  if (!(df > 0) || Number.isNaN(x)) return Number.NaN;
  const half = 0.5 * df;
  // Gamma((df + 1) / 2) / Gamma(df / 2) in Stirling's form, so that large df do not cancel
  const log =
    stirlingError(half + 0.5) -
    stirlingError(half) +
    half * Math.log1p(0.5 / half) -
    0.5 -
    0.5 * Math.log(2 * Math.PI) -
    (half + 0.5) * logOnePlusSquare(x, df);
  return options.log === true ? log : Math.exp(log);
}

/** log(1 + x^2 / df) */
function logOnePlusSquare(x: number, df: number): number {
  const scaled = Math.abs(x) / Math.sqrt(df);
  return scaled > 1e150 ? 2 * Math.log(scaled) : Math.log1p(scaled * scaled);
}
