import { isDiagonal } from "../covariance/isDeviation.ts";
import type { ParameterSpec } from "../covariance/structure.ts";
import type { Problem } from "../engines/engine.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import { GAIN, joinedSearches, searchOptimum } from "./search.ts";

/**
 * Searches again from unit variances where the first minimum lies at the boundary; the lower of the two counts.
 *
 * In small data the likelihood often has a second minimum where a variance is zero or a correlation one; moment starts are
 * small where the data show little variation, and so lead to it. In 726 random models (test/differential) the start from
 * moments alone ended in such a minimum above lme4's four times, with both starts once; inside the
 * boundary a second start never found anything lower.
 */
export function searchFromSecondStart(problem: Problem, first: Optimum, options: MinimizeOptions): Optimum {
  if (first.reason !== "converged") return first;
  const start = Float64Array.from(problem.parameters, unitValue);
  const other = searchOptimum(problem, start, "newton", options);
  if (other.reason === "cancelled") return { ...joinedSearches([first, other], first), reason: "cancelled" };
  const better = other.reason === "converged" && other.objective < first.objective - GAIN;
  return joinedSearches([first, other], better ? other : first);
}

/** Multiples of unit standard deviations at which a far minimum would show. */
const FAR: readonly number[] = [10, 100, 1000];

/**
 * Without an intercept a random effect can carry the mean of the response: a second minimum at a variance of the size of
 * the squared mean, far beyond any moment start. A few values tell whether there is one.
 */
export function searchFarAway(problem: Problem, first: Optimum, options: MinimizeOptions): Optimum {
  if (first.reason === "cancelled") return first;
  let lowest = first.objective - GAIN;
  let from: Float64Array | null = null;
  for (const multiple of FAR) {
    const start = Float64Array.from(
      problem.parameters,
      (spec) => (spec.label.startsWith("residual") ? 1 : multiple) * unitValue(spec),
    );
    const { ok, objective } = problem.evaluate(start, 0);
    if (ok && objective < lowest) {
      lowest = objective;
      from = start;
    }
  }
  if (from === null) return first;
  const other = searchOptimum(problem, from, "newton", options);
  return joinedSearches([first, other], other.objective < first.objective - GAIN ? other : first);
}

/** One for standard deviations and diagonal entries, zero for the rest: variances of one, no correlation. */
function unitValue(spec: ParameterSpec): number {
  return isDiagonal(spec) ? 1 : 0;
}
