// d Var(b) / d theta_a = C [X'V^-1 dV_a V^-1 X] C, from V^-1 X C (see fixedSolutions.ts).

import type { Matrix } from "../../linalg/matrix.ts";
import { fixedSolutions } from "./fixedSolutions.ts";
import type { Direction } from "./likelihood.ts";
import type { AssembledEquations } from "./prepare.ts";
import { leading, toUserCovariance } from "./solution.ts";

/** One p x p matrix per direction, with the factor that the likelihood holds (regularized where Lambda is singular). */
export function varianceDerivatives(
  prepared: AssembledEquations,
  directions: readonly Direction[],
): Matrix[] {
  const { unknowns, likelihood, records, residual } = prepared;
  const { components, randomSize, size, fixed } = unknowns;
  const p = size - randomSize;
  const n = records.count;
  const { levels, weighted } = fixedSolutions(prepared);
  const changed = new Float64Array(n);
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
          likelihood.kinshipQuadratics(levels[c]!, levels[d]!, squares);
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
