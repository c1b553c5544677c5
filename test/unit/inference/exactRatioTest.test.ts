import { describe, expect, it } from "vitest";
import { fCdf } from "../../../src/distributions/fisherF.ts";
import { exactRatioTest } from "../../../src/inference/exactRatioTest.ts";
import { fitCase } from "./varianceReference.ts";

const dyestuff = { data: "Dyestuff", formula: "Yield ~ 1 + (1 | Batch)" };

describe("the exact test of a variance", () => {
  // in the balanced one-way layout the ratio rises with F, and is zero where the estimate is
  const F = 56357.5 / 5 / (58830 / 24);
  const exact = fCdf(F, 5, 24, { lower: false });

  for (const method of ["REML", "ML"] as const) {
    it(`is the F test of the balanced one-way layout, by ${method}`, () => {
      const { fit } = fitCase(dyestuff, { method });
      const test = exactRatioTest(fit, { draws: 40_000, seed: 7 });
      expect(test.criterion).toBe(method);
      expect(Math.abs(test.p - exact)).toBeLessThan(4 * test.se);
      // REML: zero where F <= 1; ML: where F <= 6 / 5
      const atZero = fCdf(method === "REML" ? 1 : 6 / 5, 5, 24);
      expect(Math.abs(test.atZero - atZero)).toBeLessThan(4 * Math.sqrt((atZero * (1 - atZero)) / 40_000));
    });
  }

  it("gives the same digits for a seed, and p of one where the variance is zero", () => {
    const { fit } = fitCase(dyestuff);
    expect(exactRatioTest(fit, { draws: 500 })).toEqual(exactRatioTest(fit, { draws: 500, seed: 1 }));
    const zero = fitCase({ data: "Dyestuff2", formula: "Yield ~ 1 + (1 | Batch)" }).fit;
    expect(exactRatioTest(zero, { draws: 500 })).toMatchObject({ statistic: 0, p: 1 });
  });

  it("is that of a slope and of weights too: the statistic is the one of the fits", () => {
    const slope = fitCase(
      { data: "sleepstudy", formula: "Reaction ~ Days + (0 + Days | Subject)" },
      { weights: "w" },
    ).fit;
    const test = exactRatioTest(slope, { draws: 200 });
    expect(test.statistic).toBeGreaterThan(50);
    expect(test.p).toBeCloseTo(1 / 201, 12);
  });

  it("is refused for models whose distribution is not known", () => {
    const two = fitCase({ data: "Penicillin", formula: "diameter ~ 1 + (1 | plate) + (1 | sample)" }).fit;
    expect(() => exactRatioTest(two)).toThrow(/one random effect/);
    const { fit } = fitCase(dyestuff);
    expect(() => exactRatioTest(fit, { draws: 0 })).toThrow(/whole number/);
  });
});
