import { describe, expect, it } from "vitest";
import { oneFactorSensitivity } from "../../src/engines/blocked/oneFactorSensitivity.ts";
import { semidefiniteRoot } from "../../src/engines/equations/covarianceRoots.ts";
import { equationsSensitivity } from "../../src/engines/equations/sensitivity.ts";
import { groupFactors } from "../../src/engines/factors.ts";
import type { VarianceDirection, VarianceSensitivity } from "../../src/engines/varianceSensitivity.ts";
import { createMatrix, type Matrix } from "../../src/linalg/matrix.ts";
import { typescriptKernels } from "../../src/linalg/typescript/typescriptKernels.ts";
import type { Model } from "../../src/model/model.ts";
import { type DenseSensitivity, denseSensitivity } from "./denseSensitivity.ts";
import { pedigreeModels } from "./pedigreeModels.ts";
import { modelShapes, randomModel, uniform } from "./randomModels.ts";

/** Every variance and covariance of every term, and of R0 where asked for. */
function everyEntry(model: Model, residual: boolean): VarianceDirection[] {
  const sizes = model.random.map(({ covariance }) => covariance.size);
  if (residual) sizes.push(model.traits?.names.length ?? 1);
  return sizes.flatMap((k, term) =>
    Array.from({ length: k * k }, (_, i) => [i % k, Math.floor(i / k)] as const)
      .filter(([row, column]) => row >= column)
      .map(([row, column]) => {
        const values = new Float64Array(k * k);
        values[row + column * k] = 1;
        values[column + row * k] = 1;
        return { term, values };
      }),
  );
}

function expectAgreement(found: VarianceSensitivity, dense: DenseSensitivity, tolerance: number): void {
  const p = dense.covariance.length;
  const size = (a: number, b: number): number =>
    Math.sqrt(dense.covariance[a]![a]! * dense.covariance[b]![b]!);
  const matrices = (
    own: readonly Matrix[],
    oracle: readonly (readonly (readonly number[])[])[],
    unit: (i: number) => number,
  ): void => {
    expect(own.length).toBe(oracle.length);
    own.forEach(({ values }, i) => {
      for (let a = 0; a < p; a++) {
        for (let b = 0; b < p; b++) {
          const gap = Math.abs(values[a + b * p]! - oracle[i]![a]![b]!);
          expect(gap).toBeLessThan(tolerance * unit(i) * size(a, b));
        }
      }
    });
  };
  // a direction V_i moves log|V| by tr(P V_i), which is its unit
  const moves = dense.information.map((row, i) => Math.sqrt(row[i]!));
  const pairs = dense.information.flatMap((_, i) =>
    dense.information.slice(0, i + 1).map((_, j) => moves[i]! * moves[j]!),
  );
  matrices([found.covariance], [dense.covariance], () => 1);
  matrices(found.derivatives, dense.derivatives, (i) => moves[i]!);
  matrices(found.curvature, dense.curvature, (i) => pairs[i]!);
  const r = moves.length;
  for (let i = 0; i < r; i++) {
    expect(Math.abs(found.traces[i]! - dense.traces[i]!)).toBeLessThan(
      tolerance * Math.abs(dense.traces[i]!),
    );
    for (let j = 0; j < r; j++) {
      const gap = Math.abs(found.information.values[i + j * r]! - dense.information[i]![j]!);
      expect(gap).toBeLessThan(tolerance * moves[i]! * moves[j]!);
    }
  }
}

/** theta, and the natural covariances that it stands for at sigma. */
function covariancesAt(model: Model, theta: Float64Array, sigma: number): Float64Array[] {
  let first = 0;
  return model.random.map(({ covariance }) => {
    const k = covariance.size;
    const L = createMatrix(k, k);
    covariance.factor(theta, first, L);
    first += covariance.parameters.length;
    const out = new Float64Array(k * k);
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++)
        for (let c = 0; c < k; c++)
          out[a + b * k]! += sigma * sigma * L.values[a + c * k]! * L.values[b + c * k]!;
    return out;
  });
}

describe.each(Object.entries(modelShapes))("%s", (_, shape) => {
  const model = randomModel(shape, 11);
  const random = uniform(5);
  const q = model.random.reduce((sum, { covariance }) => sum + covariance.parameters.length, 0);
  const theta = Float64Array.from({ length: q }, () => 0.7 + random());
  const sigma = 1.7;
  const sigmas = covariancesAt(model, theta, sigma);
  const R0 = Float64Array.of(sigma * sigma);
  const directions = everyEntry(model, false);
  const dense = denseSensitivity(model, sigmas, R0, directions);
  const roots = sigmas.map((values) => semidefiniteRoot(values, Math.sqrt(values.length)));

  it("the equations have the derivatives of the dense V, exactly and by differences", () => {
    for (const [traces, tolerance] of [
      ["exact", 1e-9],
      // beside an uncentred slope a covariance is the difference of changes that move V thousands of times more
      ["differences", 2e-6],
    ] as const) {
      const at = equationsSensitivity(model, roots, R0, new Map(), typescriptKernels, { traces });
      expectAgreement(at(directions), dense, tolerance);
    }
  });

  it("the residual's variance is a direction of the equations too", () => {
    const all = everyEntry(model, true);
    const at = equationsSensitivity(model, roots, R0, new Map(), typescriptKernels);
    expectAgreement(at(all), denseSensitivity(model, sigmas, R0, all), 2e-6);
  });

  const factors = groupFactors(model.random);
  it.skipIf(factors.length > 1)("level by level they are those of the dense V", () => {
    expectAgreement(oneFactorSensitivity(model, factors[0]!, theta, sigma)(directions), dense, 1e-10);
  });

  it.skipIf(factors.length > 1)("a variance of zero is a point like any other, level by level", () => {
    const zero = new Float64Array(q);
    const at = oneFactorSensitivity(model, factors[0]!, zero, sigma)(directions);
    const nothing = covariancesAt(model, zero, sigma);
    expectAgreement(at, denseSensitivity(model, nothing, R0, directions), 1e-10);
  });

  it("a variance of zero costs the equations digits, not the answer", () => {
    const zero = theta.slice();
    zero.fill(0, 0, model.random[0]!.covariance.parameters.length);
    const nothing = covariancesAt(model, zero, sigma);
    const at = equationsSensitivity(
      model,
      nothing.map((values) => semidefiniteRoot(values, Math.sqrt(values.length))),
      R0,
      new Map(),
      typescriptKernels,
    );
    // a ridge stands in for zero
    expectAgreement(at(directions), denseSensitivity(model, nothing, R0, directions), 1e-6);
  });
});

describe.each(Object.entries(pedigreeModels).filter(([name]) => name !== "fixed groups"))(
  "%s",
  (_, build) => {
    const model = build();
    const random = uniform(17);
    const T = model.traits?.names.length ?? 1;
    const positive = (k: number): Float64Array => {
      const L = Float64Array.from({ length: k * k }, () => 0.6 * random());
      const out = new Float64Array(k * k);
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++) {
          out[a + b * k] = a === b ? 1 : 0;
          for (let c = 0; c < k; c++) out[a + b * k]! += L[a + c * k]! * L[b + c * k]!;
        }
      return out;
    };
    const sigmas = model.random.map(({ covariance }) => positive(covariance.size));
    const R0 = positive(T);
    const directions = everyEntry(model, true);
    const dense = denseSensitivity(model, sigmas, R0, directions);
    const roots = sigmas.map((values) => semidefiniteRoot(values, Math.sqrt(values.length)));

    it("relationships and traits have the derivatives of the dense V", () => {
      const at = equationsSensitivity(model, roots, R0, new Map(), typescriptKernels);
      expectAgreement(at(directions), dense, 1e-8);
    });

    it.skipIf(T > 1)("exact traces hold for related levels too", () => {
      const own = directions.filter(({ term }) => term < model.random.length);
      const at = equationsSensitivity(model, roots, R0, new Map(), typescriptKernels, { traces: "exact" });
      expectAgreement(at(own), denseSensitivity(model, sigmas, R0, own), 1e-9);
    });
  },
);
