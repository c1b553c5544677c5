import { createStructure } from "../covariance/registry.ts";
import type { Model, RandomTerm } from "../model/model.ts";

/** A random term whose covariance structure is named, as data that can be copied to another thread. */
type PortableTerm = Omit<RandomTerm, "covariance"> & {
  readonly structure: string;
  readonly size: number;
  readonly rank: number | null;
};

/** A model as data that can be copied to another thread. */
export type PortableModel = Omit<Model, "random"> & { readonly random: readonly PortableTerm[] };

/** The model with its structures by name. */
export function packModel(model: Model): PortableModel {
  return {
    ...model,
    random: model.random.map(({ covariance, ...term }) => ({
      ...term,
      structure: covariance.name,
      size: covariance.size,
      rank: covariance.rank ?? null,
    })),
  };
}

/** The model of a packed one. */
export function unpackModel(model: PortableModel): Model {
  return {
    ...model,
    random: model.random.map(({ structure, size, rank, ...term }) => ({
      ...term,
      covariance: createStructure(structure, size, ...(rank === null ? [] : [rank])),
    })),
  };
}
