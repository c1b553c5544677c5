import { HendersonError } from "../../base/errors.ts";
import type { Kernels } from "../../linalg/kernels.ts";
import type { SymbolicFactor } from "../../linalg/sparse/symbolic.ts";
import type { PrepareOptions } from "../engine.ts";
import { analyzeEquations } from "./assembly.ts";
import { bytesText, directCost, durationText } from "./costModel.ts";
import type { EquationsParts } from "./prepare.ts";

/** How the equations are solved, and why not otherwise. */
export type SolverChoice =
  | { readonly solver: "factor"; readonly symbolic: SymbolicFactor }
  | { readonly solver: "iteration"; readonly reason: string };

/** Above this many levels and fixed effects, known variances are taken as a call for iteration: ordering alone is minutes. */
const LARGEST_ORDERED = 500_000;
/** A factorization that is predicted to take longer is worth less than its standard errors. */
const LONGEST_FACTORIZATION = 600;

/**
 * The factor where it is affordable or asked for; iteration where all variances are known and the factor is too large or slow.
 *
 * @throws HendersonError engine/iteration-needs-variances
 */
export function chooseSolver(
  parts: EquationsParts,
  kernels: Kernels,
  wanted: NonNullable<PrepareOptions["solver"]>,
): SolverChoice {
  const { covariances, unknowns, records, residual } = parts;
  const free = covariances.free.map(({ name }) => `'${name}'`);
  if (wanted === "iteration") {
    if (free.length === 0) return { solver: "iteration", reason: "as asked" };
    throw new HendersonError(
      "engine/iteration-needs-variances",
      `the equations can be solved by iteration only where all variances are known; unknown are ${free.join(", ")}`,
      { hint: "give them with --components" },
    );
  }
  if (wanted === "auto" && free.length === 0 && unknowns.nodes > LARGEST_ORDERED) {
    return {
      solver: "iteration",
      reason: `they have ${unknowns.size} unknowns, more than are factorized unasked`,
    };
  }
  const symbolic = analyzeEquations(unknowns, records, residual.units);
  if (wanted === "auto" && free.length === 0) {
    const { bytes, seconds } = directCost(symbolic, kernels, 2);
    if (bytes > kernels.maximumBytes) {
      return {
        solver: "iteration",
        reason: `their factor would need ${bytesText(bytes)} of memory, and ${bytesText(kernels.maximumBytes)} can be had`,
      };
    }
    if (seconds > LONGEST_FACTORIZATION) {
      return { solver: "iteration", reason: `their factor would take about ${durationText(seconds)}` };
    }
  }
  return { solver: "factor", symbolic };
}
