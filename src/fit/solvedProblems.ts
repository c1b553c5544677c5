import type { Problem } from "../engines/engine.ts";
import type { FitResult } from "./result.ts";

/**
 * Problems of the equations, as long as memory allows: their ordering and symbolic factor cost as much as a search, and
 * standard errors of components, degrees of freedom and traces each ask for them. A fit stays plain data.
 */
const solved = new WeakMap<FitResult, WeakRef<Problem>>();

export function rememberProblem(fit: FitResult, problem: Problem): void {
  if (fit.engine === "equations") solved.set(fit, new WeakRef(problem));
}

/** The problem that a fit solved, where it is still there. */
export function rememberedProblem(fit: FitResult): Problem | undefined {
  return solved.get(fit)?.deref();
}
