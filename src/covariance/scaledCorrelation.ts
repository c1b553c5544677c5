import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { type CorrelationPattern, principalAngle } from "./correlationPattern.ts";
import type { CovarianceStructure, ParameterSpec } from "./structure.ts";

/**
 * Phi = D C(rho) D, with one standard deviation for all coefficients or one for each, and C a
 * correlation pattern; theta is the deviations, then the angle of the correlation (absent when k = 1).
 *
 * A common deviation is theta itself: Phi has its square. Deviations of their own are theta squared.
 * Were they theta, a change of one sign would flip the correlations of that coefficient, which these
 * patterns exclude, and absolute values would leave a kink at zero, where searches end. With the
 * square Phi is even and smooth in every parameter, and zero is an interior point.
 */
export function scaledCorrelation(
  name: string,
  size: number,
  deviations: "one" | "each",
  pattern: CorrelationPattern,
): CovarianceStructure {
  const own = deviations === "each" && size > 1;
  const sdCount = own ? size : 1;
  const parameters: ParameterSpec[] = [];
  if (own) for (let i = 0; i < size; i++) parameters.push({ label: `sqrt(sd[${i + 1}])`, kind: "sd" });
  else parameters.push({ label: deviations === "each" ? "sd[1]" : "sd", kind: "sd" });
  if (size > 1) parameters.push({ label: "angle(rho)", kind: "correlation" });

  const scratch = new Float64Array(size * size).fill(1);
  const pooled = createMatrix(size, size);
  const sd = (theta: Float64Array, offset: number, i: number): number =>
    own ? theta[offset + i]! * theta[offset + i]! : theta[offset]!;

  return {
    name,
    size,
    parameters,

    start(phi: Matrix, theta: Float64Array, offset: number): void {
      if (own) {
        for (let i = 0; i < size; i++) theta[offset + i] = Math.max(0, phi.values[i + i * size]!) ** 0.25;
        theta[offset + size] = pattern.estimate(phi);
        return;
      }
      let trace = 0;
      for (let i = 0; i < size; i++) trace += phi.values[i + i * size]!;
      const variance = Math.max(0, trace / size);
      theta[offset] = Math.sqrt(variance);
      if (size === 1) return;
      // a common variance pools the covariances, not the correlations
      pooled.values.set(phi.values);
      for (let i = 0; i < size; i++) pooled.values[i + i * size] = variance;
      theta[offset + 1] = pattern.estimate(pooled);
    },

    factor(theta: Float64Array, offset: number, out: Matrix): void {
      if (size > 1) pattern.factor(theta[offset + sdCount]!, size, scratch);
      out.values.fill(0);
      for (let i = 0; i < size; i++) {
        const scale = sd(theta, offset, i);
        for (let j = 0; j <= i; j++) out.values[i + j * size] = scale * scratch[i + j * size]!;
      }
    },

    derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void {
      if (index === sdCount) {
        pattern.slope(theta[offset + sdCount]!, size, scratch);
        for (let j = 0; j < size; j++) {
          const scale = sd(theta, offset, j);
          for (let i = 0; i < size; i++) {
            out.values[i + j * size] = sd(theta, offset, i) * scale * scratch[i + j * size]!;
          }
        }
        return;
      }
      if (size > 1) pattern.correlation(theta[offset + sdCount]!, size, scratch);
      if (!own) {
        const scale = 2 * theta[offset]!;
        for (let p = 0; p < scratch.length; p++) out.values[p] = scale * scratch[p]!;
        return;
      }
      const slope = 2 * theta[offset + index]!;
      out.values.fill(0);
      for (let m = 0; m < size; m++) {
        const entry = slope * sd(theta, offset, m) * scratch[m + index * size]!;
        out.values[m + index * size]! += entry;
        out.values[index + m * size]! += entry;
      }
    },

    rectify(theta: Float64Array, offset: number): void {
      for (let i = 0; i < sdCount; i++) theta[offset + i] = Math.abs(theta[offset + i]!);
      if (size > 1) theta[offset + sdCount] = principalAngle(theta[offset + sdCount]!);
    },
  };
}
