// Web Workers of the built library in a page of headless Chromium give the digits of Node.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "./findChromium.ts";
import { dist, openServedPage, runInPage, type ServedPage } from "./servedPage.ts";

const program = findChromium();

interface Report {
  readonly workers: readonly number[];
  readonly fallbacks: number;
  readonly statistics: readonly (readonly number[])[];
  readonly withoutWorkers: readonly string[];
}

/** Runs in Node and, as text, in the page: it must not use anything from around it. */
async function bootstrapPenicillin({ folder, csv }: { folder: string; csv: string }): Promise<Report> {
  const load = (entry: string): Promise<unknown> => import(/* @vite-ignore */ `${folder}/${entry}.js`);
  const henderson = (await load("index")) as typeof import("../../src/index.ts");
  const { bootstrapRatio } = (await load("simulation")) as typeof import("../../src/simulationIndex.ts");
  // the same kernels on both sides: digits agree between machines without fused multiply-add
  const options = { method: "ML", deterministic: true } as const;
  const { table } = await henderson.readTable(new TextEncoder().encode(csv));
  const larger = henderson.fit("yield ~ treat + (1 | blend)", table, options);
  const smaller = henderson.fit("yield ~ (1 | blend)", table, options);
  const runs = [];
  for (const workers of [1, 2, 4]) {
    runs.push(await bootstrapRatio(larger, smaller, { n: 400, seed: 7, workers }));
  }
  const without = await bootstrapRatio(larger, smaller, {
    n: 5,
    seed: 7,
    workers: 2,
    spawn: () => {
      throw new Error("not on this page");
    },
  });
  return {
    workers: runs.map((run) => run.workers),
    fallbacks: runs.filter((run) => run.notes.some(({ code }) => code === "simulation/no-workers")).length,
    statistics: runs.map((run) => Array.from(run.statistics)),
    withoutWorkers: without.notes.map(({ code }) => code),
  };
}

describe.skipIf(program === null)("bootstrap in Chromium", () => {
  let served: ServedPage;

  beforeAll(async () => {
    served = await openServedPage(program!, "worker.js");
  }, 60_000);

  afterAll(() => served?.close());

  it("gives the same digits with 1, 2 and 4 workers, and those of Node", async () => {
    const csv = readFileSync(new URL("../../examples/penicillin.csv", import.meta.url), "utf8");
    const here = await bootstrapPenicillin({ folder: pathToFileURL(dist).href, csv });
    const there = await runInPage(served.page, bootstrapPenicillin, { folder: served.origin, csv });
    for (const report of [here, there]) {
      expect(report.workers).toEqual([1, 2, 4]);
      expect(report.fallbacks).toBe(0);
      expect(report.statistics[1]).toEqual(report.statistics[0]);
      expect(report.statistics[2]).toEqual(report.statistics[0]);
      expect(report.withoutWorkers).toContain("simulation/no-workers");
    }
    expect(served.requests).toContain("/worker.js");
    expect(there.statistics[0]!.length).toBe(400);
    there.statistics[0]!.forEach((statistic, r) => {
      // Math.log of two engines may differ in the last digit
      expect(Math.abs(statistic - here.statistics[0]![r]!)).toBeLessThan(1e-8);
    });
  }, 60_000);
});
