// Ranks of [X Z_1 .. Z_j] from the sparse factor of the equations with variances so large that the likelihood's identity
// is a ridge of 1e-10 beside the cross-products: a column that depends on those before it leaves a pivot of the size of
// the ridge, and any other one of the size of the cross-products.

import { diagonal } from "../../covariance/diagonal.ts";
import type { Kernels } from "../../linalg/kernels.ts";
import type { Model, RandomTerm } from "../../model/model.ts";
import { analyzeEquations } from "./assembly.ts";
import { assembleEquations, collectEquations } from "./prepare.ts";

/** Relative variance of a coefficient whose column has mean square 1 a level. */
const LARGE = 1e10;
/** Pivots of dependent random columns stay below one and the number of levels. */
const LEAST_PIVOT = 1e5;
/** Part of a fixed column that has to be outside the span of the random ones. */
const LEAST_PART = 1e-7;

/**
 * rank [X], rank [X Z_1], rank [X Z_1 Z_2] .. for the effects given: a random term and one of its coefficients each.
 * For terms without relationships and without several levels a record.
 *
 * @throws HendersonError engine/too-large
 */
export function sequentialRanks(
  model: Model,
  effects: readonly { readonly term: number; readonly coefficient: number }[],
  kernels: Kernels,
): number[] {
  const { weights, offset, ...unweighted } = model;
  const random = effects.map(({ term, coefficient }): RandomTerm => {
    const own = model.random[term]!;
    return {
      ...own,
      component: `${own.component}.${coefficient}`,
      basis: [own.basis[coefficient]!],
      coefficientNames: [own.coefficientNames[coefficient]!],
      covariance: diagonal(1),
    };
  });
  return [
    model.fixed.names.length,
    ...random.map((_, j) => rankOf({ ...unweighted, random: random.slice(0, j + 1) }, kernels)),
  ];
}

function rankOf(model: Model, kernels: Kernels): number {
  const parts = collectEquations(model, "REML", kernels, new Map());
  const { unknowns, records, residual, sizes } = parts;
  const equations = assembleEquations(parts, analyzeEquations(unknowns, records, residual.units), kernels, 2);
  const lambdas = unknowns.components.map(({ levels }, c) =>
    Float64Array.of(Math.sqrt((LARGE * levels) / (records.count * sizes[c]![0]!))),
  );
  equations.likelihood.set(lambdas, Float64Array.of(1));
  let rank = 0;
  for (let u = 0; u < unknowns.randomSize; u++) if (equations.system.pivot(u) > LEAST_PIVOT) rank++;
  const { matrix } = unknowns.fixed;
  for (let j = 0; j < matrix.columns; j++) {
    let squares = 0;
    for (let i = 0; i < matrix.rows; i++) squares += matrix.values[i + j * matrix.rows]! ** 2;
    if (equations.system.pivot(unknowns.randomSize + j) > LEAST_PART * squares) rank++;
  }
  return rank;
}
