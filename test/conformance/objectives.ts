// Objectives with exact derivatives for the tests of optimizers.

import { createMatrix, type Matrix } from "../../src/linalg/matrix.ts";
import type { ObjectiveValue, SmoothObjective } from "../../src/optimize/objective.ts";

/** weight * (direction'x - shift)^power */
export interface PowerTerm {
  readonly weight: number;
  readonly direction: readonly number[];
  readonly shift?: number;
  readonly power: number;
}

export interface CountedObjective extends SmoothObjective {
  /** evaluations so far */
  readonly count: () => number;
  readonly value: (x: ArrayLike<number>) => number;
}

/** A sum of powers of linear forms: quadratics of any scale, Powell's singular function, saddles. */
export function powerSum(terms: readonly PowerTerm[]): CountedObjective {
  const form = ({ direction, shift = 0 }: PowerTerm, x: ArrayLike<number>): number =>
    direction.reduce((sum, a, i) => sum + a * x[i]!, -shift);
  return counted(
    (x) => terms.reduce((sum, term) => sum + term.weight * form(term, x) ** term.power, 0),
    (x, gradient, hessian) => {
      for (const term of terms) {
        const { weight, direction, power } = term;
        const s = form(term, x);
        const first = weight * power * s ** (power - 1);
        const second = weight * power * (power - 1) * s ** (power - 2);
        direction.forEach((a, i) => {
          gradient[i]! += first * a;
          direction.forEach((b, j) => {
            hessian.values[i + j * hessian.rows]! += second * a * b;
          });
        });
      }
    },
  );
}

/** sum_i weights_i (x_i - center_i)^2 */
export function separableQuadratic(
  weights: readonly number[],
  center: (i: number) => number,
): CountedObjective {
  return powerSum(
    weights.map((weight, i) => ({
      weight,
      direction: weights.map((_, j) => (i === j ? 1 : 0)),
      shift: center(i),
      power: 2,
    })),
  );
}

/** 100 (y - x^2)^2 + (1 - x)^2: minimum 0 at (1, 1). */
export function rosenbrock(): CountedObjective {
  return counted(
    (x) => 100 * (x[1]! - x[0]! ** 2) ** 2 + (1 - x[0]!) ** 2,
    (x, gradient, hessian) => {
      const s = x[1]! - x[0]! ** 2;
      gradient[0] = -400 * s * x[0]! - 2 * (1 - x[0]!);
      gradient[1] = 200 * s;
      hessian.values[0] = -400 * s + 800 * x[0]! ** 2 + 2;
      hessian.values[1] = -400 * x[0]!;
      hessian.values[2] = -400 * x[0]!;
      hessian.values[3] = 200;
    },
  );
}

/** x - log x + (y - x)^2, not defined for x <= 0: minimum 1 at (1, 1). */
export function halfPlane(): CountedObjective {
  return counted(
    (x) => (x[0]! > 0 ? x[0]! - Math.log(x[0]!) + (x[1]! - x[0]!) ** 2 : Number.NaN),
    (x, gradient, hessian) => {
      const s = x[1]! - x[0]!;
      gradient[0] = 1 - 1 / x[0]! - 2 * s;
      gradient[1] = 2 * s;
      hessian.values[0] = 1 / x[0]! ** 2 + 2;
      hessian.values[1] = -2;
      hessian.values[2] = -2;
      hessian.values[3] = 2;
    },
  );
}

/** Defined nowhere. */
export function nowhere(q: number): CountedObjective {
  return counted(
    () => Number.NaN,
    () => {},
    q,
  );
}

function counted(
  value: (x: ArrayLike<number>) => number,
  differentiate: (x: ArrayLike<number>, gradient: Float64Array, hessian: Matrix) => void,
  size?: number,
): CountedObjective {
  let evaluations = 0;
  return {
    count: () => evaluations,
    value,
    evaluate(x, order): ObjectiveValue {
      const q = size ?? x.length;
      evaluations++;
      const gradient = new Float64Array(q);
      const hessian = createMatrix(q, q);
      const objective = value(x);
      const ok = Number.isFinite(objective);
      if (order > 0 && ok) differentiate(x, gradient, hessian);
      return { ok, objective, gradient, hessian };
    },
  };
}
