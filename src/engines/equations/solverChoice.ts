import { HendersonError } from "../../base/errors.ts";
import type { Kernels } from "../../linalg/kernels.ts";
import type { SymbolicFactor } from "../../linalg/sparse/symbolic.ts";
import type { PrepareOptions, SolverPlan } from "../engine.ts";
import { analyzeEquations } from "./assembly.ts";
import { bytesText, type DirectCost, directCost, durationText } from "./costModel.ts";
import { type EquationsParts, rightHandSides } from "./prepare.ts";

/** How the equations are solved, and why not otherwise. */
type SolverChoice =
  | { readonly solver: "factor"; readonly symbolic: SymbolicFactor }
  | { readonly solver: "iteration"; readonly reason: string };

/** Above this many levels and fixed effects, known variances are taken as a call for iteration: ordering alone is minutes. */
const LARGEST_ORDERED = 500_000;
/** A factorization that is predicted to take longer is worth less than its standard errors. */
const LONGEST_FACTORIZATION = 600;

/**
 * The factor where it is affordable or asked for; iteration where all variances are known and the factor is too large or
 * slow. Tells `onPlan` before any memory is taken.
 *
 * @throws HendersonError engine/too-large, engine/iteration-needs-variances
 */
export function chooseSolver(
  parts: EquationsParts,
  kernels: Kernels,
  { solver = "auto", onPlan }: Pick<PrepareOptions, "solver" | "onPlan">,
): SolverChoice {
  const { covariances, unknowns, records, residual } = parts;
  const known = covariances.free.length === 0;
  if (solver === "iteration" && !known) throw unknownVariances(covariances.free.map(({ name }) => name));
  const iteration = (reason: string, cost: DirectCost | null): SolverChoice => {
    onPlan?.({ solver: "iteration", unknowns: unknowns.size, reason, ...planned(cost) });
    return { solver: "iteration", reason };
  };
  if (solver === "iteration") return iteration("as asked", null);
  if (solver === "auto" && known && unknowns.nodes > LARGEST_ORDERED) {
    return iteration(`they have ${unknowns.size} unknowns, more than are factorized unasked`, null);
  }
  const symbolic = analyzeEquations(unknowns, records, residual.units);
  const cost = directCost(symbolic, kernels, rightHandSides(covariances));
  const fits = cost.bytes <= kernels.maximumBytes;
  if (solver === "auto" && known && !fits) {
    const room = bytesText(kernels.maximumBytes);
    return iteration(
      `their factor would need ${bytesText(cost.bytes)} of memory, and ${room} can be had`,
      cost,
    );
  }
  if (solver === "auto" && known && cost.seconds > LONGEST_FACTORIZATION) {
    return iteration(`their factor would take about ${durationText(cost.seconds)}`, cost);
  }
  onPlan?.({ solver: "factor", unknowns: unknowns.size, ...planned(cost) });
  if (!fits) throw tooLarge(cost, kernels.maximumBytes, unknowns.size, known);
  return { solver: "factor", symbolic };
}

function planned(cost: DirectCost | null): Pick<SolverPlan, "bytes" | "flops" | "nonzeros" | "seconds"> {
  if (cost === null) return { bytes: null, flops: null, nonzeros: null, seconds: null };
  const { bytes, flops, nonzeros, seconds } = cost;
  return { bytes, flops, nonzeros, seconds };
}

function unknownVariances(names: readonly string[]): HendersonError {
  return new HendersonError(
    "engine/iteration-needs-variances",
    `the equations can be solved by iteration only where all variances are known; unknown are ${names.map((name) => `'${name}'`).join(", ")}`,
    { hint: "give them with --components" },
  );
}

function tooLarge(cost: DirectCost, limit: number, size: number, known: boolean): HendersonError {
  return new HendersonError(
    "engine/too-large",
    `the factor of the ${size} mixed model equations and its inverse need ${bytesText(cost.bytes)}, and ${bytesText(limit)} can be had; one factorization would take about ${durationText(cost.seconds)}`,
    {
      hint: known
        ? "leave the choice of the solver open: with known variances the equations are then solved by iteration"
        : "with known variances (--components) the equations are solved by iteration; to estimate variances, use fewer animals, generations or traits",
    },
  );
}
