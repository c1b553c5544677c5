import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { ar1 } from "./ar1.ts";
import { compoundSymmetry } from "./compoundSymmetry.ts";
import { diagonal } from "./diagonal.ts";
import { heterogeneousAr1 } from "./heterogeneousAr1.ts";
import { homogeneousCompoundSymmetry } from "./homogeneousCompoundSymmetry.ts";
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

const planned: ReadonlySet<string> = new Set(["rr", "fa"]);

/** Names that `createStructure` knows, in the order of the manual. */
export const structureNames: readonly string[] = [...structures.keys()];

/**
 * The covariance structure of `size` coefficients under its formula name.
 *
 * Each call makes a new value with its own scratch memory.
 *
 * @throws HendersonError `covariance/unknown-structure`, `covariance/not-yet`, `covariance/size`
 */
export function createStructure(name: string, size: number, _rank?: number): CovarianceStructure {
  const create = structures.get(name);
  if (create === undefined) {
    if (planned.has(name)) {
      throw new HendersonError(
        "covariance/not-yet",
        `the structure '${name}' is understood but cannot be estimated yet`,
        { hint: `the structures that can be estimated are ${structureNames.join(", ")}` },
      );
    }
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
  return create(size);
}
