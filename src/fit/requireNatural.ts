import { HendersonError } from "../base/errors.ts";
import type { NaturalProblem, Problem } from "../engines/engine.ts";

/** @throws HendersonError fit/algorithm where the engine has no equations in the variances themselves */
export function requireNatural(problem: Problem, algorithm: string): NaturalProblem {
  if (problem.natural) return problem.natural;
  throw new HendersonError(
    "fit/algorithm",
    `the algorithm '${algorithm}' works on the mixed model equations, which this model is not fitted by`,
    { hint: "leave --algorithm out, or use newton or bobyqa" },
  );
}
