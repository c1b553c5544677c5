import { describe, expect, it } from "vitest";
import { createStructure } from "../../../src/covariance/registry.ts";
import type { CovarianceStructure } from "../../../src/covariance/structure.ts";
import { createMatrix, type Matrix } from "../../../src/linalg/matrix.ts";

function covarianceOf(structure: CovarianceStructure, theta: Float64Array): Matrix {
  const { size } = structure;
  const lambda = createMatrix(size, size);
  structure.factor(theta, 0, lambda);
  const phi = createMatrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let m = 0; m < size; m++)
        phi.values[i + j * size]! += lambda.values[i + m * size]! * lambda.values[j + m * size]!;
  return phi;
}

function largestGap(a: Matrix, b: Matrix): number {
  return a.values.reduce((gap, x, p) => Math.max(gap, Math.abs(x - b.values[p]!)), 0);
}

describe("a factor-analytic structure", () => {
  it("of many coefficients starts near the covariance, by principal axes alone", () => {
    const structure = createStructure("fa", 40, 2);
    const theta = Float64Array.from(structure.parameters, ({ kind }, p) =>
      kind === "sd" ? 0.5 + 0.3 * Math.sin(p) : Math.cos(3 * p) + 0.2,
    );
    const phi = covarianceOf(structure, theta);
    const started = new Float64Array(theta.length);
    structure.start(phi, started, 0);
    expect(largestGap(covarianceOf(structure, started), phi)).toBeLessThan(1e-6);
  });

  it("starts at exact zeros where a coefficient has no variance", () => {
    const structure = createStructure("fa", 3, 1);
    const phi: Matrix = { rows: 3, columns: 3, values: Float64Array.of(2, 0, 1, 0, 0, 0, 1, 0, 3) };
    const started = new Float64Array(structure.parameters.length);
    structure.start(phi, started, 0);
    expect(largestGap(covarianceOf(structure, started), phi)).toBeLessThan(1e-9);
    expect([started[1], started[4]]).toEqual([0, 0]);
  });

  it("keeps the digits of specific variances that are small beside the loadings", () => {
    const structure = createStructure("fa", 2, 1);
    const lambda = createMatrix(2, 2);
    structure.factor(Float64Array.of(1, 1, 1e-9, 1e-9), 0, lambda);
    // det = psi^2 + psi (1 + 1) with psi = 1e-18
    expect(lambda.values[3]! * lambda.values[0]!).toBeCloseTo(Math.sqrt(2) * 1e-9, 22);
  });
});

describe("a reduced-rank structure", () => {
  it("starts at the best approximation of its rank", () => {
    // eigenvalues 3, 1 with axes (1, 1) and (1, -1)
    const phi: Matrix = { rows: 2, columns: 2, values: Float64Array.of(2, 1, 1, 2) };
    const structure = createStructure("rr", 2, 1);
    const theta = new Float64Array(2);
    structure.start(phi, theta, 0);
    expect(Array.from(theta)).toEqual([
      expect.closeTo(Math.sqrt(1.5), 14),
      expect.closeTo(Math.sqrt(1.5), 14),
    ]);
  });
});
