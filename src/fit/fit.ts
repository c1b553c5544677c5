import { HendersonError } from "../base/errors.ts";
import { buildDesign } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import { chooseEngine } from "../engines/choose.ts";
import type { Engine, PrepareOptions, Problem } from "../engines/engine.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { Criterion, Model } from "../model/model.ts";
import { spansConstant } from "../model/spansConstant.ts";
import type { Table } from "../table/table.ts";
import { anovaComponents } from "./anovaComponents.ts";
import { leftoverNotes, requireEnoughRows, undefinedObjective } from "./checks.ts";
import { componentMatrices } from "./componentValues.ts";
import { describeFit } from "./describeFit.ts";
import { findMinimum } from "./findMinimum.ts";
import { fitNotes } from "./fitNotes.ts";
import { furtherEngines, rememberEngines } from "./furtherEngines.ts";
import type { FitOptions, ModelOptions } from "./options.ts";
import { pinConfounded } from "./pinned.ts";
import { requireOptions } from "./requireOptions.ts";
import { requireScale } from "./requireScale.ts";
import type { FitMethod, FitResult } from "./result.ts";
import { rememberProblem } from "./solvedProblems.ts";
import { startingThetaOf } from "./startingTheta.ts";

/**
 * Fits a linear mixed model, or a linear model where the formula has no random terms.
 *
 * @param formula R/lme4 notation, `Reaction ~ Days + (Days | Subject)`
 * @throws HendersonError for a formula, data or a model that cannot be fitted; not for non-convergence, which is a note
 */
export function fit(formula: string, data: Table, options: FitOptions = {}): FitResult {
  requireOptions(options);
  const terms = parseFormula(formula, { columns: [...data.columns.keys()] }); // syntax: no data
  const held = options.held ?? Object.keys(options.components ?? {});
  const design = buildDesign(terms, data, { ...options, held }); // numbers
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
  options: PrepareOptions & { readonly engines?: readonly Engine[] } = {},
): Problem {
  const engines = options.engines ?? furtherEngines(model);
  return chooseEngine(model, options, engines).prepare(model, criterion, kernels, options);
}

function fitModelOf(model: Model, design: Design | null, options: ModelOptions): FitResult {
  requireOptions(options);
  requireEnoughRows(model);
  requireScale(model);
  const method: FitMethod = options.method ?? (model.random.length === 0 && !model.traits ? "OLS" : "REML");
  const kernels = options.kernels ?? chooseKernels({ deterministic: options.deterministic ?? false });
  const anova = method === "ANOVA" ? anovaComponents(model) : null;
  const held = anova?.held ?? componentMatrices(model, options.components ?? {});
  // these iterate in the variances themselves, which only the equations have
  const classic = options.algorithm === "ai" || options.algorithm === "em";
  rememberEngines(model, options.engines);
  const engine = chooseEngine(
    model,
    classic || options.solver === "iteration" ? { held, engine: "equations" } : { held },
    furtherEngines(model),
  );
  const criterion = method === "ML" ? "ML" : "REML";
  const prepared = engine.prepare(model, criterion, kernels, {
    held,
    ...(options.solver === undefined ? {} : { solver: options.solver }),
    ...(options.onPlan === undefined ? {} : { onPlan: options.onPlan }),
    ...(options.onSolverProgress === undefined ? {} : { onIteration: options.onSolverProgress }),
  });
  const problem = pinConfounded(model, prepared);
  const start = options.startComponents
    ? startingThetaOf(problem, model, options.startComponents)
    : startingTheta(problem, options.start);
  const minimum = findMinimum(
    problem,
    start,
    options.algorithm,
    {
      keepTrace: options.trace ?? false,
      maxIterations: options.maxIterations,
      onIteration: options.onProgress,
    },
    !spansConstant(model),
  );
  const { optimum, certificate } = minimum;
  if (optimum.reason === "undefined-start") throw undefinedObjective(model, problem);
  const estimates = problem.solve(optimum.x);
  const notes = [
    ...(design?.notes ?? []),
    ...(anova?.notes ?? []),
    ...fitNotes(model, minimum, problem.confounded ?? [], new Set(held.keys())),
    ...leftoverNotes(model, estimates, certificate.converged),
    ...(estimates.notes ?? []),
  ];
  const result = describeFit({
    method,
    engine: engine.name,
    solver: problem.solver,
    kernels: problem.kernels ?? kernels.name,
    model,
    design,
    theta: optimum.x,
    estimates,
    certificate,
    held: [...held.keys()],
    notes,
  });
  if (engine.name !== "equations") prepared.release?.();
  else if (options.kernels === undefined) rememberProblem(result, prepared);
  return result;
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
