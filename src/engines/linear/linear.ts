import { leastSquares } from "../../linalg/leastSquares.ts";
import { createMatrix } from "../../linalg/matrix.ts";
import type { Criterion, Model } from "../../model/model.ts";
import type { Engine, Estimates, Precision, Problem } from "../engine.ts";
import { needsEquations } from "../needsEquations.ts";
import { residualTerms } from "../response.ts";
import { userCoefficients } from "../userCoefficients.ts";

/** The linear model: no random terms, so nothing to search; ordinary or weighted least squares by QR. */
export const linearEngine: Engine = {
  name: "linear",
  supports(model, options) {
    if (model.random.length > 0) return { supported: false, reason: "the model has random terms" };
    const reason = needsEquations(model, options);
    return reason === null ? { supported: true } : { supported: false, reason };
  },
  prepare,
};

function prepare(model: Model, criterion: Criterion): Problem {
  const n = model.response.length;
  const p = model.fixed.matrix.columns;
  const y = Float64Array.from(model.response);
  if (model.offset) for (let i = 0; i < n; i++) y[i]! -= model.offset[i]!;
  const solution = leastSquares(model.fixed.matrix, y, model.weights);
  let beta = solution.coefficients;
  let r2 = solution.residualSumOfSquares;
  let logWeights = 0;
  if (model.weights) for (let i = 0; i < n; i++) logWeights += Math.log(model.weights[i]!);
  // log |X'WX| = -2 log |R^-1|
  let logX = 0;
  for (let c = 0; c < p; c++) logX -= 2 * Math.log(Math.abs(solution.inverseR.values[c + c * p]!));
  const value = (restricted: boolean, sigma2?: number): number =>
    residualTerms(r2, restricted ? n - p : n, sigma2) - logWeights + (restricted ? logX : 0);
  const none = new Float64Array(0);
  const empty = createMatrix(0, 0);
  return {
    criterion,
    parameters: [],
    start: none,
    hessianKind: "exact",
    evaluate: (_theta, _order, sigma2) => ({
      ok: Number.isFinite(value(false)),
      objective: value(criterion === "REML", sigma2),
      gradient: none,
      hessian: empty,
      residualSumOfSquares: r2,
      residualGradient: none,
    }),
    rectify: () => undefined,
    boundaryScores: () => [],
    solve(): Estimates {
      return {
        beta,
        unscaledCovariance: solution.unscaledCovariance,
        sigma: Math.sqrt(r2 / (criterion === "REML" ? n - p : n)),
        penalizedResidualSumOfSquares: r2,
        deviance: value(false),
        remlCriterion: value(true),
        modes: [],
      };
    },
    setResponse({ coefficients, sumOfSquares }) {
      beta = userCoefficients(model, coefficients, new Float64Array(p));
      r2 = sumOfSquares;
    },
    precision(): Precision {
      return {
        predictionErrorBlocks: [],
        conditionalBlocks: [],
        hessian: empty,
        residualGradient: none,
        covarianceDerivatives: [],
      };
    },
  };
}
