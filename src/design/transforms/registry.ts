import { bSpline } from "./bSpline.ts";
import { legendre } from "./legendre.ts";
import { naturalSpline } from "./naturalSpline.ts";
import { poly } from "./poly.ts";
import { scale } from "./scale.ts";
import type { Transform } from "./transform.ts";

/** Transforms by their name in a formula. */
export const transforms: ReadonlyMap<string, Transform> = new Map(
  [poly, naturalSpline, bSpline, scale, legendre].map((transform) => [transform.name, transform]),
);
