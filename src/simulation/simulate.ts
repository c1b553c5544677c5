import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import type { Model } from "../model/model.ts";
import { createResponseSampler } from "./drawResponse.ts";
import { replicateStream } from "./replicateStream.ts";
import { requireCount, requireSeed } from "./requireRequest.ts";
import type { SimulationSource } from "./source.ts";

export interface SimulateOptions {
  /** number of responses; default 1 */
  readonly n?: number;
  /** whole number from 0 on: response r comes from the stream of (seed, r), whatever n is */
  readonly seed: number;
  /**
   * `new` draws random effects for every response; `same` keeps the conditional modes of the fit, so that only residuals are
   * new; a list of components keeps the modes of those and draws the others; default new
   */
  readonly randomEffects?: "new" | "same" | readonly string[];
}

/**
 * Responses drawn from a fitted model, or from one with assumed parameters (`assumedSource`): a list of n, each in the order of
 * the rows of the model. Weights, offsets, covariance structures, relationships and several traits are as in the model.
 *
 * @throws HendersonError simulation/count, simulation/seed, simulation/component, simulation/covariance, fit/needs-data
 */
export function simulate(source: FitResult | SimulationSource, options: SimulateOptions): Float64Array[] {
  const { n = 1, seed, randomEffects = "new" } = options;
  requireCount(n, "responses");
  requireSeed(seed);
  if ("nobs" in source) requireRows(source, "simulated responses");
  const sampler = createResponseSampler(source, kept(source.model, randomEffects));
  return Array.from({ length: n }, (_, r) => {
    const out = new Float64Array(sampler.rows);
    sampler.draw(replicateStream(seed, r), out);
    return out;
  });
}

/** Which terms keep their modes. */
export function kept(
  model: Model,
  randomEffects: NonNullable<SimulateOptions["randomEffects"]>,
): (term: number) => boolean {
  if (randomEffects === "new") return () => false;
  if (randomEffects === "same") return () => true;
  const names = model.random.map(({ component }) => component);
  for (const name of randomEffects) {
    if (names.includes(name)) continue;
    const closest = nearest(name, names);
    throw new HendersonError("simulation/component", `the model has no random term '${name}'`, {
      hint:
        names.length === 0
          ? "it has no random terms"
          : `${closest === null ? "" : `the closest is '${closest}'; `}the terms are ${names.join(", ")}`,
    });
  }
  return (term) => randomEffects.includes(names[term]!);
}
