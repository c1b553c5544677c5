import { describe, expect, it } from "vitest";
import { derivative } from "../../../../src/inference/means/derivative.ts";

describe("derivative", () => {
  it("is exact for polynomials and close to rounding for smooth functions", () => {
    const functions = (x: number): number[] => [1, x, x * x, x ** 4, Math.log(x), Math.sqrt(x), Math.sin(x)];
    for (const x of [0.7, 3, 40]) {
      const ours = derivative(functions, x, 0.05 * x);
      const exact = [0, 1, 2 * x, 4 * x ** 3, 1 / x, 0.5 / Math.sqrt(x), Math.cos(x)];
      for (const [i, value] of exact.entries()) {
        expect(Math.abs(ours[i]! - value)).toBeLessThanOrEqual(2e-11 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it("finds the slope at and beside the knot of a spline", () => {
    const cubic = (x: number): number[] => [Math.max(0, x - 1) ** 3 + x];
    expect(derivative(cubic, 1, 0.1)[0]).toBeCloseTo(1, 4);
    expect(derivative(cubic, 1.05, 0.1)[0]).toBeCloseTo(1 + 3 * 0.05 ** 2, 8);
    expect(derivative(cubic, 2, 0.1)[0]).toBeCloseTo(4, 11);
  });

  it("keeps digits far from zero", () => {
    expect(derivative((x) => [3 * x], 1e9, 1)[0]).toBeCloseTo(3, 7);
  });
});
