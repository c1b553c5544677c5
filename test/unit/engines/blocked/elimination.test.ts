import { describe, expect, it } from "vitest";
import { createLeafElimination } from "../../../../src/engines/blocked/chooseElimination.ts";
import { reserveArena } from "../../../../src/engines/blocked/crossedMemory.ts";
import {
  type CrossedStatistics,
  crossedStatistics,
} from "../../../../src/engines/blocked/crossedStatistics.ts";
import type { LeafElimination } from "../../../../src/engines/blocked/leafElimination.ts";
import { planSharedTails, type SharedTailsPlan } from "../../../../src/engines/blocked/sharedTails.ts";
import { groupFactors } from "../../../../src/engines/factors.ts";
import { reduceResponse } from "../../../../src/engines/response.ts";
import type { Arena, Kernels } from "../../../../src/linalg/kernels.ts";
import { typescriptKernels } from "../../../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../../../src/linalg/wasm/loadKernels.ts";
import type { Model } from "../../../../src/model/model.ts";
import { randomModel } from "../../../conformance/randomModels.ts";

/** Sums of some thousand products of size one, in other orders. */
const ROUNDING = 1e-11;

/** Many levels with few records in the leaf, and three of the others. */
function manyFew(seed: number, p: number): Model {
  return randomModel(
    {
      n: 1500,
      p,
      groups: [{ levels: 600 }, { levels: 9 }, { levels: 4 }],
      terms: [0, 1, 2].map((group) => ({ group, structure: "us" as const, columns: ["1"] })),
    },
    seed,
  );
}

function statisticsOf(model: Model): CrossedStatistics {
  return crossedStatistics(model, groupFactors(model.random), reduceResponse(model));
}

interface Desk {
  readonly arena: Arena;
  readonly elimination: LeafElimination;
  /** a panel of all random columns in their own order, with the rows of X~ and r last */
  readonly panel: number;
  readonly rowPosition: number;
  readonly block: number;
  readonly out: number;
}

function desk(statistics: CrossedStatistics, shared: SharedTailsPlan | null, kernels: Kernels): Desk {
  const { randomSize: R, fixedColumns: p } = statistics;
  const m = p + 1;
  const arena = reserveArena(statistics, shared, kernels, R * (R + m) + m * m + R + 8);
  const elimination = createLeafElimination(statistics, shared, arena);
  const rowPosition = 2 * arena.doubles(R);
  for (let r = 0; r < R; r++) arena.i32[rowPosition + r] = r;
  return {
    arena,
    elimination,
    panel: arena.doubles(R * (R + m)),
    rowPosition,
    block: arena.doubles(m * m),
    out: arena.doubles(1),
  };
}

/** All that an elimination gives at one theta, as one list. */
function everything({ randomSize: R, fixedColumns: p }: CrossedStatistics, on: Desk): number[] {
  const { arena, elimination, panel, rowPosition, block, out } = on;
  const { f64 } = arena;
  const m = p + 1;
  const ld = R + m;
  const lambdas = [0.7, 1.3, 0.4].map((value) => Float64Array.of(value));
  const given: number[] = [];
  f64.fill(0, panel, panel + R * ld);
  f64.fill(0, block, block + m * m);
  given.push(elimination.scale(lambdas, Float64Array.of(0.49)));
  elimination.subtractTails(block);
  for (let c = 0; c < m; c++) given.push(...f64.subarray(block + c * m + c, block + (c + 1) * m));
  elimination.update(0, R - 2, rowPosition, panel, ld);
  elimination.update(R - 2, R, rowPosition, panel + (R - 2) * ld, ld);
  given.push(...f64.subarray(panel, panel + R * ld));

  elimination.project(lambdas);
  for (const tailCount of [0, p]) {
    f64[out] = 0;
    elimination.addTrace(0, R, rowPosition, panel, ld, tailCount, out);
    given.push(f64[out]!);
  }
  const C = new Float64Array(p * p);
  for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) C[a + b * p] = 1 / (1 + a + b);
  given.push(elimination.tailTrace(0, 0, C));
  const { values, start } = elimination.projectedTails();
  given.push(...values.subarray(start, start + elimination.k.length * m));
  return given;
}

function difference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / largest;
}

describe("planSharedTails", () => {
  it("groups the levels with as many records, and what meets them", () => {
    const statistics = statisticsOf(manyFew(1, 3));
    const { order, pointers, groups } = planSharedTails(statistics)!;
    const { a } = statistics.leaf;
    expect([...order].sort((x, y) => x - y)).toEqual(Array.from({ length: 600 }, (_, j) => j));
    for (let c = 0; c + 1 < pointers.length; c++) {
      const counts = new Set(Array.from(order.subarray(pointers[c]!, pointers[c + 1]!), (j) => a[j]));
      expect(counts.size).toBe(1);
    }
    expect(groups.at(-1)).toBeLessThan(statistics.leaf.rows.length / 2);
  });

  it("is null for weights of their own, for slopes, and where sums would not be fewer", () => {
    const model = manyFew(2, 2);
    const weights = Float64Array.from(model.response, (_, i) => 1 + (i % 7) / 3);
    expect(planSharedTails(statisticsOf({ ...model, weights }))).toBe(null);
    const slopes = randomModel(
      {
        n: 900,
        p: 2,
        groups: [{ levels: 300 }, { levels: 9 }],
        terms: [
          { group: 0, structure: "us", columns: ["1", "x"] },
          { group: 1, structure: "us", columns: ["1"] },
        ],
      },
      3,
    );
    expect(planSharedTails(statisticsOf(slopes))).toBe(null);
    const few = randomModel(
      {
        n: 200,
        p: 2,
        groups: [{ levels: 60 }, { levels: 50 }],
        terms: [0, 1].map((group) => ({ group, structure: "us" as const, columns: ["1"] })),
      },
      4,
    );
    expect(planSharedTails(statisticsOf(few))).toBe(null);
  });
});

describe("the eliminations of the leaf", () => {
  const kernelsHere = [typescriptKernels, wasmKernels({ deterministic: true })!, wasmKernels()!];
  for (const kernels of new Set(kernelsHere)) {
    it(`shared and scaled give the same with ${kernels.name}, with and without fixed effects`, () => {
      for (const p of [0, 1, 5]) {
        const statistics = statisticsOf(manyFew(5 + p, p));
        const shared = desk(statistics, planSharedTails(statistics), kernels);
        const scaled = desk(statistics, null, kernels);
        expect(planSharedTails(statistics)).not.toBe(null);
        expect(difference(everything(statistics, shared), everything(statistics, scaled))).toBeLessThan(
          ROUNDING,
        );
      }
    });
  }

  it("both take over a new response", () => {
    const model = manyFew(11, 3);
    const statistics = statisticsOf(model);
    const both = [planSharedTails(statistics), null].map((plan) => desk(statistics, plan, typescriptKernels));
    for (const on of both) everything(statistics, on);
    const other = statisticsOf({ ...model, response: model.response.map((y, i) => Math.sin(i) - 2 * y) });
    statistics.leaf.tails.set(other.leaf.tails);
    for (const on of both) on.elimination.renewResponse();
    const fresh = everything(other, desk(other, planSharedTails(other), typescriptKernels));
    for (const on of both) expect(difference(everything(statistics, on), fresh)).toBeLessThan(ROUNDING);
  });
});
