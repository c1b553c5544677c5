import { pointOf } from "./fisherF.ts";
import { chiSquaredDensity } from "./gammaDensity.ts";
import { logBetaWeight } from "./incompleteBeta.ts";

/** F density, or its log; degrees of freedom positive, possibly Infinity (both: a point mass at one, of density Infinity). */
export function fDensity(
  x: number,
  df1: number,
  df2: number,
  options: { readonly log?: boolean } = {},
): number {
  if (!(df1 > 0 && df2 > 0) || Number.isNaN(x)) return Number.NaN;
  if (df1 === Number.POSITIVE_INFINITY || df2 === Number.POSITIVE_INFINITY) {
    const log = logLimitDensity(x, df1, df2);
    return options.log === true ? log : Math.exp(log);
  }
  let log: number;
  if (x < 0) log = Number.NEGATIVE_INFINITY;
  else if (x === 0) {
    log = df1 === 2 ? 0 : (df1 < 2 ? 1 : -1) * Number.POSITIVE_INFINITY;
  } else log = logBetaWeight(0.5 * df1, 0.5 * df2, pointOf(x, df1, df2)) - Math.log(x);
  return options.log === true ? log : Math.exp(log);
}

/** With one infinite df F is a chi-squared over its df, or the reciprocal of one. */
function logLimitDensity(x: number, df1: number, df2: number): number {
  if (df1 === df2) return x === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0 || x === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (df2 === Number.POSITIVE_INFINITY) {
    return chiSquaredDensity(x * df1, df1, { log: true }) + Math.log(df1);
  }
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return chiSquaredDensity(df2 / x, df2, { log: true }) + Math.log(df2) - 2 * Math.log(x);
}
