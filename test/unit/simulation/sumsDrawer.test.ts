import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import type { ResponseSums } from "../../../src/engines/engine.ts";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { createResponseSums } from "../../../src/engines/responseSums.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import { chooseKernels } from "../../../src/linalg/chooseKernels.ts";
import { bootstrap } from "../../../src/simulation/bootstrap.ts";
import { bootstrapRatio } from "../../../src/simulation/bootstrapRatio.ts";
import { createResponseSampler } from "../../../src/simulation/drawResponse.ts";
import { createSumsDrawer } from "../../../src/simulation/sumsDrawer.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import type { Table } from "../../../src/table/table.ts";
import { example } from "../../lectures/printed.ts";

const uniform = randomStream(3);
const rows = 60;
const mixed: Table = toTable({
  y: Array.from({ length: rows }, () => uniform.normal()),
  x: Array.from({ length: rows }, () => uniform.normal()),
  year: Array.from({ length: rows }, (_, i) => 2000 + (i % 7)),
  g: Array.from({ length: rows }, () => `g${uniform.below(9)}`),
  h: Array.from({ length: rows }, () => `h${uniform.below(5)}`),
  k: Array.from({ length: rows }, () => `k${uniform.below(4)}`),
  w: Array.from({ length: rows }, () => 0.5 + uniform.uniform()),
});

/** All sums of a response in one list. */
function flat(sums: ResponseSums): number[] {
  return [...sums.random.flatMap((part) => [...part]), ...sums.coefficients, sums.sumOfSquares];
}

interface Moments {
  readonly mean: number[];
  readonly covariance: number[][];
  readonly values: number[][];
}

function momentsOf(draw: (replicate: number) => number[], n: number): Moments {
  const values = Array.from({ length: n }, (_, r) => draw(r));
  const size = values[0]!.length;
  const mean = Array.from({ length: size }, (_, i) => values.reduce((sum, v) => sum + v[i]!, 0) / n);
  const covariance = mean.map((a, i) =>
    mean.map((b, j) => values.reduce((sum, v) => sum + (v[i]! - a) * (v[j]! - b), 0) / n),
  );
  return { mean, covariance, values };
}

/** Largest distance of two empirical distribution functions (Kolmogorov & Smirnov). */
function distance(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((x) => [x, 1] as const), ...b.map((x) => [x, 0] as const)].sort(
    (p, q) => p[0] - q[0],
  );
  let fa = 0;
  let fb = 0;
  let worst = 0;
  all.forEach(([value, first], i) => {
    if (first) fa += 1 / a.length;
    else fb += 1 / b.length;
    // among equal values, such as variances of zero, only the last counts
    if (all[i + 1]?.[0] !== value) worst = Math.max(worst, Math.abs(fa - fb));
  });
  return worst;
}

describe("sums drawn without rows", () => {
  const cases: readonly [string, FitOptions][] = [
    ["y ~ x + (1 | g)", {}],
    ["y ~ x + (1 + x | g)", {}],
    ["y ~ x + (year | g)", { weights: "w" }],
    ["y ~ x + h + (1 | g) + (0 + x | g)", {}],
    ["y ~ x + (1 | g) + (1 + x | h)", {}],
    ["y ~ x + (x | g) + (1 | h) + (1 | k)", { weights: "w" }],
    ["y ~ x + h", { weights: "w" }],
  ];
  it.each(cases)("have the moments of those of whole responses: %s %o", (formula, options) => {
    const base = fitFormula(formula, mixed, options);
    const fit: FitResult = {
      ...base,
      sigma: 1.3,
      covariances: base.covariances.map((c) =>
        c.rows === 1
          ? { ...c, values: Float64Array.of(0.8) }
          : { ...c, values: Float64Array.of(0.9, -0.3, -0.3, 0.5) },
      ),
    };
    const n = 4000;
    const kernels = chooseKernels();
    const drawer = createSumsDrawer(fit.model, fit, [fit.model], () => false, kernels)!;
    const sampler = createResponseSampler(fit);
    const summarize = createResponseSums(fit.model);
    const y = new Float64Array(rows);
    const short = momentsOf((r) => {
      drawer.draw(randomStream(1, r));
      return flat(drawer.sums(0));
    }, n);
    const long = momentsOf((r) => {
      sampler.draw(randomStream(2, r), y);
      return flat(summarize(y));
    }, n);
    const sd = long.covariance.map((row, i) => Math.sqrt(row[i]!));
    let worst = 0;
    short.mean.forEach((mean, i) => {
      if (!(sd[i]! > 0)) return;
      worst = Math.max(worst, Math.abs(mean - long.mean[i]!) / (sd[i]! * Math.sqrt(2 / n)));
      short.covariance[i]!.forEach((value, j) => {
        if (!(sd[j]! > 0)) return;
        const expected = long.covariance[i]![j]!;
        // of normal variables; sums of squares have heavier tails, so that their own variance is left to the next test
        const last = short.mean.length - 1;
        if (i === last && j === last) return;
        const error = Math.sqrt((2 * (sd[i]! ** 2 * sd[j]! ** 2 + expected ** 2)) / n);
        worst = Math.max(worst, Math.abs(value - expected) / error);
      });
    });
    // the largest of up to a thousand, most of them correlated
    expect(worst).toBeLessThan(5);
    // y'y as a whole distribution: 1.63 sqrt(2 / n) is the 1 % point of Kolmogorov and Smirnov
    const last = short.mean.length - 1;
    const column = ({ values }: Moments): number[] => values.map((v) => v[last]!);
    expect(distance(column(short), column(long))).toBeLessThan(1.63 * Math.sqrt(2 / n));
  });

  it("give bootstrap distributions of likelihood ratios and estimates like those of rows", async () => {
    const table = example("penicillin.csv");
    const larger = fitFormula("yield ~ treat + (1 | blend)", table, { method: "ML" });
    const smaller = fitFormula("yield ~ (1 | blend)", table, { method: "ML" });
    const n = 4000;
    const limit = 1.63 * Math.sqrt(2 / n);
    const by = (draws: "rows" | "sums", seed: number) =>
      bootstrapRatio(larger, smaller, { n, seed, workers: 1, draws });
    const [long, short] = [await by("rows", 1), await by("sums", 2)];
    expect(distance([...long.statistics], [...short.statistics])).toBeLessThan(limit);
    expect(Math.abs(short.below - 0.6503)).toBeLessThan(0.03);
    const estimates = (draws: "rows" | "sums", seed: number) =>
      bootstrap(larger, { n, seed, workers: 1, draws });
    const [a, b] = [await estimates("rows", 3), await estimates("sums", 4)];
    a.names.forEach((name, i) => {
      expect(distance([...a.replicates[i]!], [...b.replicates[i]!]), name).toBeLessThan(limit);
    });
  });

  it("test a slope variance, whose null model has fewer columns of the same grouping", async () => {
    const sleepstudy = example("sleepstudy.csv");
    const larger = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const smaller = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const n = 1500;
    const by = (draws: "rows" | "sums", seed: number) =>
      bootstrapRatio(larger, smaller, { n, seed, workers: 1, draws });
    const [long, short] = [await by("rows", 1), await by("sums", 2)];
    expect(distance([...long.statistics], [...short.statistics])).toBeLessThan(1.63 * Math.sqrt(2 / n));
    expect(Math.abs(long.zeros - short.zeros)).toBeLessThan(4 * Math.sqrt(2 * n * 0.25));
  });

  it("keep a response of 1e6 away from zero as exact as rows do", async () => {
    const far = toTable({
      y: Array.from({ length: 40 }, (_, i) => 1e6 + ((i * 7919) % 13)),
      g: Array.from({ length: 40 }, (_, i) => `g${i % 8}`),
    });
    const fit = fitFormula("y ~ 1 + (1 | g)", far);
    const result = await bootstrap(fit, { n: 50, seed: 1, workers: 1, draws: "sums" });
    for (const value of result.replicates[0]!) expect(Math.abs(value - 1e6)).toBeLessThan(30);
  });

  it("are not for models that need their rows", async () => {
    const table = example("penicillin.csv");
    const fit = fitFormula("yield ~ treat + (1 | blend)", table, {
      method: "ANOVA",
      engines: [equationsEngine],
    });
    await expect(bootstrap(fit, { n: 5, seed: 1, workers: 1, draws: "sums" })).rejects.toMatchObject({
      code: "simulation/no-sums",
    });
  });

  it("are chosen where there are many rows, and cost the same for any number of them", async () => {
    const long = (n: number): Table => {
      const stream = randomStream(5);
      return toTable({
        y: Array.from({ length: n }, () => stream.normal()),
        x: Array.from({ length: n }, () => stream.normal()),
        g: Array.from({ length: n }, (_, i) => `g${i % 20}`),
      });
    };
    const seconds: number[] = [];
    for (const n of [2000, 200_000]) {
      const fit = fitFormula("y ~ x + (1 | g)", long(n));
      const run = (count: number) => bootstrap(fit, { n: count, seed: 1, workers: 1 });
      const auto = await run(20);
      const sums = await bootstrap(fit, { n: 20, seed: 1, workers: 1, draws: "sums" });
      expect(auto.replicates).toEqual(sums.replicates);
      await run(300);
      // preparing takes its passes over the rows; what is compared are the further replicates
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const start = process.cpuUsage();
        await run(20);
        const middle = process.cpuUsage();
        await run(620);
        const end = process.cpuUsage();
        times.push(end.user - middle.user - (middle.user - start.user));
      }
      seconds.push(Math.min(...times));
    }
    expect(seconds[1]!).toBeLessThan(5 * Math.max(seconds[0]!, 10_000));
  }, 60_000);
});
