// A substitute Hessian (average information) converges linearly: its error is a matrix that hardly moves near the
// optimum. Gradient differences reveal that matrix by symmetric rank-one updates (Nocedal & Wright 2006, section 6.2),
// after which steps are as good as with the exact Hessian.

import { createMatrix, type Matrix } from "../linalg/matrix.ts";

export interface SecantCorrection {
  /** hessian + correction (a buffer), learning from the step since the last call. `decrement` is the last predicted decrease. */
  corrected(x: Float64Array, gradient: Float64Array, hessian: Matrix, decrement: number): Matrix;
}

/** Steps predicted to gain more than this are too long to learn from. */
const LOCAL_DECREMENT = 10;

export function createSecantCorrection(q: number): SecantCorrection {
  const correction = new Float64Array(q * q);
  const out = createMatrix(q, q);
  const lastX = new Float64Array(q);
  const lastGradient = new Float64Array(q);
  const residual = new Float64Array(q);
  let calls = 0;
  return {
    corrected(x, gradient, hessian, decrement) {
      if (calls++ > 0 && decrement < LOCAL_DECREMENT) {
        let product = 0;
        let stepNorm = 0;
        let residualNorm = 0;
        for (let i = 0; i < q; i++) {
          let explained = 0;
          for (let j = 0; j < q; j++) {
            explained += (hessian.values[i + j * q]! + correction[i + j * q]!) * (x[j]! - lastX[j]!);
          }
          residual[i] = gradient[i]! - lastGradient[i]! - explained;
          const step = x[i]! - lastX[i]!;
          product += residual[i]! * step;
          stepNorm += step * step;
          residualNorm += residual[i]! * residual[i]!;
        }
        if (Math.abs(product) > 1e-8 * Math.sqrt(stepNorm * residualNorm)) {
          for (let j = 0; j < q; j++) {
            for (let i = 0; i < q; i++) correction[i + j * q]! += (residual[i]! * residual[j]!) / product;
          }
        }
      }
      lastX.set(x);
      lastGradient.set(gradient);
      for (let i = 0; i < q * q; i++) out.values[i] = hessian.values[i]! + correction[i]!;
      return out;
    },
  };
}
