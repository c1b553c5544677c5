// d Var(b) / d theta_a = C [X'V^-1 dV_a V^-1 X] C. With x_d the solution for the unit vector of fixed column d,
// t_d = R^-1 W x_d = V^-1 X C e_d, and for a component K Z't_d = -Lambda^-T v_d.

import type { Matrix } from "../../linalg/matrix.ts";
import type { Direction } from "./likelihood.ts";
import type { AssembledEquations } from "./prepare.ts";
import { timesRecords } from "./records.ts";
import { leading, toUserCovariance } from "./solution.ts";

/** One p x p matrix per direction, with the factor that the likelihood holds (regularized where Lambda is singular). */
export function varianceDerivatives(
  prepared: AssembledEquations,
  directions: readonly Direction[],
): Matrix[] {
  const { unknowns, system, likelihood, records, residual } = prepared;
  const { components, randomSize, size, fixed } = unknowns;
  const p = size - randomSize;
  const n = records.count;
  const moved: Float64Array[] = [];
  const weighted: Float64Array[] = [];
  const fitted = new Float64Array(n);
  const changed = new Float64Array(n);
  for (let d = 0; d < p; d++) {
    const x = new Float64Array(size);
    system.setUnit(0, randomSize + d);
    system.halfSolve(1);
    system.finishSolve(1);
    system.getSolution(0, x);
    const g = new Float64Array(size);
    likelihood.backTransform(x, g);
    const u = x.slice();
    system.scaleByLambda(u);
    timesRecords(records, u, fitted);
    const t = new Float64Array(n);
    residual.applyInverse(fitted, t);
    moved.push(g);
    weighted.push(t);
  }
  const squares = components.map(({ width }) => new Float64Array(width * width));
  return directions.map(({ target, values }) => {
    const Q = new Float64Array(p * p);
    for (let d = 0; d < p; d++) {
      if (target === components.length) residual.applyDirection(values, weighted[d]!, changed);
      for (let c = 0; c <= d; c++) {
        let sum = 0;
        if (target === components.length) {
          for (let r = 0; r < n; r++) sum += changed[r]! * weighted[c]![r]!;
        } else {
          likelihood.kinshipQuadratics(moved[c]!, moved[d]!, squares);
          const square = squares[target]!;
          for (let i = 0; i < square.length; i++) sum += square[i]! * values[i]!;
        }
        Q[c + d * p] = sum;
        Q[d + c * p] = sum;
      }
    }
    return leading(toUserCovariance(prepared, Q), fixed.userColumns);
  });
}
