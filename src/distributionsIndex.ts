/**
 * henderson/distributions: densities, probabilities and quantiles, accurate in both tails and on the log scale.
 */

export { betaCdf, betaDensity, betaQuantile } from "./distributions/beta.ts";
export type { BoxProbability } from "./distributions/box.ts";
export {
  type ChiBarComponent,
  chiBarSquaredCdf,
  chiBarSquaredDensity,
  chiBarSquaredQuantile,
  independentBoundaryComponents,
} from "./distributions/chiBarSquared.ts";
export { binomialVariate, poissonVariate } from "./distributions/countVariates.ts";
export { fDensity } from "./distributions/fDensity.ts";
export { fCdf, fQuantile } from "./distributions/fisherF.ts";
export {
  chiSquaredCdf,
  chiSquaredQuantile,
  gammaCdf,
  gammaQuantile,
} from "./distributions/gamma.ts";
export { chiSquaredDensity, gammaDensity } from "./distributions/gammaDensity.ts";
export {
  type EquicoordinateTail,
  type MultivariateOptions,
  type MultivariateQuantile,
  multivariateTProbability,
  multivariateTQuantile,
} from "./distributions/multivariateT.ts";
export { normalCdf, normalDensity, normalQuantile } from "./distributions/normal.ts";
export { chiSquaredVariate, exponentialVariate, gammaVariate } from "./distributions/randomVariates.ts";
export { type RRandomStream, type RSampleKind, rRandomStream } from "./distributions/rRandomStream.ts";
export { studentizedRangeCdf, studentizedRangeQuantile } from "./distributions/studentizedRange.ts";
export { tCdf, tQuantile } from "./distributions/studentT.ts";
export type { TailOptions } from "./distributions/tail.ts";
export { tDensity } from "./distributions/tDensity.ts";
