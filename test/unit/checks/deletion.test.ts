import { describe, expect, test } from "vitest";
import { createSetDeleter } from "../../../src/checks/groupDeletion.ts";
import { rowDeletion } from "../../../src/checks/rowDeletion.ts";
import {
  type NaturalCovariances,
  type SolvedEquations,
  solveEquationsAt,
} from "../../../src/engines/equations/solvedEquations.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import type { Model } from "../../../src/model/model.ts";
import { invert, multiply, transpose } from "../../conformance/denseAlgebra.ts";
import { denseDeletion, denseVariance } from "../../conformance/denseDeletion.ts";
import { pedigreeModels } from "../../conformance/pedigreeModels.ts";
import { modelShapes, randomModel, uniform } from "../../conformance/randomModels.ts";

const models: [string, () => Model][] = [
  ...Object.entries(modelShapes).map(([name, shape]): [string, () => Model] => [
    name,
    () => randomModel(shape, 77),
  ]),
  ...Object.entries(pedigreeModels),
  ["linear model", () => ({ ...randomModel(modelShapes["random intercept"]!, 5), random: [] })],
];

/** Root mean square of each column, so that effects are of the size of the response. */
function columnSizes({ basis, incidence }: Model["random"][number]): number[] {
  return basis.map((z) =>
    incidence || z === null ? 1 : Math.sqrt(z.reduce((sum, x) => sum + x * x, 0) / z.length),
  );
}

/** Positive definite covariances of every size; `flat` leaves the last coefficient of each term without variance. */
function someCovariances(model: Model, flat = false): NaturalCovariances {
  const random = uniform(19);
  const definite = (k: number, singular: boolean, sizes?: number[]) => {
    const L = Array.from({ length: k }, (_, i) =>
      Array.from({ length: k }, (_, j) =>
        j > i ? 0 : (i === j ? (singular && i === k - 1 ? 0 : 0.8 + random()) : random()) / (sizes?.[i] ?? 1),
      ),
    );
    return { rows: k, columns: k, values: Float64Array.from(multiply(L, transpose(L)).flat()) };
  };
  return {
    random: model.random.map((term) => definite(term.covariance.size, flat, columnSizes(term))),
    residual: definite(model.traits?.names.length ?? 1, false),
  };
}

function oracle(solved: SolvedEquations, covariances: NaturalCovariances) {
  const { model, unknowns } = solved;
  const n = model.response.length;
  const { matrix } = unknowns.fixed.effects;
  const V = denseVariance(model, covariances);
  const X = Array.from({ length: n }, (_, i) =>
    Array.from({ length: matrix.columns }, (_, j) => matrix.values[i + j * n]!),
  );
  const y = Array.from(model.response, (value, i) => value - (model.offset?.[i] ?? 0));
  return { V, X, y };
}

/** Distance relative to a scale. */
function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, scale: number, tolerance = 1e-9): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++)
    expect(Math.abs(got[i]! - want[i]!), `entry ${i}: ${got[i]} for ${want[i]}`).toBeLessThan(
      tolerance * scale,
    );
}

describe.each(models)("%s", (_, make) => {
  test.each([false, true])("every record left out agrees with brute force (boundary: %s)", (flat) => {
    const model = make();
    const covariances = someCovariances(model, flat);
    const solved = solveEquationsAt(model, covariances, typescriptKernels)!;
    const { V, X, y } = oracle(solved, covariances);
    const deletion = rowDeletion(solved);
    const { toUser } = solved.unknowns.fixed;
    const p = toUser.columns;
    const n = y.length;
    const whole = denseDeletion(V, X, y, [0]);
    const full = p > 0 ? gls(V, X, y) : { beta: [] as number[] };
    expect(whole.beta.length).toBe(p);
    for (let r = 0; r < n; r += 3) {
      const want = denseDeletion(V, X, y, [r]);
      const residual = deletion.weighted[r]! / deletion.precision[r]!;
      expectClose([residual], want.residuals, 10);
      expectClose([1 / deletion.precision[r]!], want.variance[0]!, want.variance[0]![0]!);
      for (let i = 0; i < p; i++) {
        let change = 0;
        for (let j = i; j < p; j++)
          change += toUser.values[i + j * p]! * deletion.fixed.values[r + j * n]! * residual;
        const se = Math.sqrt(want.fixedCovariance[i]![i]!);
        expectClose([full.beta[i]! - change], [want.beta[i]!], se);
      }
    }
  });

  test.each([
    ["one factor", false, undefined],
    ["one factor, boundary", true, undefined],
    ["factorized again", false, 0],
  ])("sets of records left out agree with brute force (%s)", (_way, flat, largest) => {
    const model = make();
    const covariances = someCovariances(model, flat);
    const solved = solveEquationsAt(model, covariances, typescriptKernels)!;
    const { V, X, y } = oracle(solved, covariances);
    const full = gls(V, X, y);
    const deleter = createSetDeleter(solved, largest);
    for (const set of someSets(model)) {
      const want = denseDeletion(V, X, y, set);
      const got = deleter.delete(Int32Array.from(set));
      expect(got.nullDirections).toEqual([]);
      expectClose(got.residuals, want.residuals, 10);
      expectClose(
        got.variances,
        want.variance.map((row, i) => row[i]!),
        Math.max(...want.variance.map((row, i) => row[i]!)),
      );
      expectClose([got.logDensity], [want.logDensity], Math.abs(want.logDensity));
      const { change, covariance } = got;
      const p = change.length;
      for (let i = 0; i < p; i++) {
        expectClose([full.beta[i]! - change[i]!], [want.beta[i]!], Math.sqrt(want.fixedCovariance[i]![i]!));
        expectClose(
          covariance.values.subarray(i * p, (i + 1) * p),
          want.fixedCovariance[i]!.slice(0, p),
          Math.max(...want.fixedCovariance.map((row, k) => row[k]!)),
        );
      }
    }
  });
});

function gls(V: number[][], X: number[][], y: number[]): { beta: number[] } {
  const p = X[0]!.length;
  if (p === 0) return { beta: [] };
  const WX = multiply(invert(V).inverse, X);
  const C = invert(multiply(transpose(X), WX)).inverse;
  return {
    beta: multiply(
      C,
      multiply(
        transpose(WX),
        y.map((v) => [v]),
      ),
    ).map((b) => b[0]!),
  };
}

/** A small set, the records of a level of the first term, and a quarter of all: whole units where there are several traits. */
function someSets(model: Model): number[][] {
  const n = model.response.length;
  const unit = (i: number): number => model.traits?.unit[i] ?? i;
  const by = (test: (i: number) => boolean): number[] =>
    Array.from({ length: n }, (_, i) => i).filter((i) => test(unit(i)));
  const sets = [by((u) => u === 2 || u === 5), by((u) => u % 4 === 1)];
  const codes = model.random[0]?.codes;
  if (codes && codes.length > 0 && !model.traits) {
    sets.push(
      Array.from(codes, (c, i) => [c, i] as const)
        .filter(([c]) => c === 1)
        .map(([, i]) => i),
    );
  }
  return sets;
}
