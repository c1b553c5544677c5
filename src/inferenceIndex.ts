/** henderson/inference: tests and comparisons beyond a summary. */

// Fixed effects: linear hypotheses, terms left out.

export { betweenWithin } from "./inference/betweenWithin.ts";
export { containment } from "./inference/containment.ts";
export { denominatorOf } from "./inference/denominator.ts";
export { type DropRow, type DropTable, dropOne } from "./inference/dropOne.ts";
export { kenwardRoger } from "./inference/kenwardRoger.ts";
export {
  type HypothesisOptions,
  type HypothesisRow,
  type HypothesisTest,
  linearHypothesis,
} from "./inference/linearHypothesis.ts";
export {
  type ConfidenceRegion,
  confidenceRegion,
  type RegionOptions,
  regionBoundary,
  regionContains,
  type SimultaneousInterval,
  type SimultaneousMethod,
  type SimultaneousOptions,
  simultaneousIntervals,
} from "./inference/regions.ts";
export { type WaldOptions, type WaldTest, waldTest } from "./inference/waldTest.ts";

// Fits beside each other.

export {
  type CompareOptions,
  type Comparison,
  type ComparisonRow,
  compareFits,
} from "./inference/likelihoodRatio.ts";

// Terms in and out: random terms by likelihood ratio, fixed terms by F, backward elimination.

export { type DropTests, dropTests } from "./inference/dropTests.ts";
export {
  type ExactRatioOptions,
  type ExactRatioTest,
  exactRatioTest,
} from "./inference/exactRatioTest.ts";
export { type RanovaOptions, type RanovaRow, type RanovaTable, ranova } from "./inference/ranova.ts";
export {
  type StepFixedRow,
  type StepOptions,
  type StepProgress,
  type StepRandomRow,
  type StepResult,
  stepwise,
} from "./inference/stepwise.ts";
export {
  type MixturePart,
  mixtureTail,
  type NullDistribution,
  varianceNull,
} from "./inference/varianceNull.ts";
export { refitWithout } from "./predict/refitWithout.ts";

// Variance parameters.

export { profile } from "./inference/profile/profile.ts";
export {
  type ProfileInterval,
  type ProfileIntervals,
  type ProfileOptions,
  type ProfilePoint,
  type ProfileProgress,
  profileIntervals,
} from "./inference/profile/profileIntervals.ts";
export {
  type ComponentShare,
  type VarianceExplained,
  type VarianceShare,
  varianceExplained,
} from "./inference/varianceExplained.ts";
export {
  type VarianceInterval,
  type VarianceIntervalOptions,
  varianceIntervals,
} from "./inference/varianceIntervals.ts";

// Checks: what the fit says about rows and groups it has not seen, and what it owes to each.

export {
  type CrossValidation,
  type CrossValidationComparison,
  type CrossValidationOptions,
  type CrossValidationRow,
  compareByCrossValidation,
  crossValidation,
} from "./checks/crossValidation.ts";
export type { BoundaryReport, SimplerModel } from "./checks/diagnosis/boundaryReport.ts";
export { type DiagnoseOptions, type Diagnosis, diagnose } from "./checks/diagnosis/diagnose.ts";
export type { Finding } from "./checks/diagnosis/finding.ts";
export type { InfluenceReport, InfluentialUnit } from "./checks/diagnosis/influenceFindings.ts";
export type { ResidualReport } from "./checks/diagnosis/residualFindings.ts";
export { influence } from "./checks/influence.ts";
export type { ComponentInfluence, Influence, InfluenceOptions } from "./checks/influenceResult.ts";
export { type GroupOptions, type LeaveGroupOut, leaveGroupOut } from "./checks/leaveGroupOut.ts";
export { type LeaveOneOut, leaveOneOut } from "./checks/leaveOneOut.ts";
export { type Leverage, leverage } from "./checks/leverage.ts";
export {
  type CheckResidualKind,
  type CheckResidualOptions,
  modelResiduals,
} from "./checks/modelResiduals.ts";
export { type RandomEffectsPca, randomEffectsPca } from "./checks/randomEffectsPca.ts";

// Predictions with their uncertainty: mean, group, new group; confidence and prediction intervals.

export {
  type PredictionOptions,
  type PredictionTable,
  predictionTable,
} from "./inference/predictionTable.ts";
export type { IntervalTarget } from "./inference/predictorRows.ts";

// Marginal means: predictions at a reference grid, averaged and compared.

export type { Adjustment, TableAdjustment } from "./inference/means/adjustment.ts";
export type { AveragingWeights } from "./inference/means/averages.ts";
export type { ContrastFamily, CustomContrasts, FamilyOptions } from "./inference/means/contrastFamilies.ts";
export type { EstimateRow, EstimateTable, TableOptions } from "./inference/means/estimateTable.ts";
export type { CovariateReduction } from "./inference/means/gridVariables.ts";
export {
  type JointTestOptions,
  type JointTestRow,
  type JointTests,
  jointTests,
} from "./inference/means/jointTests.ts";
export { compactLetters } from "./inference/means/letters.ts";
export type { GridValue } from "./inference/means/levelsInRows.ts";
export { type MeansResult, means } from "./inference/means/means.ts";
export type { MeansOptions } from "./inference/means/meansOptions.ts";
export type { NestingOption } from "./inference/means/nesting.ts";
export type { MeansSpecs } from "./inference/means/parseSpecs.ts";
export type { Side } from "./inference/means/plainEstimate.ts";
export type { GridOptions } from "./inference/means/referenceGrid.ts";
export { slopes } from "./inference/means/slopes.ts";
