import { normalQuantile } from "../distributions/normal.ts";

/**
 * Quantile of a bootstrap distribution: the (n + 1) p-th order statistic, between two of them interpolated on the scale of
 * normal quantiles (Davison & Hinkley 1997, Bootstrap Methods and their Application, eq. 5.8). Beyond the first and last it
 * is those.
 *
 * @param sorted ascending, no missing values
 */
export function orderQuantile(sorted: Float64Array, p: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const exact = (n + 1) * p;
  // 1 - 0.95 is not quite 0.05, and the order statistic is meant
  const whole = Math.round(exact);
  const place = Math.abs(exact - whole) < 1e-9 * n ? whole : exact;
  const k = Math.floor(place);
  if (k < 1) return sorted[0]!;
  if (k >= n) return sorted[n - 1]!;
  const low = sorted[k - 1]!;
  if (place === k) return low;
  const from = normalQuantile(k / (n + 1));
  const to = normalQuantile((k + 1) / (n + 1));
  return low + ((normalQuantile(p) - from) / (to - from)) * (sorted[k]! - low);
}
