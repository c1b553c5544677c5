import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { approximateVariances } from "../../../src/engines/blocked/approximateVariances.ts";
import { prepareCrossed } from "../../../src/engines/blocked/crossed.ts";
import { reserveArena } from "../../../src/engines/blocked/crossedMemory.ts";
import { type CrossedStatistics, crossedStatistics } from "../../../src/engines/blocked/crossedStatistics.ts";
import { groupFactors } from "../../../src/engines/factors.ts";
import { reduceResponse } from "../../../src/engines/response.ts";
import type { Kernels } from "../../../src/linalg/kernels.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import type { Model } from "../../../src/model/model.ts";
import { type ModelShape, randomModel } from "../../conformance/randomModels.ts";

const crossed: ModelShape = {
  n: 900,
  p: 2,
  groups: [{ levels: 60 }, { levels: 40 }],
  terms: [
    { group: 0, structure: "us", columns: ["1"] },
    { group: 1, structure: "us", columns: ["1"] },
  ],
};

function statisticsOf(model: Model): CrossedStatistics {
  return crossedStatistics(model, groupFactors(model.random), reduceResponse(model));
}

describe("approximateVariances", () => {
  it("comes from far away to where a Newton step promises little", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const model = randomModel(crossed, seed);
      const statistics = statisticsOf(model);
      const counts = statistics.factors.map((f) => {
        const count = new Float64Array(f.levels);
        for (const code of f.codes) count[code]!++;
        return count;
      });
      const { sumOfSquares } = reduceResponse(model);
      const problem = prepareCrossed(model, "REML", statistics.factors, typescriptKernels);
      const objective = (phis: readonly number[]): number => {
        const theta = new Float64Array(2);
        statistics.factors.forEach((f, k) => {
          theta[f.terms[0]!] = Math.sqrt(phis[k]!);
        });
        return problem.evaluate(theta, 0).objective;
      };
      const found = approximateVariances(statistics, counts, sumOfSquares, 900, [1, 1])!;
      let best = Number.POSITIVE_INFINITY;
      for (let a = -6; a <= 6; a++) {
        for (let b = -6; b <= 6; b++) {
          best = Math.min(best, objective([found[0]! * 1.15 ** a, found[1]! * 1.15 ** b]));
        }
      }
      expect(objective(found) - best).toBeLessThan(0.1);
      expect(objective([1, 1]) - best).toBeGreaterThan(1);
    }
  });
});

describe("reserveArena", () => {
  const statistics = statisticsOf(randomModel(crossed, 1));
  const small: Kernels = { ...typescriptKernels, name: "wasm-simd", maximumBytes: 1e6 };

  it("takes the TypeScript kernels where only the address space of the others is too small", () => {
    expect(reserveArena(statistics, null, small, 10).kernels).toBe(typescriptKernels);
  });

  it("says what is needed before it takes it, where the work is too much for them", () => {
    const dense = { ...statistics, symbolic: { ...statistics.symbolic, flops: 1e13 } };
    let caught: unknown;
    try {
      reserveArena(dense, null, small, 10);
    } catch (error) {
      caught = error;
    }
    expect(isHendersonError(caught, "linalg/memory")).toBe(true);
    expect(String(caught)).toMatch(/GB of memory/);
  });
});
