import type { RandomStream } from "../base/random.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { Kernels } from "../linalg/kernels.ts";
import { addTerm } from "../predict/linearPredictor.ts";
import { createEffectSampler } from "./drawEffects.ts";
import { createResidualSampler } from "./drawResiduals.ts";
import type { SimulationSource } from "./source.ts";

/** Draws whole responses, row by row. */
interface ResponseSampler {
  /** length n */
  readonly rows: number;
  /** offset + X b + Z u of the terms that are kept; length n, not to be changed */
  readonly mean: Float64Array;
  /** Overwrites `out` (length n) with a response; effects of the terms in order first, then residuals by row. */
  draw(stream: RandomStream, out: Float64Array): void;
  /** Draws only the effects of the terms that are drawn, one array a term. */
  readonly effects: readonly { readonly term: number; readonly values: Float64Array }[];
}

/**
 * Responses of a source. Memory and factorizations are taken once.
 *
 * @param keep per random term whether its modes are kept instead of new effects drawn; default none
 */
export function createResponseSampler(
  source: SimulationSource,
  keep: (term: number) => boolean = () => false,
  kernels: Kernels = chooseKernels(),
): ResponseSampler {
  const { model, beta, covariances, modes } = source;
  const { matrix } = model.fixed;
  const n = matrix.rows;
  const mean = model.offset === undefined ? new Float64Array(n) : model.offset.slice();
  for (let j = 0; j < matrix.columns; j++) {
    for (let i = 0; i < n; i++) mean[i]! += matrix.values[i + j * n]! * beta[j]!;
  }
  model.random.forEach((term, t) => {
    if (keep(t)) addTerm(term, modes[t]!, mean);
  });
  const drawn = model.random.flatMap((term, t) => {
    if (keep(t)) return [];
    const sampler = createEffectSampler(term, covariances[t]!, kernels);
    return [{ term: t, rows: term, sampler, values: new Float64Array(sampler.size) }];
  });
  const addResiduals = createResidualSampler(source);
  return {
    rows: n,
    mean,
    effects: drawn,
    draw(stream, out) {
      out.set(mean);
      for (const { rows, sampler, values } of drawn) {
        sampler.draw(stream, values);
        addTerm(rows, values, out);
      }
      addResiduals(stream, out);
    },
  };
}
