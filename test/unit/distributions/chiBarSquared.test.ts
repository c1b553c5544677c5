import { describe, expect, it } from "vitest";
import {
  chiBarSquaredCdf,
  chiBarSquaredDensity,
  chiBarSquaredQuantile,
  independentBoundaryComponents,
} from "../../../src/distributions/chiBarSquared.ts";
import { chiSquaredCdf, chiSquaredQuantile } from "../../../src/distributions/gamma.ts";
import { normalCdf } from "../../../src/distributions/normal.ts";

const upper = { lower: false } as const;
const oneVariance = independentBoundaryComponents(1);
const slope = independentBoundaryComponents(1, 1);

function expectClose(actual: number, expected: number, relative = 1e-13): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

describe("mixtures of chi-squared distributions", () => {
  it("halve the p-value of one variance: Z^2 for Z above zero", () => {
    for (const x of [1e-8, 0.5, 3.84, 60, 1000]) {
      expectClose(chiBarSquaredCdf(x, oneVariance, upper), normalCdf(-Math.sqrt(x)), 3e-13);
    }
    const log = chiBarSquaredCdf(5000, oneVariance, { lower: false, log: true });
    expectClose(log, Math.log(0.5) + chiSquaredCdf(5000, 1, { lower: false, log: true }));
  });

  it("average the p-values of one and two degrees of freedom for a slope with its correlation", () => {
    const p = 0.5 * chiSquaredCdf(7, 1, upper) + 0.5 * chiSquaredCdf(7, 2, upper);
    expectClose(chiBarSquaredCdf(7, slope, upper), p);
    // Stram and Lee 1994: a statistic of 5.14 is the 5 per cent point of this mixture
    expect(chiBarSquaredQuantile(0.05, slope, upper)).toBeCloseTo(5.138, 3);
    expect(chiBarSquaredQuantile(0.05, oneVariance, upper)).toBeCloseTo(2.706, 3);
  });

  it("have a mass at zero with df 0: p is 1/2 just above it, and quantiles stay there", () => {
    expect(chiBarSquaredCdf(0, oneVariance)).toBe(0.5);
    expect(chiBarSquaredCdf(0, oneVariance, upper)).toBe(0.5);
    expect(chiBarSquaredCdf(-1, oneVariance, upper)).toBe(1);
    expect(chiBarSquaredCdf(-1, oneVariance)).toBe(0);
    expect(chiBarSquaredQuantile(0.3, oneVariance)).toBe(0);
    expect(chiBarSquaredQuantile(0.7, oneVariance, upper)).toBe(0);
    expect(chiBarSquaredQuantile(0, [{ df: 0, weight: 1 }], upper)).toBe(0);
    expect(chiBarSquaredQuantile(1, oneVariance)).toBe(Number.POSITIVE_INFINITY);
  });

  it("give probabilities back where the distribution is flat between components far apart", () => {
    for (const far of [300, 1e4, 1e6]) {
      const components = [
        { df: 1, weight: 0.25 },
        { df: 2, weight: 0.5 },
        { df: far, weight: 0.25 },
      ];
      for (const p of [1e-30, 0.001, 0.1, 0.5, 0.74, 0.76, 0.99]) {
        const x = chiBarSquaredQuantile(p, components);
        expectClose(chiBarSquaredCdf(x, components), p, 1e-9);
        expect(x < 50).toBe(p < 0.75);
      }
    }
  });

  it("give probabilities back through their quantiles in both tails", () => {
    const components = independentBoundaryComponents(3, 2);
    expect(components.map((part) => part.weight)).toEqual([0.125, 0.375, 0.375, 0.125]);
    for (const log of [-700, -300, -5, -0.8]) {
      for (const lower of [true, false]) {
        const options = { lower, log: true };
        expectClose(
          chiBarSquaredCdf(chiBarSquaredQuantile(log, components, options), components, options),
          log,
          1e-12,
        );
      }
    }
  });

  it("of one component are that chi-squared distribution, whatever its weight", () => {
    expectClose(chiBarSquaredCdf(3, [{ df: 4.5, weight: 7 }]), chiSquaredCdf(3, 4.5));
    expectClose(chiBarSquaredQuantile(0.2, [{ df: 4.5, weight: 7 }]), chiSquaredQuantile(0.2, 4.5));
  });

  it("have a density that is the slope of the continuous part", () => {
    const h = 1e-5;
    const difference = (chiBarSquaredCdf(2 + h, slope) - chiBarSquaredCdf(2 - h, slope)) / (2 * h);
    expectClose(chiBarSquaredDensity(2, slope), difference, 1e-8);
    expectClose(
      chiBarSquaredDensity(2, oneVariance),
      (chiBarSquaredCdf(2 + h, oneVariance) - chiBarSquaredCdf(2 - h, oneVariance)) / (2 * h),
      1e-8,
    );
  });

  it("refuse negative weights and empty mixtures", () => {
    expect(() => chiBarSquaredCdf(1, [{ df: 1, weight: -1 }])).toThrow("not negative");
    expect(() => chiBarSquaredCdf(1, [])).toThrow("a positive sum");
    expect(chiBarSquaredCdf(Number.NaN, oneVariance)).toBeNaN();
    expect(chiBarSquaredQuantile(2, oneVariance)).toBeNaN();
  });
});
