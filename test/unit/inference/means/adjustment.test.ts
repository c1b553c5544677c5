import { describe, expect, it } from "vitest";
import { adjustPValues, type StepMethod } from "../../../../src/inference/means/adjustment.ts";

const p = [0.001, 0.01, 0.02, 0.03, 0.04, 0.3, 0.0004, 0.8, 0.03];

describe("adjustPValues", () => {
  // R 4.2.2, p.adjust(p, method)
  const reference: Partial<Record<StepMethod, readonly number[]>> = {
    holm: [0.008, 0.07, 0.12, 0.15, 0.15, 0.6, 0.0036, 0.8, 0.15],
    hochberg: [0.008, 0.07, 0.12, 0.12, 0.12, 0.6, 0.0036, 0.8, 0.12],
    hommel: [0.008, 0.06, 0.08, 0.09, 0.12, 0.6, 0.0036, 0.8, 0.09],
    BH: [0.0045, 0.03, 0.045, 0.045, 0.0514285714285714, 0.3375, 0.0036, 0.8, 0.045],
    BY: [
      0.0127303571428571, 0.0848690476190476, 0.127303571428571, 0.127303571428571, 0.145489795918367,
      0.954776785714286, 0.0101842857142857, 1, 0.127303571428571,
    ],
    bonferroni: [0.009, 0.09, 0.18, 0.27, 0.36, 1, 0.0036, 1, 0.27],
  };
  for (const [method, expected] of Object.entries(reference)) {
    it(`is R's p.adjust by ${method}`, () => {
      const ours = adjustPValues(p, method as StepMethod);
      for (const [i, value] of expected.entries()) expect(ours[i]).toBeCloseTo(value, 13);
    });
  }

  it("adjusts small p-values by Sidak's method without cancellation", () => {
    expect(adjustPValues([1e-20, 0.5], "sidak")[0]).toBeCloseTo(2e-20, 33);
    expect(adjustPValues([1e-20, 0.5], "sidak")[1]).toBeCloseTo(0.75, 14);
  });

  it("counts unknown p-values in the family and leaves them unknown", () => {
    for (const method of ["holm", "hochberg", "hommel", "BH", "BY", "bonferroni"] as const) {
      const ours = adjustPValues([0.01, null, 0.02, null], method);
      const filled = adjustPValues([0.01, 1, 0.02, 1], method);
      expect([ours[1], ours[3]]).toEqual([null, null]);
      expect(ours[0]).toBeCloseTo(filled[0]!, 14);
      expect(ours[2]).toBeCloseTo(filled[2]!, 14);
    }
  });

  it("never makes a p-value smaller, keeps order and stays below one", () => {
    for (const method of ["holm", "hochberg", "hommel", "BH", "BY", "bonferroni", "sidak"] as const) {
      const ours = adjustPValues(p, method);
      for (const [i, value] of p.entries()) {
        expect(ours[i]!).toBeGreaterThanOrEqual(value);
        expect(ours[i]!).toBeLessThanOrEqual(1);
        for (const [j, other] of p.entries())
          if (value < other) expect(ours[i]!).toBeLessThanOrEqual(ours[j]!);
      }
    }
  });
});
