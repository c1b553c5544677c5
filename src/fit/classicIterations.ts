// The classic iterations of variance component estimation, in the variances and covariances themselves:
//
//   average information   theta <- theta + AI^-1 s      (Gilmour, Thompson & Cullis 1995, Biometrics 51, 1440)
//   expectation maximization   Sigma <- Lambda (V'K^-1V + T) Lambda' / q      (Dempster, Laird & Rubin 1977)
//
// Kept for comparison with textbooks and other programs; Newton's method in the factor's entries is the default.

import type { NaturalEvaluation, NaturalProblem } from "../engines/engine.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";

export interface ClassicOptions {
  /** most iterations; default 100 for average information, 10000 for EM */
  readonly maxIterations?: number;
  /** stop when the predicted further decrease of -2 log-likelihood, s'AI^-1 s, is below this; default 1e-12 */
  readonly tolerance?: number;
  readonly onIteration?: (row: ClassicIteration) => boolean | undefined;
}

export interface ClassicIteration {
  readonly iteration: number;
  /** variances and covariances, in the order of the problem's entries */
  readonly values: Float64Array;
  /** -2 log-likelihood there */
  readonly objective: number;
  /** s'AI^-1 s there */
  readonly decrement: number;
}

export interface ClassicResult {
  readonly values: Float64Array;
  readonly objective: number;
  readonly reason: "converged" | "max-iterations" | "no-descent" | "cancelled" | "undefined-start";
  readonly iterations: readonly ClassicIteration[];
  readonly evaluations: { readonly objective: number; readonly gradient: number };
}

/**
 * An iteration of EM that gains less than this part of what the information promises creeps along a boundary; so many in a
 * row end the search.
 */
const CREEP = 1e-4;
const CREEPS = 5;

/** Step halvings before an iteration of EM takes the place of one of average information. */
const HALVINGS = 10;

/** Average-information REML from given values; steps that leave the parameter space or lose likelihood are halved. */
export function averageInformationReml(
  problem: NaturalProblem,
  start: Float64Array,
  options: ClassicOptions = {},
): ClassicResult {
  return iterate(
    problem,
    start,
    options,
    100,
    (values, current, step, count) => {
      const next = values.slice();
      let length = 1;
      for (let halving = 0; step !== null && halving < HALVINGS; halving++, length *= 0.5) {
        for (let i = 0; i < next.length; i++) next[i] = values[i]! + length * step[i]!;
        count();
        const trial = problem.evaluate(next, false);
        if (trial.ok && trial.objective <= current + 1e-10 * Math.abs(current)) return next;
      }
      return problem.expectationMaximization(values);
    },
    true,
  );
}

/** Expectation maximization from given values: never leaves the parameter space, and is slow; ends where it only creeps. */
export function expectationMaximizationReml(
  problem: NaturalProblem,
  start: Float64Array,
  options: ClassicOptions = {},
): ClassicResult {
  const advance = (values: Float64Array): Float64Array => problem.expectationMaximization(values);
  return iterate(problem, start, options, 10000, advance, options.maxIterations === undefined);
}

function iterate(
  problem: NaturalProblem,
  start: Float64Array,
  options: ClassicOptions,
  mostByDefault: number,
  advance: (
    values: Float64Array,
    objective: number,
    step: Float64Array | null,
    count: () => void,
  ) => Float64Array,
  stopsWhenCreeping = false,
): ClassicResult {
  const most = options.maxIterations ?? mostByDefault;
  const tolerance = options.tolerance ?? 1e-12;
  const iterations: ClassicIteration[] = [];
  const counts = { objective: 0, gradient: 0 };
  let values: Float64Array = start.slice();
  let creeps = 0;
  const finish = (reason: ClassicResult["reason"], objective: number): ClassicResult => ({
    values,
    objective,
    reason,
    iterations,
    evaluations: counts,
  });
  for (let iteration = 0; ; iteration++) {
    const here = problem.evaluate(values, true);
    counts.objective++;
    counts.gradient++;
    if (!here.ok) return finish(iteration === 0 ? "undefined-start" : "no-descent", here.objective);
    const { objective } = here;
    const step = informationStep(here);
    let decrement = 0;
    if (step) for (let i = 0; i < step.length; i++) decrement += step[i]! * here.score[i]!;
    const row = { iteration, values: values.slice(), objective, decrement };
    iterations.push(row);
    if (options.onIteration?.(row) === false) return finish("cancelled", objective);
    if (step !== null && decrement < tolerance) return finish("converged", objective);
    if (iteration >= most) return finish("max-iterations", objective);
    const before = iterations.at(-2);
    const creeping =
      before !== undefined && before.objective - objective < CREEP * Math.min(decrement, before.decrement);
    creeps = creeping ? creeps + 1 : 0;
    if (stopsWhenCreeping && creeps === CREEPS) return finish("no-descent", objective);
    const next = advance(values, objective, step, () => {
      counts.objective++;
    });
    if (next.every((value, i) => value === values[i])) return finish("no-descent", objective);
    values = next;
  }
}

/** AI^-1 s, or null where the information is singular. */
function informationStep({ score, information }: NaturalEvaluation): Float64Array | null {
  const q = score.length;
  const scale = Float64Array.from(score, (_, i) => Math.sqrt(information.values[i + i * q]!));
  if (!scale.every((value) => value > 0)) return null;
  const factor = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < q; i++) factor[i + j * q] = information.values[i + j * q]! / (scale[i]! * scale[j]!);
  }
  if (!choleskyInPlace(factor, q)) return null;
  const step = Float64Array.from(score, (value, i) => value / scale[i]!);
  solveCholesky(factor, q, step);
  return step.map((value, i) => value / scale[i]!);
}
