import { normalQuantile } from "../distributions/normal.ts";
import type { FitResult } from "../fit/result.ts";
import { componentTable } from "./componentTable.ts";
import { entryOf, namedParameters, type ParameterKind } from "./profile/profileParameters.ts";
import { requireLevel } from "./requireLevel.ts";

export interface VarianceIntervalOptions {
  /** coverage of the intervals, default 0.95 */
  readonly level?: number;
  /** standard deviations (default), or variances */
  readonly scale?: "sd" | "variance";
}

/** A standard deviation (or variance) or correlation with its precision. */
export interface VarianceInterval {
  /** as lme4 names it: `sd_(Intercept)|Subject`, `cor_Days.(Intercept)|Subject`, `sigma`; `var_...` and `sigma^2` as variances */
  readonly name: string;
  readonly kind: Exclude<ParameterKind, "fixed">;
  readonly component: string;
  /** null for a correlation beside a standard deviation of zero */
  readonly estimate: number | null;
  /** by the delta method; null on the boundary and where errors are not known */
  readonly se: number | null;
  /** Wald limits: of a deviation or variance from its logarithm, of a correlation from Fisher's z */
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Standard deviations and correlations with standard errors and Wald intervals, from the inverse Hessian of the
 * likelihood of the fit (average information where the equations engine fitted it).
 *
 * Intervals are symmetric on the scales where the likelihood is most nearly quadratic, as those of nlme's intervals():
 * exp(log sd +- z se / sd) and tanh(atanh r +- z se / (1 - r^2)). Near a boundary profile intervals are better.
 *
 * @throws HendersonError inference/level
 * @cite Pinheiro & Bates (2000), section 2.4.3
 */
export function varianceIntervals(
  fit: FitResult,
  options: VarianceIntervalOptions = {},
): readonly VarianceInterval[] {
  const z = normalQuantile(0.5 * (1 - requireLevel(options.level ?? 0.95)), { lower: false });
  const squared = options.scale === "variance";
  const { rows, covariance } = componentTable(fit);
  const place = new Map(rows.map(({ name }, i) => [name, i]));
  const entry = (component: string, i: number, j: number): number =>
    place.get(`${component}[${i + 1},${j + 1}]`) ?? place.get(component)!;
  const covarianceOf = (i: number, j: number): number => covariance!.values[i + j * rows.length]!;
  const known = (i: number): boolean => covariance !== null && rows[i]!.se !== null;
  const found: VarianceInterval[] = [];
  for (const parameter of namedParameters(fit)) {
    const { name, kind, component } = parameter;
    if (kind === "fixed" || component === null) continue;
    const [i, j] = entryOf(parameter);
    const first = entry(component, j, j);
    const variance = rows[first]!.estimate;
    if (kind !== "correlation") {
      const sd = Math.sqrt(variance);
      const se = known(first) ? rows[first]!.se! / (squared ? 1 : 2 * sd) : null;
      const estimate = squared ? variance : sd;
      found.push({
        name: squared ? (kind === "sigma" ? "sigma^2" : name.replace(/^sd/, "var")) : name,
        kind,
        component,
        estimate,
        se,
        lower: se === null ? null : estimate * Math.exp((-z * se) / estimate),
        upper: se === null ? null : estimate * Math.exp((z * se) / estimate),
      });
      continue;
    }
    const second = entry(component, i, i);
    const both = entry(component, i, j);
    const product = Math.sqrt(variance * rows[second]!.estimate);
    const r = product > 0 ? Math.max(-1, Math.min(1, rows[both]!.estimate / product)) : null;
    let se: number | null = null;
    if (r !== null && known(first) && known(second) && Math.abs(r) < 1 - 1e-10) {
      const gradient: readonly [number, number][] = [
        [both, 1 / product],
        [first, -r / (2 * variance)],
        [second, -r / (2 * rows[second]!.estimate)],
      ];
      let square = 0;
      for (const [a, weight] of gradient) {
        for (const [b, other] of gradient) square += weight * other * covarianceOf(a, b);
      }
      se = square > 0 ? Math.sqrt(square) : null;
    }
    const spread = se === null ? null : (z * se) / (1 - r! * r!);
    found.push({
      name,
      kind,
      component,
      estimate: r,
      se,
      lower: spread === null ? null : Math.tanh(Math.atanh(r!) - spread),
      upper: spread === null ? null : Math.tanh(Math.atanh(r!) + spread),
    });
  }
  return found;
}
