import type { RandomStream } from "../base/random.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import { addTerm } from "../predict/linearPredictor.ts";
import { createEffectSampler } from "./drawEffects.ts";
import { createResidualSampler } from "./drawResiduals.ts";
import { createResponseSampler } from "./drawResponse.ts";
import { requireCount } from "./requireRequest.ts";
import { kept, type SimulateOptions } from "./simulate.ts";
import type { SimulationSource } from "./source.ts";

export interface ROrderOptions {
  /** number of responses (nsim); default 1 */
  readonly n?: number;
  /** where the numbers come from: `rRandomStream(seed)` of henderson/distributions for those of R's set.seed */
  readonly stream: RandomStream;
  /** as in `simulate`; `same` is lme4's use.u = TRUE */
  readonly randomEffects?: SimulateOptions["randomEffects"];
}

/**
 * Responses with normal variables taken in the order of lme4's `simulate`: the effects of all responses first (in each by terms,
 * those with most levels first, level by level), then the residuals of all. With R's stream they are the numbers of
 * `simulate(fit, nsim, seed)`; weights are respected, which lme4 1.1-31 does not do. All numbers come from one stream, so that
 * a response depends on how many there are.
 */
export function simulateInROrder(
  source: FitResult | SimulationSource,
  { n = 1, stream, randomEffects = "new" }: ROrderOptions,
): Float64Array[] {
  requireCount(n, "responses");
  if ("nobs" in source) requireRows(source, "simulated responses");
  const { model, covariances } = source;
  const keep = kept(model, randomEffects);
  const { mean } = createResponseSampler(source, keep);
  const kernels = chooseKernels();
  const drawn = model.random
    .flatMap((term, t) =>
      keep(t) ? [] : [{ term, sampler: createEffectSampler(term, covariances[t]!, kernels) }],
    )
    .sort((a, b) => b.term.levels.length - a.term.levels.length);
  const responses = Array.from({ length: n }, () => {
    const out = mean.slice();
    for (const { term, sampler } of drawn) {
      const effects = new Float64Array(sampler.size);
      sampler.draw(stream, effects);
      addTerm(term, effects, out);
    }
    return out;
  });
  const addResiduals = createResidualSampler(source);
  for (const response of responses) addResiduals(stream, response);
  return responses;
}
