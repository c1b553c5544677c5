import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { ar1 } from "./ar1.ts";
import { compoundSymmetry } from "./compoundSymmetry.ts";
import { diagonal } from "./diagonal.ts";
import { factorAnalytic } from "./factorAnalytic.ts";
import { heterogeneousAr1 } from "./heterogeneousAr1.ts";
import { homogeneousCompoundSymmetry } from "./homogeneousCompoundSymmetry.ts";
import { reducedRank } from "./reducedRank.ts";
import type { CovarianceStructure } from "./structure.ts";
import { unstructured } from "./unstructured.ts";

/** Structures by the name they have in a formula: `ar1(0 + time | g)`. */
const structures: ReadonlyMap<string, (size: number) => CovarianceStructure> = new Map([
  ["us", unstructured],
  ["diag", diagonal],
  ["cs", compoundSymmetry],
  ["homcs", homogeneousCompoundSymmetry],
  ["ar1", ar1],
  ["hetar1", heterogeneousAr1],
]);

/** Structures with factors, whose number stands in the formula: `fa(0 + env, 2 | g)`. */
const factorStructures: ReadonlyMap<string, (size: number, rank: number) => CovarianceStructure> = new Map([
  ["rr", reducedRank],
  ["fa", factorAnalytic],
]);

/** Names that `createStructure` knows, in the order of the manual. */
export const structureNames: readonly string[] = [...structures.keys(), ...factorStructures.keys()];

/**
 * The covariance structure of `size` coefficients under its formula name.
 *
 * Each call makes a new value with its own scratch memory.
 *
 * @param rank number of factors of `rr` and `fa`; others have none
 * @throws HendersonError `covariance/unknown-structure`, `covariance/size`, `covariance/rank`
 */
export function createStructure(name: string, size: number, rank?: number): CovarianceStructure {
  const withFactors = factorStructures.get(name);
  const create = structures.get(name);
  if (create === undefined && withFactors === undefined) {
    const closest = nearest(name, structureNames);
    throw new HendersonError("covariance/unknown-structure", `no covariance structure is named '${name}'`, {
      hint:
        closest === null
          ? `the structures are ${structureNames.join(", ")}`
          : `the closest name is '${closest}'`,
    });
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new HendersonError("covariance/size", `a '${name}' term has no coefficients`, {
      hint: "give the left side of the bar at least one coefficient, as in (1 | g)",
    });
  }
  if (withFactors === undefined) return create!(size);
  if (rank === undefined || !Number.isInteger(rank) || rank < 1 || rank > size) {
    throw new HendersonError(
      "covariance/rank",
      rank === undefined
        ? `a '${name}' term needs the number of its factors`
        : `a '${name}' term of ${size} coefficient${size === 1 ? "" : "s"} cannot have ${rank} factors`,
      { hint: `write ${name}(0 + env, 1 | g), with at most as many factors as there are coefficients` },
    );
  }
  return withFactors(size, rank);
}
