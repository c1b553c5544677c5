import { describe, expect, it } from "vitest";
import { minimizeNewton } from "../../../src/optimize/newton.ts";
import { powerSum } from "../../conformance/objectives.ts";
import { describeOptimizer } from "../../conformance/optimizers.ts";

describeOptimizer({
  name: "Newton's method",
  minimize: minimizeNewton,
  sizes: [1, 2, 3, 4, 5, 6, 7, 8],
  excludes: { bounds: "the parameters of a covariance have none" },
  evaluationLimit: () => 300,
});

describe("Newton's method at saddles", () => {
  it("leaves along a weak direction where the strongest one is rounding", () => {
    // the first variable hardly matters; the second has a minimum at +-sqrt(1/2)
    const objective = powerSum([
      { weight: -1e-30, direction: [1, 0], power: 2 },
      { weight: 1e-30, direction: [1, 0], power: 4 },
      { weight: 1, direction: [0, 1], power: 4 },
      { weight: -1, direction: [0, 1], power: 2 },
    ]);
    const optimum = minimizeNewton(objective, new Float64Array(2));
    expect(optimum.reason).toBe("converged");
    expect(optimum.objective).toBeCloseTo(-0.25, 10);
    expect(Math.abs(optimum.x[0]!)).toBeLessThan(100);
  });

  it("is not led astray by a substitute that invents negative curvature", () => {
    const truth = powerSum([
      { weight: 1, direction: [1, 0], power: 2 },
      { weight: 2, direction: [0, 1], shift: 1, power: 2 },
    ]);
    const optimum = minimizeNewton(
      {
        evaluate: (x, order) => {
          const value = truth.evaluate(x, order);
          if (order === 2) value.hessian.values[0] = -3;
          return value;
        },
        exactHessian: (x) => truth.evaluate(x, 2).hessian,
      },
      Float64Array.of(0, 1),
    );
    expect(optimum.reason).toBe("converged");
    expect(Array.from(optimum.x)).toEqual([0, 1]);
  });
});
