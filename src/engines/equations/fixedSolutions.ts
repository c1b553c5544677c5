import type { AssembledEquations } from "./prepare.ts";
import { timesRecords } from "./records.ts";

/** The solutions x_d = [v_d; c_d] for the unit vectors of the working fixed columns: V^-1 X C in the terms of the equations. */
interface FixedSolutions {
  /** C, p x p: c_d in column d */
  readonly covariance: Float64Array;
  /** Lambda^-T v_d in unknown order: K Z't_d = -Lambda^-T v_d */
  readonly levels: readonly Float64Array[];
  /** t_d = R^-1 W x_d = V^-1 X C e_d, length n */
  readonly weighted: readonly Float64Array[];
}

/** With the factor that the likelihood holds (regularized where Lambda is singular). */
export function fixedSolutions({
  unknowns,
  system,
  likelihood,
  records,
  residual,
}: AssembledEquations): FixedSolutions {
  const { randomSize, size } = unknowns;
  const p = size - randomSize;
  const covariance = new Float64Array(p * p);
  const levels: Float64Array[] = [];
  const weighted: Float64Array[] = [];
  const x = new Float64Array(size);
  const fitted = new Float64Array(records.count);
  for (let d = 0; d < p; d++) {
    system.solveUnit(randomSize + d, x);
    covariance.set(x.subarray(randomSize), d * p);
    const g = new Float64Array(size);
    likelihood.backTransform(x, g);
    levels.push(g);
    system.scaleByLambda(x);
    timesRecords(records, x, fitted);
    const t = new Float64Array(records.count);
    residual.applyInverse(fitted, t);
    weighted.push(t);
  }
  return { covariance, levels, weighted };
}
