import { HendersonError } from "../base/errors.ts";
import type { Problem } from "../engines/engine.ts";
import type { Model } from "../model/model.ts";
import { type ComponentValues, componentMatrices, unknownComponent } from "./componentValues.ts";

/**
 * theta that stands for given covariances of some components, the others as the problem starts them.
 *
 * @throws HendersonError fit/unknown-component, fit/component-value, engine/held-covariance
 */
export function startingThetaOf(problem: Problem, model: Model, values: ComponentValues): Float64Array {
  const matrices = componentMatrices(model, values, "starting");
  if (problem.natural) {
    const { entries, valuesAt, startAt } = problem.natural;
    const natural = valuesAt(problem.start);
    const names = new Set(entries.map((entry) => entry.component));
    for (const name of matrices.keys()) if (!names.has(name)) throw unknownComponent(name, [...names]);
    entries.forEach(({ component, row, column, size }, e) => {
      const matrix = matrices.get(component);
      if (matrix) natural[e] = matrix.values[row + column * size]!;
    });
    return startAt(natural);
  }
  const residual = matrices.get("residual")?.values[0];
  if (residual === undefined || !(residual > 0)) {
    throw new HendersonError(
      "fit/component-value",
      "starting values need the residual variance, because the search is in variances relative to it",
      { hint: "add residual with a positive number" },
    );
  }
  const theta = problem.start.slice();
  let first = 0;
  for (const { component, covariance } of model.random) {
    const matrix = matrices.get(component);
    if (matrix) {
      const phi = { ...matrix, values: matrix.values.map((value) => value / residual) };
      covariance.start(phi, theta, first);
    }
    first += covariance.parameters.length;
  }
  return theta;
}
