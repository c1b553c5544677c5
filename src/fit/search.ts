import { isDeviation } from "../covariance/isDeviation.ts";
import type { Problem } from "../engines/engine.ts";
import { minimizeBobyqa } from "../optimize/bobyqa/bobyqa.ts";
import { minimizeNewton } from "../optimize/newton.ts";
import { newtonStep } from "../optimize/newtonStep.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import { classicSearch } from "./classicSearch.ts";
import type { Algorithm } from "./options.ts";

/** A parameter whose removal is predicted to cost less than this (-2 log-likelihood) may be zero. */
const NEARLY_ZERO = 1e-5;
/** ... and is set to zero when it really costs less than this. */
const ZERO_COST = 1e-9;

const algorithms: Readonly<
  Record<Algorithm, (problem: Problem, start: Float64Array, options: MinimizeOptions) => Optimum>
> = { newton: minimizeNewton, bobyqa: minimizeBobyqa, ai: classicSearch("ai"), em: classicSearch("em") };

/** Searches after the first where parameters are set to zero; each goes on from the last. */
const ROUNDS = 4;
/** A correlated standard deviation below this part of its starting value is tried again with both signs of the correlation. */
const NEGLIGIBLE = 0.05;
/** Angles of the correlation in those trials, and parts of the starting value. */
const TRIAL_ANGLES = [0.8, -0.8, 0.1, -0.1];
const TRIAL_PARTS = [0.5, 0.2, 0.05];
/** A gain of -2 log-likelihood that is worth another minimum. */
export const GAIN = 1e-7;

/** Minimizes the objective; standard deviations that the data put at zero end exactly there. */
export function searchOptimum(
  problem: Problem,
  start: Float64Array,
  algorithm: Algorithm,
  options: MinimizeOptions,
): Optimum {
  const search = algorithms[algorithm];
  const first = start.slice();
  problem.rectify(first);
  let optimum = settled(search(problem, first, options));
  if (algorithm !== "newton" || optimum.reason !== "converged") return optimum;
  for (let round = 0; round < ROUNDS; round++) {
    const trial = besideZeros(problem, optimum.x);
    if (trial === null) break;
    const other = settled(search(problem, trial, options));
    if (other.reason === "converged" && !(other.objective < optimum.objective - GAIN)) break;
    optimum = joinedSearches([optimum, other], other);
    if (other.reason !== "converged") break;
  }
  return optimum;

  /** Sets to zero what may be zero, and searches on: what is optimal beside a tiny value may be a saddle beside zero. */
  function settled(found: Optimum): Optimum {
    let last = found;
    for (let round = 0; ; round++) {
      if (last.reason === "undefined-start") return last;
      problem.rectify(last.x);
      const { evaluations, changed } = settleAtZero(problem, last.x);
      last = {
        ...last,
        objective: problem.evaluate(last.x, 0).objective,
        evaluations: {
          objective: last.evaluations.objective + evaluations,
          gradient: last.evaluations.gradient,
        },
      };
      if (!changed || algorithm !== "newton" || last.reason !== "converged") return last;
      if (round === ROUNDS) {
        takeStep(problem, last.x);
        return { ...last, objective: problem.evaluate(last.x, 2).objective };
      }
      const next = search(problem, last.x, options);
      last = joinedSearches([last, next], next);
    }
  }
}

/** The point `best` with the work of all searches. */
export function joinedSearches(searches: readonly Optimum[], best: Optimum): Optimum {
  const sum = (count: (search: Optimum) => number): number => searches.reduce((all, s) => all + count(s), 0);
  return {
    ...best,
    iterations: sum((s) => s.iterations),
    evaluations: {
      objective: sum((s) => s.evaluations.objective),
      gradient: sum((s) => s.evaluations.gradient),
    },
    trace: searches.flatMap((s) => s.trace).map((row, iteration) => ({ ...row, iteration })),
  };
}

/**
 * Beside a standard deviation of zero its correlations have no slope, and the objective none in the deviation unless the
 * correlation has the right sign: a stationary point that first and second derivatives cannot tell from a minimum.
 * The best of a few points with both signs, where it is lower; else null.
 */
function besideZeros(problem: Problem, theta: Float64Array): Float64Array | null {
  const { parameters, start } = problem;
  if (!parameters.some(({ kind }) => kind === "correlation")) return null;
  let least = problem.evaluate(theta, 0).objective - GAIN;
  let best: Float64Array | null = null;
  let first = 0;
  for (let c = 0; c < parameters.length; c++) {
    const { kind } = parameters[c]!;
    if (kind === "factor") first = c + 1;
    if (kind !== "correlation") continue;
    for (let a = first; a < c; a++) {
      if (Math.abs(theta[a]!) > NEGLIGIBLE * Math.abs(start[a]!)) continue;
      for (const angle of TRIAL_ANGLES) {
        for (const part of TRIAL_PARTS) {
          const trial = theta.slice();
          trial[a] = part * start[a]!;
          trial[c] = angle;
          const { ok, objective } = problem.evaluate(trial, 0);
          if (!ok || !(objective < least)) continue;
          least = objective;
          best = trial;
        }
      }
    }
    first = c + 1;
  }
  problem.evaluate(theta, 2);
  return best;
}

/** One Newton step where it does not hurt; zeros stay, because the objective is even in them. */
function takeStep(problem: Problem, theta: Float64Array): void {
  const { objective, gradient, hessian } = problem.evaluate(theta, 2);
  const { direction } = newtonStep(gradient, hessian);
  const moved = theta.map((value, a) => value + direction[a]!);
  const after = problem.evaluate(moved, 0);
  if (after.ok && after.objective <= objective + ZERO_COST) theta.set(moved);
}

/** Sets to zero what is zero up to the accuracy of the objective. */
function settleAtZero(problem: Problem, theta: Float64Array): { evaluations: number; changed: boolean } {
  const q = theta.length;
  let evaluations = 0;
  let changed = false;
  const { values } = problem.evaluate(theta, 2).hessian;
  const cost = new Float64Array(q);
  for (let a = 0; a < q; a++) cost[a] = 0.5 * theta[a]! * theta[a]! * Math.abs(values[a + a * q]!);
  for (let a = 0; a < q; a++) {
    if (theta[a] === 0 || cost[a]! > NEARLY_ZERO || !isDeviation(problem.parameters[a]!)) continue;
    const before = problem.evaluate(theta, 0).objective;
    const value = theta[a]!;
    theta[a] = 0;
    const after = problem.evaluate(theta, 0);
    evaluations += 2;
    if (!after.ok || after.objective > before + ZERO_COST) theta[a] = value;
    else changed = true;
  }
  return { evaluations, changed };
}
