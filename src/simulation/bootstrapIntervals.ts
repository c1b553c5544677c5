import { HendersonError } from "../base/errors.ts";
import { normalQuantile } from "../distributions/normal.ts";
import type { Bootstrap } from "./bootstrap.ts";
import { orderQuantile } from "./orderQuantile.ts";

/** How an interval is made of replicates (Davison & Hinkley 1997, ch. 5). */
export type BootstrapIntervalType = "percentile" | "basic" | "normal";

export interface BootstrapInterval {
  readonly name: string;
  /** value of the fit itself */
  readonly estimate: number;
  /** mean of the replicates minus the estimate */
  readonly bias: number;
  /** standard deviation of the replicates */
  readonly se: number;
  readonly lower: number;
  readonly upper: number;
  /** replicates in which the statistic was a number */
  readonly used: number;
}

/**
 * Intervals of every statistic: percentile [q(a/2), q(1 - a/2)], basic [2 t - q(1 - a/2), 2 t - q(a/2)], or normal, t minus bias
 * plus and minus z se.
 *
 * @param options.level coverage, default 0.95; options.type default percentile
 * @throws HendersonError simulation/level, simulation/too-few
 */
export function bootstrapIntervals(
  { names, observed, replicates }: Bootstrap,
  options: { readonly level?: number; readonly type?: BootstrapIntervalType } = {},
): BootstrapInterval[] {
  const { level = 0.95, type = "percentile" } = options;
  if (!(level > 0 && level < 1)) {
    throw new HendersonError("simulation/level", `${level} is no coverage of an interval`, {
      hint: "give a number between 0 and 1, such as 0.95",
    });
  }
  const tail = (1 - level) / 2;
  return names.map((name, i) => {
    const sorted = replicates[i]!.filter((value) => !Number.isNaN(value)).sort();
    const used = sorted.length;
    if (used < 2) {
      throw new HendersonError(
        "simulation/too-few",
        `'${name}' has a value in ${used} replicate${used === 1 ? "" : "s"}, which is not enough for an interval`,
        { hint: "draw more replicates, 1000 or so for an interval" },
      );
    }
    const estimate = observed[i]!;
    const mean = sorted.reduce((sum, value) => sum + value, 0) / used;
    const se = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (used - 1));
    const bias = mean - estimate;
    const low = orderQuantile(sorted, tail);
    const high = orderQuantile(sorted, 1 - tail);
    const z = normalQuantile(1 - tail);
    const [lower, upper] =
      type === "percentile"
        ? [low, high]
        : type === "basic"
          ? [2 * estimate - high, 2 * estimate - low]
          : [estimate - bias - z * se, estimate - bias + z * se];
    return { name, estimate, bias, se, lower, upper, used };
  });
}
