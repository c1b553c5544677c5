import { exchangeable } from "./exchangeable.ts";
import { scaledCorrelation } from "./scaledCorrelation.ts";
import type { CovarianceStructure } from "./structure.ts";

/** Compound symmetry with one variance and one correlation, in (-1/(k-1), 1). */
export function homogeneousCompoundSymmetry(size: number): CovarianceStructure {
  return scaledCorrelation("homcs", size, "one", exchangeable);
}
