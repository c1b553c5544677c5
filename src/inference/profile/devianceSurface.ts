import { differencedHessian } from "../../engines/differencedHessian.ts";
import type { Evaluation, EvaluationOrder, Problem } from "../../engines/engine.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";

/**
 * -2 log-likelihood with nothing profiled out but the fixed effects: a smooth function of x = (theta, log sigma), of theta
 * alone on the absolute scale; where a coefficient is held, of x = (..., b).
 */
export interface DevianceSurface {
  /** length of x */
  readonly size: number;
  /** place of log sigma in x; -1 on the absolute scale */
  readonly logSigma: number;
  /** Buffers are reused by the next call. */
  evaluate(x: Float64Array, order: EvaluationOrder): Evaluation;
  /** Where `evaluate` gives average information in place of second derivatives. */
  readonly exactHessian?: (x: Float64Array) => Matrix;
}

/**
 * The surface of a problem whose residual variance is in theta, or is profiled out and held here.
 *
 * d(theta, tau) = log-determinants(theta) + 2 dof tau + r2(theta) exp(-2 tau), tau = log sigma.
 *
 * @param dof n by ML, n - p by REML
 */
export function devianceSurface(problem: Problem, dof: number): DevianceSurface {
  if (problem.scale === "absolute") {
    return surfaceOf(problem.parameters.length, -1, problem, (x, order) => problem.evaluate(x, order));
  }
  const q = problem.parameters.length;
  const gradient = new Float64Array(q + 1);
  const hessian = createMatrix(q + 1, q + 1);
  return surfaceOf(q + 1, q, problem, (x, order) => {
    const precision = Math.exp(-2 * x[q]!);
    const held = problem.evaluate(x.subarray(0, q), order, 1 / precision);
    if (order > 0 && held.ok) {
      const r2 = held.residualSumOfSquares!;
      const slopes = held.residualGradient!;
      gradient.set(held.gradient);
      gradient[q] = 2 * (dof - r2 * precision);
      for (let b = 0; b < q; b++) {
        for (let a = 0; a < q; a++) hessian.values[a + b * (q + 1)] = held.hessian.values[a + b * q]!;
        const cross = -2 * slopes[b]! * precision;
        hessian.values[q + b * (q + 1)] = cross;
        hessian.values[b + q * (q + 1)] = cross;
      }
      hessian.values[q + q * (q + 1)] = 4 * r2 * precision;
    }
    return { ok: held.ok, objective: held.objective, gradient, hessian };
  });
}

/**
 * The surface with a coefficient b as its last coordinate, from three surfaces in which it is held at given values.
 *
 * With variances given, -2 log-likelihood is a quadratic in b: the three values determine it, and so its derivatives, as
 * Lagrange's interpolation of surfaces whose weights sum to one. The rows of the data are not touched again.
 *
 * @param nodes  three distinct values of b
 * @param scales what theta is multiplied by to be that of each surface
 */
export function blendedSurface(
  surfaces: readonly DevianceSurface[],
  nodes: readonly number[],
  scales: readonly Float64Array[],
): DevianceSurface {
  const m = surfaces[0]!.size;
  const size = m + 1;
  const gradient = new Float64Array(size);
  const hessian = createMatrix(size, size);
  const inner = new Float64Array(m);
  const evaluate = (x: Float64Array, order: EvaluationOrder): Evaluation => {
    const b = x[m]!;
    let objective = 0;
    let ok = true;
    gradient.fill(0);
    hessian.values.fill(0);
    surfaces.forEach((surface, i) => {
      const scale = (c: number): number => scales[i]![c] ?? 1;
      for (let c = 0; c < m; c++) inner[c] = x[c]! * scale(c);
      const at = surface.evaluate(inner, order);
      ok &&= at.ok;
      if (!ok) return;
      const [weight, slope, bend] = lagrange(nodes, i, b);
      objective += weight * at.objective;
      if (order === 0) return;
      gradient[m]! += slope * at.objective;
      hessian.values[m + m * size]! += bend * at.objective;
      for (let c = 0; c < m; c++) {
        const own = scale(c) * at.gradient[c]!;
        gradient[c]! += weight * own;
        hessian.values[m + c * size]! += slope * own;
        hessian.values[c + m * size]! += slope * own;
        for (let r = 0; r < m; r++) {
          hessian.values[r + c * size]! += weight * scale(r) * scale(c) * at.hessian.values[r + c * m]!;
        }
      }
    });
    return { ok, objective: ok ? objective : Number.POSITIVE_INFINITY, gradient, hessian };
  };
  const exact = surfaces[0]!.exactHessian === undefined;
  return {
    size,
    logSigma: surfaces[0]!.logSigma,
    evaluate,
    ...(exact ? {} : { exactHessian: (x: Float64Array) => differencedHessian(evaluate, x) }),
  };
}

function surfaceOf(
  size: number,
  logSigma: number,
  problem: Problem,
  evaluate: DevianceSurface["evaluate"],
): DevianceSurface {
  const exact = problem.hessianKind === "exact";
  return {
    size,
    logSigma,
    evaluate,
    ...(exact ? {} : { exactHessian: (x: Float64Array) => differencedHessian(evaluate, x) }),
  };
}

/** Lagrange's polynomial of node i among three, with its first and second derivative at b. */
function lagrange(nodes: readonly number[], i: number, b: number): readonly [number, number, number] {
  const own = nodes[i]!;
  const [p, q] = nodes.filter((_, j) => j !== i) as [number, number];
  const scale = (own - p) * (own - q);
  return [((b - p) * (b - q)) / scale, (2 * b - p - q) / scale, 2 / scale];
}
