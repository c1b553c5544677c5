import type { Matrix } from "../../linalg/matrix.ts";
import type { Engine } from "../engine.ts";
import { needsEquations } from "../needsEquations.ts";
import { createIterativeProblem } from "./iterativeProblem.ts";
import { collectEquations, prepareEquations } from "./prepare.ts";
import { createProblem } from "./problem.ts";
import { chooseSolver } from "./solverChoice.ts";

const nothingHeld: ReadonlyMap<string, Matrix> = new Map();

/**
 * Henderson's mixed model equations: known relationships between levels, several levels a record, several traits,
 * variances held at known values. Sparse supernodal Cholesky, selected inverse, average information; conjugate gradients
 * where all variances are known and the factor would be too large.
 */
export const equationsEngine: Engine = {
  name: "equations",
  supports(model, options) {
    if (model.random.length > 0 || needsEquations(model, options) !== null) return { supported: true };
    return { supported: false, reason: "there are no random terms" };
  },
  prepare(model, criterion, kernels, options = {}) {
    const parts = collectEquations(model, criterion, kernels, options.held ?? nothingHeld);
    const choice = chooseSolver(parts, kernels, options);
    return choice.solver === "factor"
      ? createProblem(prepareEquations(parts, choice.symbolic, kernels))
      : createIterativeProblem(parts, choice.reason, options.onIteration);
  },
};
