import { HendersonError } from "../base/errors.ts";
import { buildDesign } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import { chooseEngine } from "../engines/choose.ts";
import type { Problem } from "../engines/engine.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { Criterion, Model } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { describeFit } from "./describeFit.ts";
import { findMinimum } from "./findMinimum.ts";
import { fitNotes } from "./fitNotes.ts";
import type { FitOptions, ModelOptions } from "./options.ts";
import type { FitMethod, FitResult } from "./result.ts";

/**
 * Fits a linear mixed model, or a linear model where the formula has no random terms.
 *
 * @param formula R/lme4 notation, `Reaction ~ Days + (Days | Subject)`
 * @throws HendersonError for a formula, data or a model that cannot be fitted; not for non-convergence, which is a note
 */
export function fit(formula: string, data: Table, options: FitOptions = {}): FitResult {
  const terms = parseFormula(formula, { columns: [...data.columns.keys()] }); // syntax: no data
  const design = buildDesign(terms, data, options); // numbers
  return fitDesign(design, options);
}

/** Fits a design: the second half of `fit`, for designs that are fitted more than once. */
export function fitDesign(design: Design, options: ModelOptions = {}): FitResult {
  return fitModelOf(design.model, design, options);
}

/** Fits a model that was built without formula and table. */
export function fitModel(model: Model, options: ModelOptions = {}): FitResult {
  return fitModelOf(model, null, options);
}

/** The objective, gradient and solution of a model, ready to be evaluated at any theta. */
export function prepareProblem(
  model: Model,
  criterion: Criterion,
  kernels: Kernels = chooseKernels(),
): Problem {
  return chooseEngine(model).prepare(model, criterion, kernels);
}

function fitModelOf(model: Model, design: Design | null, options: ModelOptions): FitResult {
  requireEnoughRows(model);
  const method: FitMethod = options.method ?? (model.random.length === 0 ? "OLS" : "REML");
  const kernels = options.kernels ?? chooseKernels({ deterministic: options.deterministic ?? false });
  const engine = chooseEngine(model);
  const problem = engine.prepare(model, method === "ML" ? "ML" : "REML", kernels);
  const start = startingTheta(problem, options.start);
  const minimum = findMinimum(problem, start, options.algorithm, {
    keepTrace: options.trace ?? false,
    ...(options.maxIterations === undefined ? {} : { maxIterations: options.maxIterations }),
    ...(options.onProgress === undefined ? {} : { onIteration: options.onProgress }),
  });
  const { optimum, certificate } = minimum;
  if (optimum.reason === "undefined-start") throw undefinedObjective(model, problem);
  const notes = [...(design?.notes ?? []), ...fitNotes(model, minimum)];
  return describeFit({
    method,
    engine: engine.name,
    kernels: kernels.name,
    model,
    design,
    theta: optimum.x,
    estimates: problem.solve(optimum.x),
    certificate,
    notes,
  });
}

function startingTheta(problem: Problem, start: ArrayLike<number> | undefined): Float64Array {
  if (start === undefined) return problem.start;
  if (start.length !== problem.parameters.length) {
    throw new HendersonError(
      "fit/start-length",
      `${start.length} starting values were given for ${problem.parameters.length} covariance parameters`,
      { hint: `the parameters are, in order: ${problem.parameters.map((p) => p.label).join(", ")}` },
    );
  }
  return Float64Array.from(start);
}

function requireEnoughRows(model: Model): void {
  const n = model.response.length;
  const p = model.fixed.matrix.columns;
  if (n > p) return;
  throw new HendersonError(
    "fit/too-few-rows",
    `the model has ${p} fixed coefficients and only ${n} rows, so nothing is left for the residual variance`,
    { hint: "use fewer fixed terms, or check that a numeric column was not read as text" },
  );
}

/** Why the objective cannot be evaluated where the search starts. */
function undefinedObjective(model: Model, problem: Problem): HendersonError {
  const spread = model.response.reduce((largest, y) => Math.max(largest, Math.abs(y)), 0);
  const left = problem.solve(problem.start).penalizedResidualSumOfSquares;
  if (!(left > 1e-24 * spread * spread * model.response.length)) {
    return new HendersonError(
      "fit/perfect-fit",
      "the fixed effects fit the response exactly: no residual variation is left",
      {
        hint: "check whether the response, or a copy of it, is among the predictors",
      },
    );
  }
  return new HendersonError(
    "fit/undefined-objective",
    "the likelihood is not defined at the starting values",
    {
      hint: "give other starting values, and look for columns with extreme values",
    },
  );
}
