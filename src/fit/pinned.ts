import { HendersonError } from "../base/errors.ts";
import type { ConfoundedEffect, Problem } from "../engines/engine.ts";
import type { Model } from "../model/model.ts";

/**
 * The problem with the variances of confounded random effects held at zero: the restricted likelihood does not depend
 * on them, so a search would wander, and zero is the value that gives the fixed effects their usual meaning.
 *
 * @throws HendersonError fit/confounded for covariance structures in which one coefficient cannot be without variance
 */
export function pinConfounded(model: Model, problem: Problem): Problem {
  const confounded = problem.confounded ?? [];
  if (confounded.length === 0) return problem;
  const pinned = new Set<number>();
  for (const effect of confounded) for (const a of parametersOf(model, effect)) pinned.add(a);
  const q = problem.parameters.length;
  const start = problem.start.slice();
  for (const a of pinned) start[a] = 0;
  const point = new Float64Array(q);
  return {
    ...problem,
    start,
    rectify(theta) {
      for (const a of pinned) theta[a] = 0;
      problem.rectify(theta);
    },
    evaluate(theta, order, sigma2) {
      point.set(theta);
      for (const a of pinned) point[a] = 0;
      const evaluation = problem.evaluate(point, order, sigma2);
      if (order > 0 && evaluation.ok) {
        const { gradient, hessian, residualGradient } = evaluation;
        for (const a of pinned) {
          gradient[a] = 0;
          if (residualGradient) residualGradient[a] = 0;
          for (let b = 0; b < q; b++) {
            hessian.values[a + b * q] = 0;
            hessian.values[b + a * q] = 0;
          }
          hessian.values[a + a * q] = 1;
        }
      }
      return evaluation;
    },
  };
}

/** Parameters that make a coefficient's variance: its row and column of Lambda, or its standard deviation. */
function parametersOf(model: Model, { term, coefficient, first: known }: ConfoundedEffect): number[] {
  let first = known ?? 0;
  if (known === undefined)
    for (let t = 0; t < term; t++) first += model.random[t]!.covariance.parameters.length;
  const { covariance, component, group, coefficientNames } = model.random[term]!;
  const found: number[] = [];
  covariance.parameters.forEach(({ row, column }, a) => {
    if (covariance.quadratic && (row === coefficient || column === coefficient)) found.push(first + a);
  });
  if (found.length === 0) {
    throw new HendersonError(
      "fit/confounded",
      `the effects of ${coefficientNames[coefficient]!} in ${component} cannot be told from the fixed effects, so REML cannot estimate their variance`,
      { hint: `leave out the fixed effect that distinguishes the levels of ${group}, or the random term` },
    );
  }
  return found;
}
