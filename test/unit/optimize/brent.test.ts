import { describe, expect, it } from "vitest";
import { minimizeBrent } from "../../../src/optimize/brent.ts";
import { describeOptimizer } from "../../conformance/optimizers.ts";

describeOptimizer({
  name: "Brent's method",
  minimize: minimizeBrent,
  sizes: [1],
  excludes: {},
  evaluationLimit: () => 100,
});

describe("Brent's method", () => {
  const along = (f: (x: number) => number): Parameters<typeof minimizeBrent>[0] => ({
    evaluate: (x) => ({ ok: Number.isFinite(f(x[0]!)), objective: f(x[0]!) }),
  });

  it("finds the zero of an even function from a start at its local maximum", () => {
    const { x, objective } = minimizeBrent(
      along((t) => (t * t - 2) ** 2),
      Float64Array.of(0),
    );
    expect(Math.abs(x[0]!)).toBeCloseTo(Math.SQRT2, 6);
    expect(objective).toBeLessThan(1e-12);
  });

  it("needs no derivative at a kink", () => {
    const { x } = minimizeBrent(
      along((t) => Math.abs(t - 0.7)),
      Float64Array.of(20),
    );
    expect(x[0]!).toBeCloseTo(0.7, 6);
  });

  it("walks to a far minimum by growing steps", () => {
    const { x, evaluations } = minimizeBrent(
      along((t) => (t / 1e6 - 1) ** 2),
      Float64Array.of(0),
    );
    expect(Math.abs(x[0]! / 1e6 - 1)).toBeLessThan(1e-6);
    expect(evaluations.objective).toBeLessThan(100);
  });

  it("ends at the edge of where the objective is defined", () => {
    const { x, reason } = minimizeBrent(
      along((t) => (t < 2 ? Number.NaN : t)),
      Float64Array.of(5),
    );
    expect(reason).toBe("converged");
    expect(x[0]!).toBeCloseTo(2, 6);
  });
});
