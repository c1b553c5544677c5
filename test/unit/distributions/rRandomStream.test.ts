import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import { binomialVariate, poissonVariate } from "../../../src/distributions/countVariates.ts";
import {
  chiSquaredVariate,
  exponentialVariate,
  gammaVariate,
} from "../../../src/distributions/randomVariates.ts";
import { rRandomStream } from "../../../src/distributions/rRandomStream.ts";

type Digits = readonly string[];

interface Draws {
  readonly seed: number;
  readonly uniform: Digits;
  readonly uniformLast: Digits;
  readonly uniformSum: Digits;
  readonly normal: Digits;
  readonly normalLast: Digits;
  readonly normalSum: Digits;
  readonly exponential: Digits;
  readonly mixed: Digits;
  readonly sample10: Digits;
  readonly sample1e6: Digits;
  readonly sample3e9: Digits;
  readonly sample1e12: Digits;
  readonly replaced: Digits;
  readonly single: Digits;
}

interface Counts {
  readonly first: readonly number[];
  readonly last: number;
  readonly sum: number;
}

interface Reference {
  readonly draws: readonly Draws[];
  readonly gammas: readonly { shape: number; first: Digits; last: Digits; sum: Digits }[];
  readonly chiSquared: Digits;
  readonly poissons: readonly (Counts & { mu: number })[];
  readonly binomials: readonly (Counts & { n: number; p: number })[];
  readonly rounding: { readonly ten: readonly number[]; readonly big: Digits; readonly huge: Digits };
}

const file = new URL("../../reference/data/rRandom.json", import.meta.url);
const reference = JSON.parse(readFileSync(file, "utf8")) as Reference;

const numbers = (digits: Digits): number[] => digits.map(Number);
const repeat = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Quantiles and logarithms of two C libraries may differ in the last bits. */
function expectSameTo(actual: readonly number[], expected: Digits, relative: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    const truth = Number(expected[i]);
    expect(Math.abs(value - truth), `draw ${i}: ${value}, R has ${truth}`).toBeLessThanOrEqual(
      relative * Math.abs(truth),
    );
  });
}

describe("the random numbers of R", () => {
  for (const draws of reference.draws) {
    const stream = () => rRandomStream(draws.seed);

    it(`after set.seed(${draws.seed}): runif bit for bit, 100,000 of them`, () => {
      const uniforms = repeat(100_000, stream().uniform);
      expect(uniforms.slice(0, 5)).toEqual(numbers(draws.uniform));
      expect(uniforms[99_999]).toBe(Number(draws.uniformLast[0]));
      // R sums in extended precision
      expectSameTo([sum(uniforms)], draws.uniformSum, 1e-13);
    });

    it(`after set.seed(${draws.seed}): rnorm to 4e-16, 100,000 of them`, () => {
      const normals = repeat(100_000, stream().normal);
      expectSameTo(normals.slice(0, 5), draws.normal, 4e-16);
      expectSameTo([normals[99_999]!], draws.normalLast, 4e-16);
      expect(Math.abs(sum(normals) - Number(draws.normalSum[0]))).toBeLessThan(1e-9);
    });

    it(`after set.seed(${draws.seed}): rexp and sample`, () => {
      const exponentials = stream();
      const all = repeat(1000, () => exponentialVariate(exponentials));
      expectSameTo([...all.slice(0, 5), all[999]!], draws.exponential, 4e-16);
      expect(stream().sample(10)).toEqual(numbers(draws.sample10));
      expect(stream().sample(1e6, 5)).toEqual(numbers(draws.sample1e6));
      expect(stream().sample(3e9, 5)).toEqual(numbers(draws.sample3e9));
      expect(stream().sample(1e12, 3, { replace: true })).toEqual(numbers(draws.sample1e12));
      expect(stream().sample(7, 12, { replace: true })).toEqual(numbers(draws.replaced));
      expect(stream().sample(1, 3, { replace: true })).toEqual(numbers(draws.single));
    });

    it(`after set.seed(${draws.seed}): a mixture in one stream`, () => {
      const one = stream();
      const mixed = [
        one.uniform(),
        one.uniform(),
        one.normal(),
        one.normal(),
        exponentialVariate(one),
        one.below(10) + 1,
        one.normal(),
        gammaVariate(one, 2.5),
        one.uniform(),
      ];
      expectSameTo(mixed, draws.mixed, 1e-15);
    });
  }

  it("rgamma over all branches, and rchisq", () => {
    for (const { shape, first, last, sum: total } of reference.gammas) {
      const stream = rRandomStream(99);
      const values = repeat(2000, () => gammaVariate(stream, shape, 1.5));
      expectSameTo(values.slice(0, 3), first, 1e-13);
      expectSameTo([values[1999]!], last, 1e-13);
      expectSameTo([sum(values)], total, 1e-13);
    }
    const stream = rRandomStream(5);
    const chi = repeat(200, () => chiSquaredVariate(stream, 3));
    expectSameTo([...chi.slice(0, 3), chi[199]!, sum(chi)], reference.chiSquared, 1e-13);
  });

  it("rpois and rbinom over all branches", () => {
    for (const { mu, first, last, sum: total } of reference.poissons) {
      const stream = rRandomStream(7);
      const values = repeat(3000, () => poissonVariate(stream, mu));
      expect([values.slice(0, 5), values[2999], sum(values)], `mu ${mu}`).toEqual([first, last, total]);
    }
    for (const { n, p, first, last, sum: total } of reference.binomials) {
      const stream = rRandomStream(11);
      const values = repeat(5000, () => binomialVariate(stream, n, p));
      expect([values.slice(0, 5), values[4999], sum(values)], `n ${n} p ${p}`).toEqual([first, last, total]);
    }
  });

  it("sample as before R 3.6, on request", () => {
    const stream = rRandomStream(1, { sampleKind: "rounding" });
    expect(stream.sample(10)).toEqual(reference.rounding.ten);
    expect(stream.sample(1e9, 4)).toEqual(numbers(reference.rounding.big));
    expect(stream.sample(3e9, 4)).toEqual(numbers(reference.rounding.huge));
  });

  it("cut the fraction of a seed off and refuse seeds that R refuses", () => {
    expect(rRandomStream(1.9).uniform()).toBe(rRandomStream(1).uniform());
    expect(() => rRandomStream(Number.NaN)).toThrow("not missing");
    expect(() => rRandomStream(2 ** 31)).toThrow("not 2147483648");
    expect(() => rRandomStream(1).sample(3, 4)).toThrow("a sample of 4 from 3 needs replacement");
  });
});

describe("variates", () => {
  it("take any stream and have the right mean and variance", () => {
    const stream = randomStream(3);
    const moments = (draw: () => number): [number, number] => {
      const values = repeat(40_000, draw);
      const mean = sum(values) / values.length;
      return [mean, sum(values.map((v) => (v - mean) ** 2)) / values.length];
    };
    const expectMoments = (draw: () => number, mean: number, variance: number): void => {
      const [m, v] = moments(draw);
      expect(Math.abs(m - mean)).toBeLessThan(5 * Math.sqrt(variance / 40_000));
      expect(Math.abs(v / variance - 1)).toBeLessThan(0.1);
    };
    expectMoments(() => exponentialVariate(stream), 1, 1);
    expectMoments(() => gammaVariate(stream, 0.4, 2), 0.8, 1.6);
    expectMoments(() => gammaVariate(stream, 9, 2), 18, 36);
    expectMoments(() => poissonVariate(stream, 4), 4, 4);
    expectMoments(() => poissonVariate(stream, 60), 60, 60);
    expectMoments(() => binomialVariate(stream, 30, 0.7), 21, 6.3);
    expectMoments(() => binomialVariate(stream, 900, 0.3), 270, 189);
  });

  it("are NaN or degenerate where a distribution is", () => {
    const stream = rRandomStream(1);
    expect(gammaVariate(stream, -1)).toBeNaN();
    expect(poissonVariate(stream, Number.NaN)).toBeNaN();
    expect(binomialVariate(stream, 2.5, 0.5)).toBeNaN();
    expect([gammaVariate(stream, 0), poissonVariate(stream, 0), binomialVariate(stream, 4, 1)]).toEqual([
      0, 0, 4,
    ]);
  });
});
