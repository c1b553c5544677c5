import { autoregressive } from "./autoregressive.ts";
import { scaledCorrelation } from "./scaledCorrelation.ts";
import type { CovarianceStructure } from "./structure.ts";

/** First-order autoregression of equally spaced coefficients with one variance. */
export function ar1(size: number): CovarianceStructure {
  return scaledCorrelation("ar1", size, "one", autoregressive);
}
