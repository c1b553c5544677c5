import type { Matrix } from "../../linalg/matrix.ts";
import type { Engine } from "../engine.ts";
import { prepareEquations } from "./prepare.ts";
import { createProblem } from "./problem.ts";

const nothingHeld: ReadonlyMap<string, Matrix> = new Map();

/**
 * Henderson's mixed model equations: known relationships between levels, several levels a record, several traits,
 * variances held at known values. Sparse supernodal Cholesky, selected inverse, average information.
 */
export const equationsEngine: Engine = {
  name: "equations",
  supports(model) {
    if (model.random.length === 0) return { supported: false, reason: "there are no random terms" };
    return { supported: true };
  },
  prepare(model, criterion, kernels, options = {}) {
    return createProblem(prepareEquations(model, criterion, kernels, options.held ?? nothingHeld));
  },
};
