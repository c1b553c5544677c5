import type { Problem } from "../engines/engine.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import { certify } from "./certificate.ts";
import type { Algorithm } from "./options.ts";
import type { ConvergenceCertificate } from "./result.ts";
import { joinedSearches, searchOptimum } from "./search.ts";

export interface Minimum {
  readonly optimum: Optimum;
  readonly certificate: ConvergenceCertificate;
  /** whether values found what derivatives did not */
  readonly fellBack: boolean;
}

/** A gain of -2 log-likelihood below this is no reason to prefer a point. */
const EQUAL = 1e-9;

/**
 * The minimum and its certificate. Without an algorithm by name: Newton's method, and where that ends before a minimum is
 * certain a search by values from its best point, whose end Newton's method polishes. The better of both counts.
 */
export function findMinimum(
  problem: Problem,
  start: Float64Array,
  algorithm: Algorithm | undefined,
  options: MinimizeOptions,
): Minimum {
  const first = certified(
    problem,
    searchOptimum(problem, start, algorithm ?? "newton", options),
    algorithm ?? "newton",
    options,
  );
  const { reason } = first.optimum;
  const limited = reason === "max-iterations" && options.maxIterations !== undefined;
  const hopeless = reason === "cancelled" || reason === "undefined-start" || limited;
  if (algorithm !== undefined || first.certificate.converged || hopeless) return first;

  const values = searchOptimum(problem, first.optimum.x, "bobyqa", options);
  const polished =
    values.reason === "cancelled" ? values : searchOptimum(problem, values.x, "newton", options);
  const best = polished.objective <= values.objective + EQUAL ? polished : values;
  const second = certified(
    problem,
    joinedSearches([first.optimum, values, polished], best),
    "bobyqa",
    options,
  );
  const better =
    best.objective < first.optimum.objective - EQUAL ||
    (second.certificate.converged && best.objective <= first.optimum.objective + EQUAL);
  return better ? { ...second, fellBack: true } : first;
}

function certified(
  problem: Problem,
  optimum: Optimum,
  algorithm: Algorithm,
  options: MinimizeOptions,
): Minimum {
  const certificate = certify(problem, optimum, algorithm, options.keepTrace ?? false);
  return { optimum, certificate, fellBack: false };
}
