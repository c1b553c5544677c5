// The bookkeeping of searches by values: bounds, counts, the best point, reports.

import type { BoundedOptions, IterationReport, Objective, Optimum, StopReason } from "./objective.ts";

export interface Sample {
  /** plus infinity where the objective is not defined */
  readonly value: number;
  readonly ok: boolean;
}

export interface Sampler {
  /** the start, moved within the bounds */
  readonly start: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** best point so far and its value; a point of equal value does not replace it */
  readonly best: Float64Array;
  readonly bestValue: () => number;
  /** the objective at x, which is first moved within the bounds in place */
  sample(x: Float64Array): Sample;
  /** Counts an iteration and reports it; false when the search must stop. */
  iterate(decrement: number): boolean;
  /** The result; a reason given by `iterate` goes before this one. */
  finish(reason: StopReason): Optimum;
}

/** @param maxIterations limit where the options have none */
export function createSampler(
  objective: Objective,
  start: Float64Array,
  options: BoundedOptions,
  maxIterations: number,
): Sampler {
  const q = start.length;
  const lower = Float64Array.from({ length: q }, (_, i) => options.lower?.[i] ?? Number.NEGATIVE_INFINITY);
  const upper = Float64Array.from({ length: q }, (_, i) => options.upper?.[i] ?? Number.POSITIVE_INFINITY);
  const limit = options.maxIterations ?? maxIterations;
  const best = start.slice();
  const trace: IterationReport[] = [];
  let bestValue = Number.POSITIVE_INFINITY;
  let evaluations = 0;
  let iterations = 0;
  let decrement = 0;
  let stopped: StopReason | null = null;
  const moveInside = (x: Float64Array): void => {
    for (let i = 0; i < q; i++) x[i] = Math.min(upper[i]!, Math.max(lower[i]!, x[i]!));
  };
  moveInside(best);
  return {
    start: best.slice(),
    lower,
    upper,
    best,
    bestValue: () => bestValue,
    sample(x) {
      moveInside(x);
      evaluations++;
      const { ok, objective: value } = objective.evaluate(x, 0);
      if (!ok || !Number.isFinite(value)) return { value: Number.POSITIVE_INFINITY, ok: false };
      if (value < bestValue) {
        bestValue = value;
        best.set(x);
      }
      return { value, ok: true };
    },
    iterate(predicted) {
      decrement = predicted;
      if (options.keepTrace || options.onIteration) {
        const report = { iteration: iterations, objective: bestValue, decrement, x: best.slice() };
        if (options.keepTrace) trace.push(report);
        if (options.onIteration?.(report) === false) stopped = "cancelled";
      }
      if (stopped === null && iterations >= limit) stopped = "max-iterations";
      if (stopped !== null) return false;
      iterations++;
      return true;
    },
    finish: (reason) => ({
      x: best,
      objective: bestValue,
      reason: stopped ?? reason,
      iterations,
      evaluations: { objective: evaluations, gradient: 0 },
      decrement,
      trace,
    }),
  };
}
