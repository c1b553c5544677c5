import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { CorrelationPattern } from "./correlationPattern.ts";
import type { CovarianceStructure, ParameterSpec } from "./structure.ts";

/**
 * Phi = D C(rho) D, with D one standard deviation each or one for all, and C a correlation pattern.
 *
 * theta is the standard deviations, then the transformed correlation (absent when k = 1). D holds
 * their absolute values, so that Phi is even in each of them and stays in the family: with several
 * deviations a sign change of one alone would flip the correlations of its coefficient, which these
 * patterns exclude. The price is a kink of Phi at a zero deviation when rho is not zero; there
 * `derivative` is the right-hand one, and the parameter carries `lower: 0`.
 */
export function scaledCorrelation(
  name: string,
  size: number,
  deviations: "one" | "each",
  pattern: CorrelationPattern,
): CovarianceStructure {
  const sdCount = deviations === "each" ? size : 1;
  const kinked = sdCount > 1;
  const parameters: ParameterSpec[] = [];
  for (let i = 0; i < sdCount; i++) {
    const label = deviations === "each" ? `sd[${i + 1}]` : "sd";
    parameters.push(kinked ? { label, kind: "sd", lower: 0 } : { label, kind: "sd" });
  }
  if (size > 1) parameters.push({ label: "rho", kind: "correlation" });

  const scratch = new Float64Array(size * size);
  scratch[0] = 1;
  const homogeneous = createMatrix(size, size);
  const sdIndex = (i: number): number => (sdCount > 1 ? i : 0);
  const sdOf = (theta: Float64Array, offset: number, i: number): number =>
    Math.abs(theta[offset + sdIndex(i)]!);

  return {
    name,
    size,
    parameters,

    start(phi: Matrix, theta: Float64Array, offset: number): void {
      if (sdCount > 1 || size === 1) {
        for (let i = 0; i < size; i++) theta[offset + i] = Math.sqrt(Math.max(0, phi.values[i + i * size]!));
        if (size > 1) theta[offset + sdCount] = pattern.estimate(phi);
        return;
      }
      let trace = 0;
      for (let i = 0; i < size; i++) trace += phi.values[i + i * size]!;
      const variance = Math.max(0, trace / size);
      // a common variance pools the covariances, not the correlations
      homogeneous.values.set(phi.values);
      for (let i = 0; i < size; i++) homogeneous.values[i + i * size] = variance;
      theta[offset] = Math.sqrt(variance);
      theta[offset + 1] = pattern.estimate(homogeneous);
    },

    factor(theta: Float64Array, offset: number, out: Matrix): void {
      if (size > 1) pattern.factor(theta[offset + sdCount]!, size, scratch);
      out.values.fill(0);
      for (let i = 0; i < size; i++) {
        const sd = sdOf(theta, offset, i);
        for (let j = 0; j <= i; j++) out.values[i + j * size] = sd * scratch[i + j * size]!;
      }
    },

    derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void {
      if (index === sdCount) {
        pattern.slope(theta[offset + sdCount]!, size, scratch);
        for (let j = 0; j < size; j++) {
          const sd = sdOf(theta, offset, j);
          for (let i = 0; i < size; i++) {
            out.values[i + j * size] = sdOf(theta, offset, i) * sd * scratch[i + j * size]!;
          }
        }
        return;
      }
      if (size > 1) pattern.correlation(theta[offset + sdCount]!, size, scratch);
      if (sdCount === 1) {
        const scale = 2 * theta[offset]!;
        for (let p = 0; p < scratch.length; p++) out.values[p] = scale * scratch[p]!;
        return;
      }
      const sign = theta[offset + index]! < 0 ? -1 : 1;
      out.values.fill(0);
      for (let m = 0; m < size; m++) {
        const entry = sign * sdOf(theta, offset, m) * scratch[m + index * size]!;
        out.values[m + index * size]! += entry;
        out.values[index + m * size]! += entry;
      }
    },

    rectify(theta: Float64Array, offset: number): void {
      for (let i = 0; i < sdCount; i++) theta[offset + i] = Math.abs(theta[offset + i]!);
    },
  };
}
