/**
 * henderson: linear mixed models. The walk a user's data takes, from top to bottom. Parts that many programs do not need
 * have entries of their own: henderson/table (text files at once, CSV out), henderson/report (summaries as text and JSON,
 * saved fits), henderson/inference (tests, comparisons), henderson/simulation (random streams), henderson/distributions,
 * henderson/genetics (relationships and the full mixed model equations).
 */

// Errors and notes.

export type { CatalogueEntry } from "./base/catalogue.ts";
export { HendersonError, isHendersonError, type SourceSpan } from "./base/errors.ts";
export type { Note } from "./base/notes.ts";

// Data: bytes or values in memory become a table of typed columns.

export { type TableSource, toTable } from "./table/fromObjects.ts";
export { readTable } from "./table/read.ts";
export type { ColumnReport, ReadOptions, ReadResult, TypeReport } from "./table/readResult.ts";
export type { Column, LogicalColumn, NumericColumn, Table, TextColumn } from "./table/table.ts";

// Formula: text becomes terms.

export { parseFormula } from "./formula/parseFormula.ts";
export type { ModelFormula } from "./formula/terms.ts";

// Design: terms and a table become a model.

export { buildDesign } from "./design/buildDesign.ts";
export type { ContrastName } from "./design/contrasts.ts";
export type { Coefficient, Design } from "./design/design.ts";
export type { DesignOptions } from "./design/options.ts";
export type { Recipe } from "./design/recipe.ts";

// Model: numbers only; what a program builds that has no formula.

export { createStructure } from "./covariance/registry.ts";
export type { CovarianceStructure } from "./covariance/structure.ts";
export { createMatrix, type Matrix } from "./linalg/matrix.ts";
export { fixedEffects as buildFixedEffects } from "./model/fixedEffects.ts";
export type { FixedEffects, Model, RandomTerm } from "./model/model.ts";

// Fit: a model becomes estimates, with the evidence that they are a minimum.

export type { BoundaryScore, Evaluation, Problem } from "./engines/engine.ts";
export { fit, fitDesign, fitModel, prepareProblem } from "./fit/fit.ts";
export type { FitOptions, ModelOptions } from "./fit/options.ts";
export type { ConvergenceCertificate, FitResult } from "./fit/result.ts";
export { chooseKernels } from "./linalg/chooseKernels.ts";
export type { Kernels } from "./linalg/kernels.ts";

// Predict: what the model says about rows, old and new.

export { augment } from "./predict/augment.ts";
export { fittedValues } from "./predict/fittedValues.ts";
export { type PredictOptions, type PredictResult, predict } from "./predict/predict.ts";
export { refit, refitByLikelihood } from "./predict/refit.ts";
export { type ResidualKind, residuals } from "./predict/residuals.ts";

// Inference: what a summary shows. More is in henderson/inference.

export { type AnovaOptions, type AnovaRow, type AnovaTable, anovaTable } from "./inference/anova.ts";
export {
  type CoefficientOptions,
  type CoefficientRow,
  type CoefficientTable,
  coefficientTable,
} from "./inference/coefficients.ts";
export { type ConfidenceInterval, waldIntervals } from "./inference/confint.ts";
export type {
  Denominator,
  DenominatorMethod,
  DenominatorName,
  DenominatorRule,
} from "./inference/denominator.ts";
export type { AnovaType } from "./inference/hypotheses.ts";
export { type RandomEffectRow, type RandomEffectsOptions, randomEffects } from "./inference/randomEffects.ts";
