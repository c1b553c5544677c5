import type { Engine } from "../engine.ts";
import { groupFactors } from "../factors.ts";
import { needsEquations } from "../needsEquations.ts";
import { prepareCrossed } from "./crossed.ts";
import { prepareOneFactor } from "./oneFactor.ts";

/**
 * Nested, crossed and partially crossed random effects with independent (weighted) residuals. The factor with
 * most random effects is eliminated level by level; what is left of the others is a sparse Cholesky problem.
 */
export const blockedEngine: Engine = {
  name: "blocked",
  supports(model, options) {
    if (model.random.length === 0) return { supported: false, reason: "there are no random terms" };
    const reason = needsEquations(model, options);
    return reason === null ? { supported: true } : { supported: false, reason };
  },
  prepare(model, criterion, kernels) {
    const factors = groupFactors(model.random);
    return factors.length === 1
      ? prepareOneFactor(model, criterion, factors[0]!)
      : prepareCrossed(model, criterion, factors, kernels);
  },
};
