import type { FitResult } from "../../fit/result.ts";
import { type ProfileInterval, type ProfileOptions, profileIntervals } from "./profileIntervals.ts";

/**
 * The profile of one parameter with its interval: points of value and zeta from end to end, for a plot.
 *
 * @param parameter its name (`sd_Days|Subject`, `sigma`, `Days`), or a function of the components: `h2 = animal / (animal + residual)`
 * @throws HendersonError as `profileIntervals`
 */
export function profile(
  fit: FitResult,
  parameter: string,
  options: Omit<ProfileOptions, "parameters" | "derive"> = {},
): ProfileInterval {
  const isName = !/^[^=]*[^=<>!]=[^=]/.test(parameter);
  const which = isName ? { parameters: [parameter] } : { derive: [parameter] };
  return profileIntervals(fit, { ...options, ...which }).intervals[0]!;
}
