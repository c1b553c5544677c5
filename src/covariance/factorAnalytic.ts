import type { Matrix } from "../linalg/matrix.ts";
import { fitFactors } from "./factorStart.ts";
import {
  addLoadingSlope,
  loadingCount,
  loadingParameters,
  loadingPlaces,
  loadingPosition,
  rectifyLoadings,
} from "./loadings.ts";
import type { CovarianceStructure, ParameterSpec } from "./structure.ts";

/**
 * Phi = L L' + Psi with k factors on q coefficients and a specific variance for each: theta is the lower trapezoid
 * of L by columns, then the q specific standard deviations.
 *
 * Source: Smith, Cullis & Thompson (2001), Biometrics 57:1138.
 */
export function factorAnalytic(size: number, rank: number): CovarianceStructure {
  const places = loadingPlaces(size, rank);
  const loadings = loadingCount(size, rank);
  const parameters: ParameterSpec[] = loadingParameters(size, rank);
  for (let i = 0; i < size; i++) parameters.push({ label: `specific sd[${i + 1}]`, kind: "sd" });
  const column = new Float64Array(size);

  return {
    name: "fa",
    size,
    rank,
    parameters,
    quadratic: true,

    start(phi: Matrix, theta: Float64Array, offset: number): void {
      fitFactors(phi.values, size, rank, theta, offset);
    },

    factor(theta: Float64Array, offset: number, out: Matrix): void {
      // the triangular factor of [Psi^1/2 L] by rotations, one column of L at a time: nothing is ever subtracted
      const { values } = out;
      values.fill(0);
      for (let i = 0; i < size; i++) values[i + i * size] = Math.abs(theta[offset + loadings + i]!);
      for (let j = 0; j < rank; j++) {
        for (let i = 0; i < size; i++) {
          column[i] = i < j ? 0 : theta[offset + loadingPosition(size, i, j)]!;
        }
        rotateInto(values, size, column);
      }
    },

    derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void {
      out.values.fill(0);
      if (index < loadings) addLoadingSlope(theta, offset, size, places[index]!, out.values);
      else {
        const i = index - loadings;
        out.values[i + i * size] = 2 * theta[offset + index]!;
      }
    },

    rectify(theta: Float64Array, offset: number): void {
      rectifyLoadings(theta, offset, size, rank);
      for (let i = 0; i < size; i++) theta[offset + loadings + i] = Math.abs(theta[offset + loadings + i]!);
    },
  };
}

/** Lower triangular Lambda with Lambda Lambda' + v v' in the place of Lambda Lambda'; v is used up. */
function rotateInto(lambda: Float64Array, size: number, v: Float64Array): void {
  for (let j = 0; j < size; j++) {
    const b = v[j]!;
    if (b === 0) continue;
    const a = lambda[j + j * size]!;
    const length = Math.hypot(a, b);
    const cosine = a / length;
    const sine = b / length;
    lambda[j + j * size] = length;
    for (let i = j + 1; i < size; i++) {
      const left = lambda[i + j * size]!;
      const right = v[i]!;
      lambda[i + j * size] = cosine * left + sine * right;
      v[i] = cosine * right - sine * left;
    }
  }
}
