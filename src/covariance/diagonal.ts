import type { Matrix } from "../linalg/matrix.ts";
import type { CovarianceStructure, ParameterSpec } from "./structure.ts";

/** Uncorrelated coefficients, each with its own variance; theta holds the k relative standard deviations. */
export function diagonal(size: number): CovarianceStructure {
  const parameters: ParameterSpec[] = [];
  for (let i = 0; i < size; i++) {
    parameters.push({ label: `sd[${i + 1}]`, row: i, column: i, kind: "sd" });
  }

  return {
    name: "diag",
    size,
    parameters,
    quadratic: true,

    start(phi: Matrix, theta: Float64Array, offset: number): void {
      for (let i = 0; i < size; i++) theta[offset + i] = Math.sqrt(Math.max(0, phi.values[i + i * size]!));
    },

    factor(theta: Float64Array, offset: number, out: Matrix): void {
      out.values.fill(0);
      for (let i = 0; i < size; i++) out.values[i + i * size] = theta[offset + i]!;
    },

    derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void {
      out.values.fill(0);
      out.values[index + index * size] = 2 * theta[offset + index]!;
    },

    rectify(theta: Float64Array, offset: number): void {
      for (let i = 0; i < size; i++) theta[offset + i] = Math.abs(theta[offset + i]!);
    },
  };
}
