import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { multivariateTProbability, multivariateTQuantile } from "../../../src/distributions/multivariateT.ts";
import {
  studentizedRangeCdf,
  studentizedRangeQuantile,
} from "../../../src/distributions/studentizedRange.ts";
import { tCdf, tQuantile } from "../../../src/distributions/studentT.ts";

interface ReferenceRow {
  readonly name: string;
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly correlation: readonly number[];
  readonly df: number | null;
  readonly probability: number;
  readonly error: number;
}

const infinity = Number.POSITIVE_INFINITY;

/** Correlations of all pairwise differences of independent means with variances v. */
function pairwise(v: readonly number[]): number[] {
  const pairs = v.flatMap((_, i) => v.slice(i + 1).map((__, k) => [i, i + 1 + k] as const));
  const sign = (pair: readonly [number, number], i: number): number =>
    pair[0] === i ? 1 : pair[1] === i ? -1 : 0;
  const covariance = (a: readonly [number, number], b: readonly [number, number]): number =>
    v.reduce((sum, value, i) => sum + value * sign(a, i) * sign(b, i), 0);
  return pairs.flatMap((a) =>
    pairs.map((b) => covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))),
  );
}

function exchangeable(d: number, r: number): number[] {
  return Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : r));
}

function autoregressive(d: number, r: number): number[] {
  return Array.from({ length: d * d }, (_, i) => r ** Math.abs((i % d) - Math.floor(i / d)));
}

function outside(q: number, correlation: readonly number[], df: number): number {
  const d = Math.sqrt(correlation.length);
  const bounds = new Array<number>(d).fill(q);
  return multivariateTProbability(
    bounds.map((b) => -b),
    bounds,
    correlation,
    df,
  ).complement;
}

describe("multivariate t probabilities", () => {
  const text = readFileSync(new URL("../../reference/data/multivariateT.json", import.meta.url), "utf8");
  const { rows } = JSON.parse(text) as { rows: readonly ReferenceRow[] };

  it(`agree with mvtnorm on ${rows.length} boxes, within both reported errors and 5e-5`, () => {
    const wrong = rows.flatMap((row) => {
      const found = multivariateTProbability(
        row.lower.map((b) => b ?? -infinity),
        row.upper.map((b) => b ?? infinity),
        row.correlation,
        row.df ?? infinity,
        // a tenth of the points of the default
        { tolerance: 1e-4 },
      );
      const difference = Math.abs(found.probability - row.probability);
      const allowed = Math.min(found.error + row.error + 1e-8, 5e-5);
      return difference <= allowed && found.error <= 1e-4 ? [] : [`${row.name}: ${difference}`];
    });
    expect(wrong).toEqual([]);
  });

  it("are the studentized range for all pairs of three equal means, also in tails of 1e-197", () => {
    const correlation = pairwise([1, 1, 1]);
    for (const df of [1, 3.5, 20, 1e6, infinity]) {
      for (const q of [0.3, 2, 5, 30]) {
        const range = studentizedRangeCdf(q * Math.SQRT2, 3, df, { lower: false });
        expect(Math.abs(outside(q, correlation, df) / range - 1)).toBeLessThan(2e-13);
      }
    }
  });

  it("are the studentized range within 2e-5 for all pairs of five means, by lattice rules", () => {
    const correlation = pairwise([1, 1, 1, 1, 1]);
    for (const [q, df] of [
      [2.5, 5],
      [3, 20],
      [2.7, infinity],
    ] as const) {
      const range = studentizedRangeCdf(q * Math.SQRT2, 5, df, { lower: false });
      expect(Math.abs(outside(q, correlation, df) - range)).toBeLessThan(1e-5);
    }
  });

  it("keep the first digits of complements down to 1e-40, within the reported error", () => {
    for (const [groups, q, df] of [
      [4, 5, 20],
      [4, 15, 20],
      [5, 6, infinity],
      [5, 13, infinity],
      [6, 50, 3],
    ] as const) {
      const range = studentizedRangeCdf(q * Math.SQRT2, groups, df, { lower: false });
      const bounds = new Array<number>((groups * (groups - 1)) / 2).fill(q);
      const correlation = pairwise(new Array<number>(groups).fill(1));
      const low = bounds.map((b) => -b);
      const { complement, error } = multivariateTProbability(low, bounds, correlation, df);
      expect(Math.abs(complement / range - 1)).toBeLessThan(5e-3);
      // far out nearly all draws leave by one coordinate alone, and a spread that is not seen has no error
      expect(Math.abs(complement - range)).toBeLessThan(error + 2e-6 * range);
    }
  });

  it("have their closed forms at the origin: the arcsine law, and 1 / (d + 1) for exchangeable correlation one half", () => {
    for (const df of [2, 11, infinity]) {
      const quadrant = multivariateTProbability([-infinity, -infinity], [0, 0], [1, -0.7, -0.7, 1], df);
      expect(quadrant.probability).toBeCloseTo(0.25 + Math.asin(-0.7) / (2 * Math.PI), 13);
      for (const d of [3, 7, 30]) {
        const orthant = multivariateTProbability(
          new Array<number>(d).fill(-infinity),
          new Array<number>(d).fill(0),
          exchangeable(d, 0.5),
          df,
        );
        expect(orthant.probability).toBeCloseTo(1 / (d + 1), 12);
      }
    }
  });

  it("are products for independent normal variables and the t distribution for one", () => {
    const independent = multivariateTProbability(
      [-1, -2, -3],
      [1, 2, infinity],
      exchangeable(3, 0),
      infinity,
    );
    const each = [0.6826894921370859, 0.9544997361036416, 0.9986501019683699];
    expect(independent.probability).toBeCloseTo(each[0]! * each[1]! * each[2]!, 14);
    expect(multivariateTProbability([-1], [2], [1], 4).probability).toBeCloseTo(tCdf(2, 4) - tCdf(-1, 4), 15);
  });

  it("do not change when a coordinate is doubled, turned round or left without bounds", () => {
    const once = multivariateTProbability([-2, -1], [1, 3], [1, 0.3, 0.3, 1], 6).probability;
    const twice = multivariateTProbability(
      [-2, -1, -1, -infinity],
      [1, 3, 2, infinity],
      [1, 0.3, -1, 0.2, 0.3, 1, -0.3, 0.1, -1, -0.3, 1, -0.2, 0.2, 0.1, -0.2, 1],
      6,
    ).probability;
    expect(twice).toBe(once);
  });

  it("of the one-factor rule and of lattice rules agree within the reported error", () => {
    // a tiny departure from one factor takes the other road
    const bent = exchangeable(6, 0.5);
    bent[1] = 0.5 + 1e-9;
    bent[6] = 0.5 + 1e-9;
    const bounds = new Array<number>(6).fill(2.4);
    const low = bounds.map((b) => -b);
    const exact = multivariateTProbability(low, bounds, exchangeable(6, 0.5), 8);
    const lattice = multivariateTProbability(low, bounds, bent, 8);
    expect(exact.error).toBeLessThan(1e-12);
    expect(lattice.error).toBeGreaterThan(1e-9);
    expect(Math.abs(exact.complement - lattice.complement)).toBeLessThan(Math.min(lattice.error, 1e-5));
  });

  it("are the same digits on every call, and come with 100 dimensions", () => {
    const correlation = autoregressive(100, 0.6);
    const bounds = new Array<number>(100).fill(3);
    const options = { maxPoints: 9000 };
    const run = () =>
      multivariateTProbability(
        bounds.map((b) => -b),
        bounds,
        correlation,
        15,
        options,
      );
    const first = run();
    expect(run()).toEqual(first);
    expect(first.error).toBeLessThan(3e-3);
    // between independence and Bonferroni
    const single = 2 * tCdf(-3, 15);
    expect(first.complement).toBeLessThan(100 * single);
    expect(first.complement).toBeGreaterThan(single);
  });

  it("refuse matrices that are no correlations and bounds that are no numbers", () => {
    const code = (run: () => unknown): string => {
      try {
        run();
      } catch (error) {
        if (isHendersonError(error)) return `${error.code}: ${error.message}`;
      }
      return "none";
    };
    const box = (correlation: readonly number[], df = 5) =>
      code(() => multivariateTProbability([-1, -1, -1], [1, 1, 1], correlation, df));
    expect(box([1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1])).toBe(
      "distributions/not-a-correlation: not a correlation matrix: it has a negative eigenvalue",
    );
    expect(box([1, 0, 0, 0])).toContain("3 bounds need 3 x 3 correlations, there are 4 numbers");
    expect(box([2, 0, 0, 0, 1, 0, 0, 0, 1])).toContain("row 1, column 1 is not 1");
    expect(box([1, Number.NaN, 0, 0, 1, 0, 0, 0, 1])).toContain("distributions/not-a-correlation");
    expect(box(exchangeable(3, 0), 0)).toBe(
      "distributions/bad-argument: degrees of freedom are positive, not 0",
    );
    expect(code(() => multivariateTProbability([Number.NaN], [1], [1], 5))).toBe(
      "distributions/bad-argument: bound 1 is not a number",
    );
  });
});

describe("equicoordinate quantiles", () => {
  it("are Tukey's critical values for all pairs of means", () => {
    const exact = studentizedRangeQuantile(0.95, 3, 7.5) / Math.SQRT2;
    expect(multivariateTQuantile(0.95, pairwise([1, 1, 1]), 7.5).quantile).toBeCloseTo(exact, 10);
    const five = multivariateTQuantile(0.95, pairwise([1, 1, 1, 1, 1]), 12);
    const difference = five.quantile - studentizedRangeQuantile(0.95, 5, 12) / Math.SQRT2;
    expect(Math.abs(difference)).toBeLessThan(Math.min(five.error, 1e-4));
  });

  it("give their level back, on both sides and on one", () => {
    const correlation = exchangeable(4, 0.4);
    const ones = [1, 1, 1, 1];
    for (const [tail, low, high] of [
      ["both", -1, 1],
      ["upper", -infinity, 1],
      ["lower", -1, infinity],
    ] as const) {
      for (const level of [0.3, 0.9, 0.999]) {
        const { quantile: q } = multivariateTQuantile(level, correlation, 9, { tail });
        const bounds = [ones.map(() => low * q), ones.map(() => high * q)] as const;
        const { probability } = multivariateTProbability(bounds[0], bounds[1], correlation, 9);
        expect(probability).toBeCloseTo(level, 11);
      }
    }
  });

  it("of one coordinate are those of the t distribution", () => {
    const alone = multivariateTQuantile(0.95, [1], 5).quantile;
    expect(alone).toBeCloseTo(tQuantile(0.025, 5, { lower: false }), 13);
    expect(() => multivariateTQuantile(1, [1], 5)).toThrow(
      "a simultaneous level lies between 0 and 1, not 1",
    );
  });
});
