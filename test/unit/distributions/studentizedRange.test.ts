import { describe, expect, it } from "vitest";
import { normalCdf } from "../../../src/distributions/normal.ts";
import {
  studentizedRangeCdf,
  studentizedRangeQuantile,
} from "../../../src/distributions/studentizedRange.ts";
import { tCdf } from "../../../src/distributions/studentT.ts";

const infinity = Number.POSITIVE_INFINITY;
const upper = { lower: false } as const;

function expectClose(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

describe("the studentized range", () => {
  it("of two means is a t statistic times the root of two", () => {
    for (const df of [1, 2.5, 30, 1e8, infinity]) {
      for (const q of [1e-3, 1, 4, 40]) {
        expectClose(studentizedRangeCdf(q, 2, df, upper), 2 * tCdf(-q * Math.SQRT1_2, df), 1e-13);
        expectClose(studentizedRangeCdf(q, 2 + 1e-13, df, upper), 2 * tCdf(-q * Math.SQRT1_2, df), 1e-11);
      }
    }
  });

  it("has tails that add up to one, each computed for itself", () => {
    for (const groups of [3, 8, 60, 250]) {
      for (const df of [1, 4.5, 33, 1e5, infinity]) {
        for (const q of [2.5, 4.5, 6]) {
          const low = studentizedRangeCdf(q, groups, df);
          const high = studentizedRangeCdf(q, groups, df, upper);
          expect(Math.abs(low + high - 1)).toBeLessThan(2e-13);
        }
      }
    }
  });

  it("tends to its limit in df and to its leading terms in both tails", () => {
    expectClose(studentizedRangeCdf(3.3, 4, 1e15), studentizedRangeCdf(3.3, 4, infinity), 1e-12);
    // far out one pair of means decides
    const far = studentizedRangeCdf(30, 5, infinity, { lower: false, log: true });
    expectClose(far, Math.log(20) + normalCdf(-30 * Math.SQRT1_2, { log: true }), 1e-9);
    // P(W <= w) ~ sqrt(k) (w / sqrt(2 pi))^(k - 1)
    const near = studentizedRangeCdf(1e-6, 6, infinity, { log: true });
    expectClose(near, 0.5 * Math.log(6) + 5 * Math.log(1e-6 / Math.sqrt(2 * Math.PI)), 1e-12);
  });

  it("goes on where only logarithms can hold the probability", () => {
    expectClose(
      studentizedRangeCdf(1e150, 3, 2, { lower: false, log: true }),
      Math.log(12) - 2 * Math.log(1e150),
      2e-3,
    );
    expect(studentizedRangeCdf(1e4, 3, infinity, { lower: false, log: true })).toBeLessThan(-2.4e7);
    expect(studentizedRangeCdf(1e-200, 3, 5, { log: true })).toBeLessThan(-900);
    expect(studentizedRangeCdf(1e4, 3, infinity, upper)).toBe(0);
  });

  it("has quantiles that give their probability back in both tails", () => {
    for (const groups of [2, 3, 12, 200]) {
      for (const df of [1, 3.3, 40, 1e9, infinity]) {
        for (const log of [-1e3, -200, -20, -3, -0.7]) {
          for (const lower of [true, false]) {
            const options = { lower, log: true };
            const q = studentizedRangeQuantile(log, groups, df, options);
            // heavy tails leave the range of doubles
            if (q < infinity && q > 1e-300)
              expectClose(studentizedRangeCdf(q, groups, df, options), log, 1e-11);
          }
        }
      }
    }
  });

  it("is certain at zero and infinity and NaN where it does not exist", () => {
    expect(studentizedRangeCdf(0, 3, 4)).toBe(0);
    expect(studentizedRangeCdf(-1, 3, 4, upper)).toBe(1);
    expect(studentizedRangeCdf(infinity, 3, 4)).toBe(1);
    expect(studentizedRangeQuantile(0, 3, 4)).toBe(0);
    expect(studentizedRangeQuantile(1, 3, 4)).toBe(infinity);
    for (const value of [
      studentizedRangeCdf(Number.NaN, 3, 4),
      studentizedRangeCdf(1, 1, 4),
      studentizedRangeCdf(1, 3, 0),
      studentizedRangeQuantile(1.1, 3, 4),
      studentizedRangeQuantile(0.5, 3, Number.NaN),
    ]) {
      expect(value).toBeNaN();
    }
  });
});
