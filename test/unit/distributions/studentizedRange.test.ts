import { readFileSync } from "node:fs";
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

describe("the studentized range against 25 digits and against R", () => {
  type Row = readonly [number, number, number | "Inf", boolean, number, number];
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../reference/data/${name}`, import.meta.url), "utf8"));
  const { rows } = read("studentizedRange.json") as { rows: readonly Row[] };

  it(`agrees to 1e-12 on ${rows.length} values down to 1e-200, from 1 to 1e10 and infinitely many df`, () => {
    const wrong = rows.flatMap(([q, groups, given, lower, log, probability]) => {
      const df = given === "Inf" ? infinity : given;
      const plain = studentizedRangeCdf(q, groups, df, { lower });
      const logarithm = studentizedRangeCdf(q, groups, df, { lower, log: true });
      const error = Math.max(
        // a double below 1e-300 has no twelve digits
        probability < 1e-300 ? 0 : Math.abs(plain / probability - 1),
        Math.abs(logarithm / log - 1),
      );
      return error <= 1e-12 ? [] : [`q ${q} k ${groups} df ${df} lower ${lower}: ${error}`];
    });
    expect(wrong).toEqual([]);
    expect(Math.min(...rows.map((row) => row[4]))).toBeLessThan(-400);
  });

  it("has quantiles that find the same places to 1e-11", () => {
    const wrong = rows.flatMap(([q, groups, given, lower, log]) => {
      // every fifth, smaller tails only
      if (log > -0.7 || Math.round(q * 100 + groups) % 5 !== 0) return [];
      const df = given === "Inf" ? infinity : given;
      const found = studentizedRangeQuantile(log, groups, df, { lower, log: true });
      return Math.abs(found / q - 1) <= 1e-11 ? [] : [`q ${q} k ${groups} df ${df} lower ${lower}: ${found}`];
    });
    expect(wrong).toEqual([]);
  });

  it("agrees with R's ptukey and qtukey to 1e-6 where those are good: 9 df and more, 40 means and fewer", () => {
    const compared = { cdf: 0, quantile: 0 };
    for (const [name, [x, groups, df], lower, log, value] of ofR()) {
      if (log || typeof value !== "number" || df < 9 || groups > 40) continue;
      if (name === "studentizedRangeCdf") {
        compared.cdf += 1;
        expect(Math.abs(studentizedRangeCdf(x, groups, df, { lower }) - value)).toBeLessThan(1e-6);
      } else if (lower && x >= 0.5 && x <= 0.95) {
        compared.quantile += 1;
        expect(Math.abs(studentizedRangeQuantile(x, groups, df, { lower }) / value - 1)).toBeLessThan(1e-6);
      }
    }
    expect(compared.cdf).toBeGreaterThan(200);
    expect(compared.quantile).toBeGreaterThan(40);
  });

  it("is right where R is not: two means with 2 df are a t statistic, which ptukey misses by 1e-4", () => {
    const row = ofR().find(
      ([name, args, lower, log]) =>
        name === "studentizedRangeCdf" && args.join() === "9,2,2" && !lower && !log,
    )!;
    const exact = 2 * tCdf(-9 * Math.SQRT1_2, 2);
    expect(Math.abs(studentizedRangeCdf(9, 2, 2, upper) - exact)).toBeLessThan(1e-15);
    expect(Math.abs((row[4] as number) - exact)).toBeGreaterThan(1e-4);
    // the median for 100 means and 25 df, 49.2 by qtukey
    expect(studentizedRangeCdf(studentizedRangeQuantile(0.5, 100, 25), 100, 25)).toBeCloseTo(0.5, 13);
    expect(studentizedRangeCdf(49.2, 100, 25, upper)).toBeLessThan(1e-15);
  });

  function ofR(): (readonly [string, [number, number, number], boolean, boolean, number | string])[] {
    const { rows: all } = read("distributionsTails.json") as {
      rows: readonly [string, readonly (number | "Inf")[], boolean, boolean, number | string][];
    };
    return all
      .filter(([name]) => name.startsWith("studentizedRange"))
      .map(([name, args, lower, log, value]) => [
        name,
        args.map((a) => (a === "Inf" ? infinity : a)) as [number, number, number],
        lower,
        log,
        value,
      ]);
  }
});
