import type { Problem } from "../engines/engine.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import { certify } from "./certificate.ts";
import type { Algorithm } from "./options.ts";
import type { ConvergenceCertificate } from "./result.ts";
import { joinedSearches, searchOptimum } from "./search.ts";
import { searchFarAway, searchFromSecondStart } from "./secondStart.ts";

export interface Minimum {
  readonly optimum: Optimum;
  readonly certificate: ConvergenceCertificate;
  /**
   * what found the point where the first search did not: a search without derivatives, Newton's method from moment
   * estimates, or Newton's method after average information
   */
  readonly fallback: "values" | "restart" | "newton" | null;
}

/** A gain of -2 log-likelihood below this is no reason to prefer a point. */
const EQUAL = 1e-9;

/**
 * The minimum and its certificate. Without an algorithm by name: Newton's method; where that ends before a minimum is
 * certain, again from moment estimates if it began elsewhere, then a search by values from the best point so far, whose end
 * Newton's method polishes. The best of them counts. Average information and expectation maximization by name are followed
 * by Newton's method where they were not told when to stop and creep along a boundary.
 *
 * @param farMinimum whether a second minimum at very large variances is possible (no intercept)
 */
export function findMinimum(
  problem: Problem,
  start: Float64Array,
  algorithm: Algorithm | undefined,
  options: MinimizeOptions,
  farMinimum = false,
): Minimum {
  const judge = (optimum: Optimum, optimizer: Algorithm, fallback: Minimum["fallback"]): Minimum => ({
    optimum,
    certificate: certify(problem, optimum, optimizer, options.keepTrace ?? false),
    fallback,
  });
  const optimizer = algorithm ?? "newton";
  const found = searchOptimum(problem, start, optimizer, options);
  const elsewhere = start.some((value, a) => value !== problem.start[a]);
  const again = (): Optimum => {
    const optimum = searchOptimum(problem, problem.start, optimizer, options);
    return joinedSearches([found, optimum], optimum);
  };
  if (found.reason === "undefined-start") return judge(elsewhere ? again() : found, optimizer, "restart");
  let best = judge(found, optimizer, null);
  if ((algorithm === "ai" || algorithm === "em") && canGoOn(best, options)) {
    // steps in the variances themselves only creep towards a boundary; in the factor it is an ordinary point
    const onward = searchOptimum(problem, found.x, "newton", options);
    return better(best, judge(joinedSearches([found, onward], onward), "newton", "newton"));
  }
  if (algorithm !== undefined) return best;

  const near = best.certificate.boundary.length > 0 ? searchFromSecondStart(problem, found, options) : found;
  const lower = farMinimum ? searchFarAway(problem, near, options) : near;
  if (lower !== found) best = judge(lower, optimizer, null);
  if (!canGoOn(best, options)) return best;

  if (elsewhere) {
    best = better(best, judge(again(), optimizer, "restart"));
    if (!canGoOn(best, options)) return best;
  }
  const values = searchOptimum(problem, best.optimum.x, "bobyqa", options);
  const polished =
    values.reason === "cancelled" ? values : searchOptimum(problem, values.x, "newton", options);
  const end = polished.objective <= values.objective + EQUAL ? polished : values;
  return better(best, judge(joinedSearches([best.optimum, values, polished], end), "bobyqa", "values"));
}

/** Whether another search is wanted: no minimum is certain, and nobody said to stop. */
function canGoOn({ optimum, certificate }: Minimum, options: MinimizeOptions): boolean {
  if (certificate.converged) return false;
  const { reason } = optimum;
  if (reason === "cancelled") return false;
  return reason !== "max-iterations" || options.maxIterations === undefined;
}

function better(first: Minimum, second: Minimum): Minimum {
  const gain = first.optimum.objective - second.optimum.objective;
  const certain = second.certificate.converged && !first.certificate.converged;
  return second.optimum.reason === "cancelled" || gain > EQUAL || (certain && gain >= -EQUAL)
    ? second
    : first;
}
