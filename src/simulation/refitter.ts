import type { Problem, ResponseSums } from "../engines/engine.ts";
import { createResponseSums } from "../engines/responseSums.ts";
import { describeFit } from "../fit/describeFit.ts";
import { findMinimum, type Minimum } from "../fit/findMinimum.ts";
import { fitModel, prepareProblem } from "../fit/fit.ts";
import { fitNotes } from "../fit/fitNotes.ts";
import { pinConfounded } from "../fit/pinned.ts";
import { heldMatrices } from "../fit/precision.ts";
import type { FitMethod, FitResult } from "../fit/result.ts";
import type { Kernels } from "../linalg/kernels.ts";
import { type Matrix, matrixRows } from "../linalg/matrix.ts";
import type { Criterion, Model } from "../model/model.ts";
import { spansConstant } from "../model/spansConstant.ts";

/** A model that is fitted to many responses. */
export interface RefitPlan {
  readonly model: Model;
  readonly method: FitMethod;
  /** where searches begin: near the optima that are expected; null for moment estimates */
  readonly theta: Float64Array | null;
  /** covariances that are held, by component */
  readonly held: readonly (readonly [name: string, value: Matrix])[];
  readonly equations: boolean;
  readonly solver?: "factor" | "iteration";
}

/** What one refit came to. */
export interface Refit {
  /** -2 log-likelihood of the method; of least squares that of ML */
  readonly objective: number;
  readonly converged: boolean;
  /** whether a variance is zero, or a combination of effects has none */
  readonly boundary: boolean;
  /** the whole result; asked for before the next refit or not at all */
  result(): FitResult;
}

interface Refitter {
  readonly plan: RefitPlan;
  /** Fits a response by rows, length n. */
  refit(response: Float64Array): Refit;
  /** Fits what is known of a response by its sums; null where the model has to be prepared for each response. */
  readonly refitSums: ((sums: ResponseSums, response?: Float64Array) => Refit) | null;
}

/** The plan that fits the model of a fit again as it was fitted; with `method` by another one. */
export function refitPlan(fit: FitResult, method: FitMethod = fit.method): RefitPlan {
  return {
    model: fit.model,
    method,
    theta: fit.theta,
    held: [...heldMatrices(fit)],
    equations: fit.engine === "equations",
    ...(fit.solver === undefined ? {} : { solver: fit.solver }),
  };
}

/**
 * Prepares everything that does not depend on the response once: a refit then costs its sums over the rows and a search that
 * begins at the plan's theta. Where the engine cannot take another response, each refit prepares the model again.
 */
export function createRefitter(plan: RefitPlan, kernels: Kernels): Refitter {
  const { model, method } = plan;
  if (method === "ANOVA" || plan.equations || plan.held.length > 0) return preparedAgain(plan, kernels);
  const criterion: Criterion = method === "ML" ? "ML" : "REML";
  const problem = pinConfounded(model, prepareProblem(model, criterion, kernels));
  if (problem.setResponse === undefined) return preparedAgain(plan, kernels);
  return preparedOnce(plan, problem, kernels);
}

function preparedOnce(plan: RefitPlan, problem: Problem, kernels: Kernels): Refitter {
  const { model, method, theta } = plan;
  const far = model.random.length > 0 && !spansConstant(model);
  const engine = model.random.length > 0 ? "blocked" : "linear";
  const summarize = createResponseSums(model);
  const none = {};
  const refitSums = (sums: ResponseSums, response?: Float64Array): Refit => {
    problem.setResponse!(sums);
    const minimum: Minimum = findMinimum(problem, theta ?? problem.start, undefined, none, far);
    const { optimum, certificate } = minimum;
    return {
      objective: method === "OLS" ? problem.solve(optimum.x).deviance : optimum.objective,
      converged: certificate.converged,
      boundary: certificate.boundary.length > 0,
      result: () =>
        describeFit({
          method,
          engine,
          solver: undefined,
          kernels: kernels.name,
          model: { ...model, response: response === undefined ? new Float64Array(0) : response.slice() },
          design: null,
          theta: optimum.x,
          estimates: problem.solve(optimum.x),
          certificate,
          held: [],
          notes: fitNotes(model, minimum, problem.confounded ?? [], new Set()),
        }),
    };
  };
  return { plan, refit: (response) => refitSums(summarize(response), response), refitSums };
}

function preparedAgain(plan: RefitPlan, kernels: Kernels): Refitter {
  const { model, method, theta, held, solver } = plan;
  const components = Object.fromEntries(held.map(([name, matrix]) => [name, matrixRows(matrix)]));
  return {
    plan,
    refitSums: null,
    refit(response) {
      const fit = fitModel(
        { ...model, response: response.slice() },
        {
          ...(method === "OLS" ? {} : { method }),
          ...(method === "ANOVA" ? {} : { ...(theta === null ? {} : { start: theta }), components }),
          ...(solver === undefined ? {} : { solver }),
          kernels,
        },
      );
      return {
        objective: -2 * fit.logLik,
        converged: fit.convergence.converged,
        boundary: fit.convergence.boundary.length > 0,
        result: () => fit,
      };
    },
  };
}
