import type { Matrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";

/**
 * What responses are drawn from: y = offset + X b + sum_t Z_t u_t + e with known b, Sigma_t and residual variance. A fit is
 * one; parameters that were assumed make another (`assumedSource`).
 */
export interface SimulationSource {
  readonly model: Model;
  /** length p, columns of model.fixed.matrix */
  readonly beta: Float64Array;
  /** Sigma of every random term, k x k, natural scale */
  readonly covariances: readonly Matrix[];
  /** residual standard deviation (of weight 1) */
  readonly sigma: number;
  /** R0, T x T, where there are several traits or the model is on the absolute scale; else null */
  readonly residualCovariance: Matrix | null;
  /** conditional modes per random term, level-major; for draws that keep them */
  readonly modes: readonly Float64Array[];
}

/** The parts of a source that draws need and that can be copied to another thread. */
export function sourceOf(source: SimulationSource): SimulationSource {
  const { model, beta, covariances, sigma, residualCovariance, modes } = source;
  return { model, beta, covariances, sigma, residualCovariance, modes };
}
