import { randomStream } from "../../base/random.ts";
import { choleskyOf, solveCholesky } from "../../linalg/smallCholesky.ts";
import type { Model } from "../../model/model.ts";
import type { ConfoundedEffect } from "../engine.ts";
import { visitIncidence } from "./components.ts";
import type { CovarianceParameters } from "./covarianceParameters.ts";
import type { Unknowns } from "./unknowns.ts";

/** Part of a column's length that must be left after the fixed effects for it to say anything about a variance. */
const FREE = 1e-9;

/**
 * Coefficients all of whose columns lie in the span of the fixed effects (and of fixed groups): REML knows nothing of their
 * variance, whatever the relationship between levels.
 *
 * One random combination of a coefficient's columns is looked at: it lies in a subspace only if all of them do, with
 * probability one. O(n p) a coefficient.
 */
export function confoundedCoefficients(
  model: Model,
  { components, fixed }: Unknowns,
  { free }: CovarianceParameters,
): ConfoundedEffect[] {
  const { basis, crossproduct } = fixed.effects;
  const n = model.response.length;
  const p = basis.columns;
  if (p === 0) return [];
  const cholesky = choleskyOf(crossproduct.values, p);
  const z = new Float64Array(n);
  const found: ConfoundedEffect[] = [];
  let first = 0;
  for (const { target, structure } of free) {
    const component = components[target];
    if (component === undefined) continue;
    const { term, width, levels, kinship } = component;
    const random = randomStream(1, target);
    const weights = Float64Array.from({ length: levels + kinship.groups }, () => random.normal());
    for (let coefficient = 0; coefficient < width; coefficient++) {
      z.fill(0);
      for (let r = 0; r < n; r++) {
        visitIncidence(model.random[term]!, r, (a, level, value) => {
          if (a === coefficient && level < levels) z[r]! += weights[level]! * value;
        });
      }
      if (isInSpan(z, model.weights)) found.push({ term, coefficient, first });
    }
    first += structure.parameters.length;
  }
  return found;

  function isInSpan(column: Float64Array, w: Float64Array | undefined): boolean {
    const products = new Float64Array(p);
    let own = 0;
    for (let r = 0; r < n; r++) own += (w?.[r] ?? 1) * column[r]! ** 2;
    for (let k = 0; k < p; k++) {
      for (let r = 0; r < n; r++) products[k]! += (w?.[r] ?? 1) * column[r]! * basis.values[r + k * n]!;
    }
    const solved = products.slice();
    solveCholesky(cholesky, p, solved);
    let rest = 0;
    for (let r = 0; r < n; r++) {
      let left = column[r]!;
      for (let k = 0; k < p; k++) left -= solved[k]! * basis.values[r + k * n]!;
      rest += (w?.[r] ?? 1) * left * left;
    }
    return own > 0 && !(rest > FREE * own);
  }
}
