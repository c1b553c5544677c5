// tr(P V_i P V_j) = -d tr(P V_i) / d V_j, V being linear in its covariances, by differences of the exact first
// derivatives along rank-one directions v v' that stay inside the parameter space: Sigma + t v v' for t >= 0, so a
// boundary needs no care. tr(P V_i) is a sum of x / (1 + t x) with poles at t < -v'Sigma^-1v^-1 at the nearest; on
// Chebyshev points of an interval that is short beside that distance a polynomial has its derivative to ten digits.

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { choleskyInPlace, solveCholesky } from "../../linalg/smallCholesky.ts";
import { dot } from "../../linalg/squareProducts.ts";
import type { VarianceDirection } from "../varianceSensitivity.ts";
import { outerProduct, semidefiniteRoot } from "./covarianceRoots.ts";
import type { AssembledEquations } from "./prepare.ts";

/** Degree of the polynomial, and its interval in units of the distance to the nearest pole. */
const DEGREE = 8;
const INTERVAL = 0.2;

/** r x r. Leaves the likelihood at other covariances than it had. */
export function differencedTraces(
  { unknowns, likelihood, sizes, covariances }: AssembledEquations,
  directions: readonly VarianceDirection[],
  lambdas: readonly Float64Array[],
  R0: Float64Array,
): Matrix {
  const { components, traits: T } = unknowns;
  const C = components.length;
  const widthOf = (term: number): number => (term === C ? T : components[term]!.width);
  const count = directions.length;
  const scores = [...components.map(({ width: k }) => new Float64Array(k * k)), new Float64Array(T * T)];
  const sigmas = components.map(({ width: k }, c) => {
    const out = new Float64Array(k * k);
    outerProduct(lambdas[c]!, k, out);
    return out;
  });
  const evaluate = (term: number, value: Float64Array | null): Float64Array => {
    const roots = lambdas.map((lambda, c) =>
      c === term ? semidefiniteRoot(value!, components[c]!.width) : lambda,
    );
    if (!likelihood.set(roots, term === C ? value! : R0) || !likelihood.scores(scores)) {
      return new Float64Array(count).fill(Number.NaN);
    }
    return Float64Array.from(directions, (direction) => dot(scores[direction.term]!, direction.values));
  };
  const start = evaluate(-1, null);
  const out = createMatrix(count, count);
  const terms = [...new Set(directions.map(({ term }) => term))];
  for (const term of terms) {
    const k = widthOf(term);
    const sigma = term === C ? R0 : sigmas[term]!;
    const scale = Float64Array.from({ length: k }, (_, a) => {
      const deviation = Math.sqrt(sigma[a + a * k]!);
      const unit = covariances.blocks[term]!.units[a]! / Math.sqrt(term === C ? 1 : sizes[term]![a]!);
      return deviation > 1e-3 * unit ? deviation : unit;
    });
    for (let b = 0; b < k; b++) {
      for (let a = b; a < k; a++) {
        const weights = directions.map(({ term: own, values }) =>
          own === term ? rankOneWeight(values, scale, k, a, b) : 0,
        );
        if (weights.every((weight) => weight === 0)) continue;
        const v = new Float64Array(k);
        v[a] = scale[a]!;
        v[b] = scale[b]!;
        const pole = 1 / inverseForm(sigma, scale, v, k);
        const slope = endSlope(start, INTERVAL * pole, (t) => {
          const value = sigma.slice();
          for (let j = 0; j < k; j++) for (let i = 0; i < k; i++) value[i + j * k]! += t * v[i]! * v[j]!;
          return evaluate(term, value);
        });
        for (let j = 0; j < count; j++) {
          for (let i = 0; i < count; i++) out.values[i + j * count]! -= slope[i]! * weights[j]!;
        }
      }
    }
  }
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < j; i++) {
      const value = 0.5 * (out.values[i + j * count]! + out.values[j + i * count]!);
      out.values[i + j * count] = value;
      out.values[j + i * count] = value;
    }
  }
  return out;
}

/** Weight of v v', v = s_a e_a + s_b e_b, in E written by such matrices (v = s_a e_a for a = b). */
function rankOneWeight(E: Float64Array, s: Float64Array, k: number, a: number, b: number): number {
  if (a !== b) return E[a + b * k]! / (s[a]! * s[b]!);
  let weight = E[a + a * k]! / (s[a]! * s[a]!);
  for (let c = 0; c < k; c++) if (c !== a) weight -= E[a + c * k]! / (s[a]! * s[c]!);
  return weight;
}

/** v'Sigma^-1v, with a ridge of 1e-2 in the scales where Sigma is nearly singular: how near a pole can be. */
function inverseForm(sigma: Float64Array, scale: Float64Array, v: Float64Array, k: number): number {
  const root = sigma.slice();
  for (let a = 0; a < k; a++) root[a + a * k]! += 1e-2 * scale[a]! ** 2;
  choleskyInPlace(root, k);
  const x = v.slice();
  solveCholesky(root, k, x);
  return dot(v, x);
}

/** Derivative at 0 of vector-valued f on [0, length], from its values at the Chebyshev points. */
function endSlope(start: Float64Array, length: number, f: (t: number) => Float64Array): Float64Array {
  const out = new Float64Array(start.length);
  // on [-1, 1] the derivative at the end x = 1 of the interpolant at x_j = cos(pi j / N): weights c_0 / (c_j) ...
  for (let j = 0; j <= DEGREE; j++) {
    const x = Math.cos((Math.PI * j) / DEGREE);
    const end = j === DEGREE ? 2 : 1;
    const weight = j === 0 ? (2 * DEGREE * DEGREE + 1) / 6 : ((j % 2 === 0 ? 1 : -1) * 2) / (end * (1 - x));
    const values = j === 0 ? start : f(0.5 * length * (1 - x));
    for (let i = 0; i < out.length; i++) out[i]! -= (2 / length) * weight * values[i]!;
  }
  return out;
}
