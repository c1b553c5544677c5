/** henderson/inference: tests and comparisons beyond a summary. */

// Fixed effects: linear hypotheses, terms left out.

export { denominatorOf } from "./inference/denominator.ts";
export { type DropRow, type DropTable, dropOne } from "./inference/dropOne.ts";
export { type WaldOptions, type WaldTest, waldTest } from "./inference/waldTest.ts";

// Fits beside each other.

export {
  type CompareOptions,
  type Comparison,
  type ComparisonRow,
  compareFits,
} from "./inference/likelihoodRatio.ts";

// Variance parameters.

export {
  type ProfileInterval,
  type ProfileIntervals,
  type ProfileOptions,
  type ProfilePoint,
  type ProfileProgress,
  profileIntervals,
} from "./inference/profile/profileIntervals.ts";
