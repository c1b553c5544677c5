/**
 * henderson/distributions: densities, probabilities and quantiles, accurate in both tails and on the log scale.
 */

export { betaCdf, betaDensity, betaQuantile } from "./distributions/beta.ts";
export { fCdf, fDensity, fQuantile } from "./distributions/fisherF.ts";
export {
  chiSquaredCdf,
  chiSquaredDensity,
  chiSquaredQuantile,
  gammaCdf,
  gammaDensity,
  gammaQuantile,
} from "./distributions/gamma.ts";
export { normalCdf, normalDensity, normalQuantile } from "./distributions/normal.ts";
export { tCdf, tDensity, tQuantile } from "./distributions/studentT.ts";
export type { TailOptions } from "./distributions/tail.ts";
