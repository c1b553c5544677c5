import { autoregressive } from "./autoregressive.ts";
import { scaledCorrelation } from "./scaledCorrelation.ts";
import type { CovarianceStructure } from "./structure.ts";

/** First-order autoregression of equally spaced coefficients, each with its own variance. */
export function heterogeneousAr1(size: number): CovarianceStructure {
  return scaledCorrelation("hetar1", size, "each", autoregressive);
}
