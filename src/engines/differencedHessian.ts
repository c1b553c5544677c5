import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { Problem } from "./engine.ts";

/**
 * Hessian of the objective by central differences of its exact gradient (2 q gradient evaluations), symmetrized.
 * Steps are a part of each parameter's natural unit, 1 / sqrt(curvature), taken from the approximate Hessian.
 */
export function differencedHessian(evaluate: Problem["evaluate"], theta: Float64Array): Matrix {
  const q = theta.length;
  const out = createMatrix(q, q);
  const approximate = evaluate(theta, 2).hessian;
  const steps = Float64Array.from({ length: q }, (_, a) => {
    const curvature = Math.abs(approximate.values[a + a * q]!);
    return curvature > 0 ? 2e-3 / Math.sqrt(curvature) : 1e-4;
  });
  const point = Float64Array.from(theta);
  const up = new Float64Array(q);
  for (let a = 0; a < q; a++) {
    point[a] = theta[a]! + steps[a]!;
    up.set(evaluate(point, 1).gradient);
    point[a] = theta[a]! - steps[a]!;
    const down = evaluate(point, 1).gradient;
    for (let b = 0; b < q; b++) out.values[b + a * q] = (up[b]! - down[b]!) / (2 * steps[a]!);
    point[a] = theta[a]!;
  }
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < a; b++) {
      const mean = 0.5 * (out.values[a + b * q]! + out.values[b + a * q]!);
      out.values[a + b * q] = mean;
      out.values[b + a * q] = mean;
    }
  }
  evaluate(theta, 2);
  return out;
}

/** A copy that outlives the next evaluation. */
export function copyMatrix(matrix: Matrix): Matrix {
  return { rows: matrix.rows, columns: matrix.columns, values: Float64Array.from(matrix.values) };
}
