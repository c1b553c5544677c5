import { exchangeable } from "./exchangeable.ts";
import { scaledCorrelation } from "./scaledCorrelation.ts";
import type { CovarianceStructure } from "./structure.ts";

/** Compound symmetry with a variance for each coefficient and one correlation, in (-1/(k-1), 1). */
export function compoundSymmetry(size: number): CovarianceStructure {
  return scaledCorrelation("cs", size, "each", exchangeable);
}
