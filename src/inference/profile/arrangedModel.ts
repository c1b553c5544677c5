import { unstructured } from "../../covariance/unstructured.ts";
import { fixedEffects } from "../../model/fixedEffects.ts";
import type { Model, RandomTerm } from "../../model/model.ts";

/**
 * The model with the coefficients of one unstructured term in another order: the first of them then has a row of its
 * own in the Cholesky factor, and the correlation of the first two is one angle.
 *
 * @param order new place -> old place
 */
export function withTermOrder(model: Model, term: number, order: readonly number[]): Model {
  const old = model.random[term]!;
  const take = <T>(values: readonly T[]): T[] => order.map((place) => values[place]!);
  const arranged: RandomTerm = {
    ...old,
    basis: take(old.basis),
    coefficientNames: take(old.coefficientNames),
    covariance: unstructured(order.length),
    ...(old.incidence === undefined ? {} : { incidence: take(old.incidence) }),
    ...(old.coefficientTrait === undefined
      ? {}
      : { coefficientTrait: Int32Array.from(order, (place) => old.coefficientTrait![place]!) }),
    ...(old.coefficientOrigin === undefined ? {} : { coefficientOrigin: take(old.coefficientOrigin) }),
  };
  return { ...model, random: model.random.map((each, t) => (t === term ? arranged : each)) };
}

/**
 * The model of several traits with the traits in another order, as `withTermOrder` for the residual covariance.
 *
 * @param order new place -> old place
 */
export function withTraitOrder(model: Model, order: readonly number[]): Model {
  const traits = model.traits!;
  const placeOf = Int32Array.from(order, (_, old) => order.indexOf(old));
  return {
    ...model,
    traits: {
      ...traits,
      names: order.map((old) => traits.names[old]!),
      trait: traits.trait.map((old) => placeOf[old]!),
      fixedTrait: traits.fixedTrait.map((old) => placeOf[old]!),
    },
    random: model.random.map((term) =>
      term.coefficientTrait === undefined
        ? term
        : { ...term, coefficientTrait: term.coefficientTrait.map((old) => placeOf[old]!) },
    ),
  };
}

/** The model with the coefficient of one fixed column held at a value: without the column, its part in the offset. */
export function withCoefficientHeld(model: Model, column: number, value: number): Model {
  const n = model.response.length;
  const { names, matrix } = model.fixed;
  const kept = names.map((_, c) => c).filter((c) => c !== column);
  const values = new Float64Array(n * kept.length);
  kept.forEach((c, k) => {
    values.set(matrix.values.subarray(c * n, (c + 1) * n), k * n);
  });
  const { fixed } = fixedEffects(
    kept.map((c) => names[c]!),
    { rows: n, columns: kept.length, values },
    model.weights,
  );
  const offset = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    offset[i] = (model.offset?.[i] ?? 0) + value * matrix.values[i + column * n]!;
  }
  return {
    ...model,
    fixed,
    offset,
    ...(model.traits === undefined
      ? {}
      : {
          traits: {
            ...model.traits,
            fixedTrait: Int32Array.from(kept, (c) => model.traits!.fixedTrait[c]!),
          },
        }),
  };
}
