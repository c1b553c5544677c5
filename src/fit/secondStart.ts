import type { ParameterSpec } from "../covariance/structure.ts";
import type { Problem } from "../engines/engine.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import { joinedSearches, searchOptimum } from "./search.ts";

/** A gain of -2 log-likelihood that is worth another minimum. */
const GAIN = 1e-7;

/**
 * A minimum at the boundary is searched for again from unit variances, and the lower of the two counts.
 *
 * In small data the likelihood often has a second minimum where a variance is zero or a correlation one; moment starts are
 * small where the data show little variation, and so lead to it. In 726 random models (test/differential) the start from
 * moments alone ended in such a minimum above lme4's four times, with both starts once; inside the
 * boundary a second start never found anything lower.
 */
export function searchFromSecondStart(problem: Problem, first: Optimum, options: MinimizeOptions): Optimum {
  if (first.reason !== "converged" || problem.boundaryScores(first.x).length === 0) return first;
  const start = Float64Array.from(problem.parameters, unitValue);
  const other = searchOptimum(problem, start, "newton", options);
  if (other.reason === "cancelled") return { ...joinedSearches([first, other], first), reason: "cancelled" };
  const better = other.reason === "converged" && other.objective < first.objective - GAIN;
  return joinedSearches([first, other], better ? other : first);
}

/** One for standard deviations and diagonal entries, zero for the rest: variances of one, no correlation. */
function unitValue({ kind, label }: ParameterSpec): number {
  if (kind === "sd") return 1;
  const entry = /^L\[(\d+),(\d+)\]$/.exec(label);
  return kind === "factor" && entry !== null && entry[1] === entry[2] ? 1 : 0;
}
