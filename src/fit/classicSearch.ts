import type { Problem } from "../engines/engine.ts";
import type { MinimizeOptions, Optimum } from "../optimize/objective.ts";
import {
  averageInformationReml,
  type ClassicIteration,
  type ClassicOptions,
  expectationMaximizationReml,
} from "./classicIterations.ts";
import { requireNatural } from "./requireNatural.ts";

/** `--algorithm ai` and `--algorithm em` as searches in theta. */
export function classicSearch(
  algorithm: "ai" | "em",
): (problem: Problem, start: Float64Array, options: MinimizeOptions) => Optimum {
  const iterate = algorithm === "ai" ? averageInformationReml : expectationMaximizationReml;
  return (problem, start, options) => {
    const natural = requireNatural(problem, algorithm);
    const report = (row: ClassicIteration): Optimum["trace"][number] => ({
      iteration: row.iteration,
      objective: row.objective,
      decrement: 0.5 * row.decrement,
      x: natural.thetaAt(row.values),
    });
    const classic: ClassicOptions = {
      ...(options.maxIterations === undefined ? {} : { maxIterations: options.maxIterations }),
      ...(options.onIteration === undefined
        ? {}
        : { onIteration: (row) => options.onIteration!(report(row)) }),
    };
    const result = iterate(natural, natural.valuesAt(start), classic);
    return {
      x: natural.thetaAt(result.values),
      objective: result.objective,
      reason: result.reason,
      iterations: Math.max(0, result.iterations.length - 1),
      evaluations: result.evaluations,
      decrement: 0.5 * (result.iterations.at(-1)?.decrement ?? 0),
      trace: options.keepTrace ? result.iterations.map(report) : [],
    };
  };
}
