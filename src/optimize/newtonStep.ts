// One step of Newton's method in the eigenbasis of the Hessian scaled to unit diagonal, with negative eigenvalues
// replaced by their absolute values, so that a saddle point repels (Dauphin et al. 2014).

import { cutDoubles } from "../linalg/cutDoubles.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** Cholesky pivots of the scaled Hessian above this need no eigenvalues. */
const SAFE_PIVOT = 1e-3;
/** Scaled curvature below minus this is a direction of descent, not rounding noise. */
const NEGATIVE_CURVATURE = 1e-7;

/** A way out of a saddle point. */
export interface Escape {
  /** downhill, of unit length in scaled units */
  readonly route: Float64Array;
  /** along the route in scaled units, negative */
  readonly curvature: number;
}

export interface NewtonStep {
  readonly direction: Float64Array;
  /** predicted decrease g'H^-1 g / 2 */
  readonly decrement: number;
  /** square roots of the Hessian's diagonal */
  readonly scale: Float64Array;
  /** directions of negative curvature, the strongest first */
  readonly escapes: readonly Escape[];
  /** whether the Hessian is safely positive definite */
  readonly regular: boolean;
}

/** The step from a point with this gradient and Hessian. */
export function newtonStep(gradient: Float64Array, hessian: Matrix): NewtonStep {
  const q = gradient.length;
  const [scale, values] = cutDoubles([q, q * q]) as [Float64Array, Float64Array];
  let largest = 0;
  for (let i = 0; i < q; i++) largest = Math.max(largest, Math.abs(hessian.values[i + i * q]!));
  for (let i = 0; i < q; i++) {
    scale[i] = Math.sqrt(Math.max(Math.abs(hessian.values[i + i * q]!), 1e-10 * largest, 1e-12));
  }
  fillScaled(hessian, scale, values);
  const regular = regularStep(gradient, values, scale);
  if (regular !== null) return regular;
  fillScaled(hessian, scale, values);
  return modifiedStep(gradient, { rows: q, columns: q, values }, scale);
}

function fillScaled(hessian: Matrix, scale: Float64Array, out: Float64Array): void {
  const q = scale.length;
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < q; i++) out[i + j * q] = hessian.values[i + j * q]! / (scale[i]! * scale[j]!);
  }
}

/** The plain Newton step where the scaled Hessian (overwritten) is safely positive definite, else null. */
function regularStep(gradient: Float64Array, l: Float64Array, scale: Float64Array): NewtonStep | null {
  const q = gradient.length;
  if (!choleskyInPlace(l, q)) return null;
  for (let i = 0; i < q; i++) if (l[i + i * q]! < SAFE_PIVOT) return null;
  const direction = new Float64Array(q);
  for (let i = 0; i < q; i++) direction[i] = gradient[i]! / scale[i]!;
  solveCholesky(l, q, direction);
  let decrement = 0;
  for (let i = 0; i < q; i++) {
    direction[i] = -direction[i]! / scale[i]!;
    decrement -= 0.5 * gradient[i]! * direction[i]!;
  }
  return { direction, decrement, scale, escapes: [], regular: true };
}

/** The step with negative and tiny curvatures replaced, in the eigenbasis. */
function modifiedStep(gradient: Float64Array, scaled: Matrix, scale: Float64Array): NewtonStep {
  const q = gradient.length;
  const { values, vectors } = symmetricEigen(scaled);
  const direction = new Float64Array(q);
  let decrement = 0;
  for (let k = 0; k < q; k++) {
    let slope = 0;
    for (let i = 0; i < q; i++) slope += (vectors.values[i + k * q]! * gradient[i]!) / scale[i]!;
    const curvature = Math.max(Math.abs(values[k]!), 1e-8);
    const coefficient = -slope / curvature;
    decrement += (0.5 * slope * slope) / curvature;
    for (let i = 0; i < q; i++) direction[i]! += (coefficient * vectors.values[i + k * q]!) / scale[i]!;
  }
  const escapes: Escape[] = [];
  for (let k = 0; k < q && values[k]! < -NEGATIVE_CURVATURE; k++) {
    const route = new Float64Array(q);
    let slope = 0;
    for (let i = 0; i < q; i++) {
      route[i] = vectors.values[i + k * q]! / scale[i]!;
      slope += gradient[i]! * route[i]!;
    }
    if (slope > 0) for (let i = 0; i < q; i++) route[i]! *= -1;
    escapes.push({ route, curvature: values[k]! });
  }
  return { direction, decrement, scale, escapes, regular: false };
}

/** Length of a direction in units of the scale. */
export function scaledNorm(direction: Float64Array, scale: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < direction.length; i++) sum += (direction[i]! * scale[i]!) ** 2;
  return Math.max(Math.sqrt(sum), 1e-300);
}
