import type { Problem } from "../engines/engine.ts";
import { minimizeBobyqa } from "../optimize/bobyqa/bobyqa.ts";
import { minimizeNewton } from "../optimize/newton.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import type { Algorithm } from "./options.ts";

/** A parameter whose removal is predicted to cost less than this (-2 log-likelihood) may be zero. */
const NEARLY_ZERO = 1e-5;
/** ... and is set to zero when it really costs less than this. */
const ZERO_COST = 1e-9;

const algorithms: Readonly<
  Record<Algorithm, (problem: Problem, start: Float64Array, options: MinimizeOptions) => Optimum>
> = { newton: minimizeNewton, bobyqa: minimizeBobyqa };

/** Minimizes the objective; standard deviations that the data put at zero end exactly there. */
export function searchOptimum(
  problem: Problem,
  start: Float64Array,
  algorithm: Algorithm,
  options: MinimizeOptions,
): Optimum {
  const optimum = algorithms[algorithm](problem, start, options);
  if (optimum.reason === "undefined-start") return optimum;
  problem.rectify(optimum.x);
  const settled = settleAtZero(problem, optimum.x);
  return {
    ...optimum,
    objective: problem.evaluate(optimum.x, 2).objective,
    evaluations: add(optimum, settled),
  };
}

function add(optimum: Optimum, extra: number): Optimum["evaluations"] {
  return { objective: optimum.evaluations.objective + extra, gradient: optimum.evaluations.gradient };
}

/** Sets to zero what is zero up to the accuracy of the objective; returns the evaluations it took. */
function settleAtZero(problem: Problem, theta: Float64Array): number {
  const q = theta.length;
  let evaluations = 0;
  const { hessian } = problem.evaluate(theta, 2);
  const cost = Float64Array.from(
    theta,
    (value, a) => 0.5 * value * value * Math.abs(hessian.values[a + a * q]!),
  );
  for (let a = 0; a < q; a++) {
    if (theta[a] === 0 || cost[a]! > NEARLY_ZERO || !canBeZero(problem, a)) continue;
    const before = problem.evaluate(theta, 0).objective;
    const value = theta[a]!;
    theta[a] = 0;
    const after = problem.evaluate(theta, 0);
    evaluations += 2;
    if (!after.ok || after.objective > before + ZERO_COST) theta[a] = value;
  }
  return evaluations;
}

function canBeZero(problem: Problem, a: number): boolean {
  const { kind, label } = problem.parameters[a]!;
  if (kind === "sd") return true;
  const entry = /^L\[(\d+),(\d+)\]$/.exec(label);
  return kind === "factor" && entry !== null && entry[1] === entry[2];
}
