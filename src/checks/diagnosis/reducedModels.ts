// Simpler models around a boundary fit, made from the numbers of the model: no formula and no table needed.

import { createStructure } from "../../covariance/registry.ts";
import type { Model, RandomTerm } from "../../model/model.ts";

export interface ReducedModel {
  /** `without Days in Subject`, `with uncorrelated effects in Subject` */
  readonly description: string;
  readonly model: Model;
}

/**
 * Models without what has no variance: the term or coefficient where the direction is one coefficient; else uncorrelated
 * effects, and the term without the coefficient that has most part in the direction.
 *
 * @param direction unit vector over the coefficients of term t
 */
export function reducedModels(model: Model, t: number, direction: Float64Array): ReducedModel[] {
  const term = model.random[t]!;
  const { component, coefficientNames } = term;
  const replace = (terms: readonly RandomTerm[]): Model => ({
    ...model,
    random: model.random.flatMap((other, o) => (o === t ? terms : [other])),
  });
  if (term.covariance.size === 1)
    return [{ description: `without the term of ${component}`, model: replace([]) }];
  const involved = coefficientNames.map((_, a) => a).filter((a) => Math.abs(direction[a]!) > 1e-6);
  const simple = ["us", "diag"].includes(term.covariance.name) && model.traits === undefined;
  const out: ReducedModel[] = [];
  if (involved.length > 1 && term.covariance.name === "us" && simple) {
    out.push({
      description: `with uncorrelated effects in ${component}`,
      model: replace(coefficientNames.map((name, a) => withCoefficients(term, [a], `${component}.${name}`))),
    });
  }
  if (!simple) return out;
  const dropped = involved.length === 1 ? involved[0]! : leastNeeded(term, involved);
  const kept = coefficientNames.map((_, a) => a).filter((a) => a !== dropped);
  out.push({
    description: `without ${coefficientNames[dropped]!} in ${component}`,
    model: replace([withCoefficients(term, kept, component)]),
  });
  return out;
}

/** The last of the coefficients that are not the intercept: what a user would take out first. */
function leastNeeded({ coefficientNames }: RandomTerm, involved: readonly number[]): number {
  const slopes = involved.filter((a) => coefficientNames[a] !== "(Intercept)");
  return (slopes.length > 0 ? slopes : involved).at(-1)!;
}

function withCoefficients(term: RandomTerm, kept: readonly number[], component: string): RandomTerm {
  const { incidence, coefficientOrigin } = term;
  return {
    ...term,
    component,
    basis: kept.map((a) => term.basis[a]!),
    coefficientNames: kept.map((a) => term.coefficientNames[a]!),
    covariance: createStructure(kept.length === 1 ? "us" : term.covariance.name, kept.length),
    ...(incidence === undefined ? {} : { incidence: kept.map((a) => incidence[a]!) }),
    ...(coefficientOrigin === undefined ? {} : { coefficientOrigin: kept.map((a) => coefficientOrigin[a]!) }),
  };
}
