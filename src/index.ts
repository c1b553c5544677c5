/**
 * henderson: linear mixed models. The walk a user's data takes, from top to bottom.
 */

// errors and notes
export { HendersonError, isHendersonError } from "./base/errors.ts";
export type { Note } from "./base/notes.ts";
// design: terms and a table become a model
export { buildDesign } from "./design/buildDesign.ts";
export type { ContrastName } from "./design/contrasts.ts";
export type { Design } from "./design/design.ts";
export type { DesignOptions } from "./design/options.ts";
// fit: a model becomes estimates
export { fit, fitDesign, fitModel } from "./fit/fit.ts";
export type { FitOptions, ModelOptions } from "./fit/options.ts";
export type { ConvergenceCertificate, FitResult } from "./fit/result.ts";
// formula: text becomes terms
export { parseFormula } from "./formula/parseFormula.ts";
export type { ModelFormula } from "./formula/terms.ts";
// inference: tests, intervals, comparisons
export { type AnovaTable, anovaTable } from "./inference/anova.ts";
export { type CoefficientTable, coefficientTable } from "./inference/coefficients.ts";
export { type ConfidenceInterval, waldIntervals } from "./inference/confint.ts";
export { type DropTable, dropOne } from "./inference/dropOne.ts";
export { type Comparison, compareFits } from "./inference/likelihoodRatio.ts";
export { type RandomEffectRow, randomEffects } from "./inference/randomEffects.ts";
export { waldTest } from "./inference/waldTest.ts";
export type { Model } from "./model/model.ts";
// predict: what the model says about rows, old and new
export { augment } from "./predict/augment.ts";
export { fittedValues } from "./predict/fittedValues.ts";
export type { PredictOptions, PredictResult } from "./predict/predict.ts";
export { predict } from "./predict/predict.ts";
export { refit, refitByLikelihood, refitWithout } from "./predict/refit.ts";
export { type ResidualKind, residuals } from "./predict/residuals.ts";
// report: results as text and JSON
export { explain } from "./report/explain.ts";
export { loadFit, saveFit } from "./report/fitFile.ts";
export { fitJson } from "./report/fitJson.ts";
export { type Summary, summarize } from "./report/summary.ts";
export { summaryText } from "./report/summaryText.ts";
export { type VarianceComponent, varianceComponents } from "./report/varianceComponents.ts";
export { toTable } from "./table/fromObjects.ts";
export { readTable } from "./table/read.ts";
// data: bytes or objects become a table of typed columns
export { readDelimited } from "./table/readDelimited.ts";
export type { ColumnReport, ReadOptions, ReadResult, TypeReport } from "./table/readResult.ts";
export type { Column, LogicalColumn, NumericColumn, Table, TextColumn } from "./table/table.ts";
export { writeCsv } from "./table/writeCsv.ts";
