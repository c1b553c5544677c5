import { describe, expect, it } from "vitest";
import { blockedEngine } from "../../../../src/engines/blocked/blocked.ts";
import type { Problem } from "../../../../src/engines/engine.ts";
import { equationsEngine } from "../../../../src/engines/equations/equations.ts";
import { componentEstimates } from "../../../../src/fit/componentEstimates.ts";
import { problemOf } from "../../../../src/fit/precision.ts";
import { chooseKernels } from "../../../../src/linalg/chooseKernels.ts";
import { typescriptKernels } from "../../../../src/linalg/typescript/typescriptKernels.ts";
import type { Criterion, Model } from "../../../../src/model/model.ts";
import { invert, multiply, transpose } from "../../../conformance/denseAlgebra.ts";
import { fullInverse } from "../../../conformance/denseEquations.ts";
import { denseRelationship, modelOf, pedigreeModels } from "../../../conformance/pedigreeModels.ts";
import { modelShapes, randomModel, uniform } from "../../../conformance/randomModels.ts";
import { fitModel } from "../../../conformance/withEquations.ts";

const kernels = chooseKernels();

/** Covariances relative to the residual variance as theta of the absolute problem. */
function absoluteTheta(model: Model, problem: Problem, relative: Float64Array, sigma2: number): Float64Array {
  const { natural } = problem;
  let first = 0;
  const phis = model.random.map(({ covariance }) => {
    const k = covariance.size;
    const lambda = { rows: k, columns: k, values: new Float64Array(k * k) };
    covariance.factor(relative, first, lambda);
    first += covariance.parameters.length;
    return (i: number, j: number): number => {
      let sum = 0;
      for (let c = 0; c < k; c++) sum += lambda.values[i + c * k]! * lambda.values[j + c * k]!;
      return sigma2 * sum;
    };
  });
  return natural!.thetaAt(
    Float64Array.from(natural!.entries, ({ component, row, column }) => {
      const t = model.random.findIndex((term) => term.component === component);
      return t < 0 ? sigma2 : phis[t]!(row, column);
    }),
  );
}

describe.each(Object.entries(modelShapes))("where both engines fit a model: %s", (_, shape) => {
  const model = randomModel(shape, 11);
  it.each(["REML", "ML"] as const)(
    "objective, estimates and prediction errors agree: %s",
    (criterion: Criterion) => {
      const blocked = blockedEngine.prepare(model, criterion, kernels);
      const equations = equationsEngine.prepare(model, criterion, kernels);
      const random = uniform(5);
      const theta = Float64Array.from({ length: blocked.parameters.length }, () => 0.7 + random());
      const expected = blocked.evaluate(theta, 0).objective;
      const estimates = blocked.solve(theta);
      const at = absoluteTheta(model, equations, theta, estimates.sigma ** 2);
      // at the sigma that profiles it out
      const { ok, objective } = equations.evaluate(at, 0);
      expect(ok).toBe(true);
      expect(Math.abs(objective - expected)).toBeLessThan(1e-9 * Math.abs(expected));
      const own = equations.solve(at);
      expect(own.sigma).toBeCloseTo(estimates.sigma, 9);
      estimates.beta.forEach((b, c) => {
        expect(Math.abs(own.beta[c]! - b)).toBeLessThan(1e-8 * (1 + Math.abs(b)));
      });
      expect(own.deviance).toBeCloseTo(estimates.deviance, 7);
      expect(own.remlCriterion).toBeCloseTo(estimates.remlCriterion, 7);
      expect(own.penalizedResidualSumOfSquares / estimates.penalizedResidualSumOfSquares).toBeCloseTo(1, 9);
      const precision = equations.precision(at);
      const reference = blocked.precision(theta);
      model.random.forEach((__, t) => {
        expect(gap(own.modes[t]!, estimates.modes[t]!)).toBeLessThan(1e-8);
        expect(gap(precision.predictionErrorBlocks[t]!, reference.predictionErrorBlocks[t]!)).toBeLessThan(
          1e-8,
        );
        expect(gap(precision.conditionalBlocks[t]!, reference.conditionalBlocks[t]!)).toBeLessThan(1e-8);
      });
    },
  );

  it("Var(b) moves with theta as its differences say", () => {
    const equations = equationsEngine.prepare(model, "REML", kernels);
    const random = uniform(9);
    const theta = Float64Array.from({ length: equations.parameters.length }, () => 0.7 + 0.4 * random());
    const p = model.fixed.matrix.columns;
    const { covarianceDerivatives } = equations.precision(theta);
    for (let a = 0; a < theta.length; a++) {
      const at = (by: number): number[] => {
        const x = theta.slice();
        x[a]! += by;
        return [...equations.equations!(x).fixedCovariance.values];
      };
      const up = at(1e-5);
      const down = at(-1e-5);
      for (let c = 0; c < p * p; c++) {
        const slope = (up[c]! - down[c]!) / 2e-5;
        const size = Math.abs(up[(c % p) * (p + 1)]! * up[Math.floor(c / p) * (p + 1)]!) ** 0.5;
        expect(Math.abs(covarianceDerivatives[a]!.values[c]! - slope)).toBeLessThan(
          1e-6 * (1e-3 + size) * 10,
        );
      }
    }
  });
});

describe.each(Object.entries(pedigreeModels))("score and information: %s", (_, make) => {
  const model = make();
  const structured = model.random.some((t) => !["us", "diag"].includes(t.covariance.name));
  it.each(["REML", "ML"] as const)(
    "%s: the score is the slope, the information the mean Hessian",
    (criterion) => {
      const problem = equationsEngine.prepare(model, criterion, kernels);
      const natural = problem.natural!;
      const random = uniform(3);
      const theta = Float64Array.from({ length: problem.parameters.length }, () => 0.8 + 0.6 * random());
      const values = natural.valuesAt(theta);
      const score = natural.evaluate(values, true).score.slice();
      const information = natural.evaluate(values, true).information.values.slice();
      const q = values.length;
      const at = (a: number, by: number): Float64Array => {
        const x = values.slice();
        x[a]! += by;
        return x;
      };
      for (let a = 0; a < q; a++) {
        const step = 1e-5 * Math.max(0.1, Math.abs(values[a]!));
        const slope =
          (natural.evaluate(at(a, -step), false).objective - natural.evaluate(at(a, step), false).objective) /
          (4 * step);
        expect(Math.abs(score[a]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)));
        for (let b = 0; b < q; b++) expect(information[a + b * q]!).toBeCloseTo(information[b + a * q]!, 8);
        expect(information[a + a * q]!).toBeGreaterThan(0);
      }
      if (structured) return;
      const back = natural.valuesAt(natural.thetaAt(values));
      values.forEach((v, a) => {
        expect(back[a]!).toBeCloseTo(v, 9);
      });
    },
  );

  it("ends in a certified maximum, the same with either kernel", () => {
    const fit = fitModel(model);
    expect(fit.engine).toBe("equations");
    expect(fit.convergence.converged).toBe(true);
    const twin = fitModel(model, { kernels: typescriptKernels });
    expect(twin.logLik).toBeCloseTo(fit.logLik, 7);
  });

  it("stays finite at zero variances", () => {
    const problem = equationsEngine.prepare(model, "REML", kernels);
    const theta = problem.start.slice();
    const residual = problem.parameters.findIndex(({ label }) => label.startsWith("residual"));
    theta.fill(0, 0, residual);
    const { ok, objective, gradient } = problem.evaluate(theta, 2);
    expect(ok).toBe(true);
    expect(Number.isFinite(objective)).toBe(true);
    for (const slope of gradient) expect(Number.isFinite(slope)).toBe(true);
    for (let a = 0; a < residual; a++) expect(Math.abs(gradient[a]!)).toBeLessThan(1e-7);
    const scores = problem.boundaryScores(theta);
    expect(scores.length).toBe(model.random.reduce((sum, term) => sum + term.covariance.size, 0));
  });
});

describe("held components", () => {
  const model = pedigreeModels["animal model with weights and a litter effect"]!();

  it("gives the likelihood of the free fit when its estimates are held, with nothing left to estimate", () => {
    const free = fitModel(model);
    const [animal, litter] = free.covariances.map((c) => c.values[0]!);
    const all = fitModel(model, {
      components: { animal: animal!, litter: litter!, residual: free.residualCovariance!.values[0]! },
    });
    expect(all.logLik).toBeCloseTo(free.logLik, 9);
    expect(all.degreesOfFreedom).toBe(model.fixed.matrix.columns);
    expect(gap(all.beta, free.beta)).toBeLessThan(1e-9);
    const one = fitModel(model, { components: { animal: animal! } });
    expect(one.logLik).toBeCloseTo(free.logLik, 7);
    expect(one.held).toEqual(["animal"]);
    expect(one.theta.length).toBe(2);
    const rows = componentEstimates(one).rows;
    expect(rows[0]).toMatchObject({ name: "animal", held: true, se: null });
    expect(rows[2]!.se).toBeGreaterThan(0);
  });

  it("refuses what is no covariance and names what there is", () => {
    const attempt =
      (components: Record<string, number>): (() => unknown) =>
      () =>
        fitModel(model, { components });
    expect(attempt({ animal: -1 })).toThrow("the known value of 'animal' is -1");
    expect(attempt({ residual: 0 })).toThrow("a variance is positive");
    expect(attempt({ animl: 1 })).toThrow("the model has no variance component 'animl'");
  });
});

describe("fixed groups", () => {
  it("have the prediction errors of the equations with groups inside the relationship", () => {
    const model = pedigreeModels["fixed groups"]!();
    const variance = 0.7;
    const residual = 0.9;
    const fit = fitModel(model, { components: { animal: variance, residual } });
    const { components } = problemOf(fit).equations!(fit.theta);
    const { effects, predictionErrors, confounded } = components[0]!;
    expect([...confounded]).toEqual([20]);
    // [X Z]'[X Z] / residual + K^-1 / variance with all groups but the first
    const n = model.response.length;
    const p = model.fixed.matrix.columns;
    const inverse = fullInverse(model, 0);
    const kept = Array.from({ length: 23 }, (_, i) => i).filter((i) => i !== 20);
    const rows = Array.from({ length: n }, (_, r) => [
      ...Array.from({ length: p }, (__, c) => model.fixed.matrix.values[r + c * n]!),
      ...kept.map((i) => Number(model.random[0]!.codes[r] === i)),
    ]);
    const equations = multiply(transpose(rows), rows).map((row, i) =>
      row.map((v, j) => {
        const k = i >= p && j >= p ? inverse[kept[i - p]!]![kept[j - p]!]! / variance : 0;
        return v / residual + k;
      }),
    );
    const C = invert(equations).inverse;
    const right = multiply(
      transpose(rows),
      Array.from(model.response, (y) => [y / residual]),
    );
    const solution = multiply(C, right);
    kept.forEach((level, i) => {
      expect(effects[level]!).toBeCloseTo(solution[p + i]![0]!, 8);
      expect(predictionErrors[level]!).toBeCloseTo(C[p + i]![p + i]!, 8);
    });
    expect(effects[20]).toBe(0);
  });
});

describe("identity as a relationship", () => {
  it("is the same as no relationship, in one and several coefficients", () => {
    const shape = modelShapes["random slope, correlated"]!;
    const model = randomModel(shape, 4);
    const q = model.random[0]!.levels.length;
    const identity = Array.from({ length: q }, (_, i) =>
      Array.from({ length: q }, (__, j) => Number(i === j)),
    );
    const related: Model = {
      ...model,
      random: model.random.map((t) => ({
        ...t,
        relationship: { ...denseRelationship("I", identity), levels: t.levels },
      })),
    };
    const plain = fitModel(model);
    const fit = fitModel(related);
    expect(plain.engine).toBe("blocked");
    expect(fit.engine).toBe("equations");
    expect(fit.logLik).toBeCloseTo(plain.logLik, 7);
    expect(fit.degreesOfFreedom).toBe(plain.degreesOfFreedom);
    expect(fit.sigma).toBeCloseTo(plain.sigma, 4);
    expect(gap(fit.modes[0]!, plain.modes[0]!)).toBeLessThan(1e-4);
  });
});

function gap(values: Float64Array, expected: Float64Array): number {
  expect(values.length).toBe(expected.length);
  let largest = 0;
  let size = 1;
  for (let i = 0; i < values.length; i++) {
    largest = Math.max(largest, Math.abs(values[i]! - expected[i]!));
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return largest / size;
}

describe("several traits", () => {
  it("refuses a coefficient that records of two traits share, and two records of a trait in a row", () => {
    const model = pedigreeModels["two traits with weights"]!();
    const [animal, herd] = model.random;
    const shared = { ...animal!, coefficientTrait: Int32Array.of(0, 0) };
    expect(() => fitModel({ ...model, random: [shared, herd!] })).toThrow(
      expect.objectContaining({
        code: "engine/trait-mismatch",
        message: expect.stringContaining("meets a coefficient of 'y1' in animal"),
      }),
    );
    const traits = { ...model.traits!, unit: new Int32Array(model.response.length) };
    expect(() => fitModel({ ...model, traits })).toThrow(
      expect.objectContaining({
        code: "engine/repeated-trait",
        message: expect.stringContaining("two records of trait 'y1'"),
      }),
    );
  });

  it("does not depend on the order of records", () => {
    const model = pedigreeModels["two traits, missing records, relationship and herd"]!();
    const n = model.response.length;
    const order = Array.from({ length: n }, (_, i) => (i * 7) % n);
    const pick = (values: Int32Array): Int32Array => Int32Array.from(order, (r) => values[r]!);
    const X = Array.from(order, (r) =>
      model.fixed.names.map((_, c) => model.fixed.matrix.values[r + c * n]!),
    );
    const { traits } = model;
    const mixed = modelOf(
      order.map((r) => model.response[r]!),
      X,
      model.random.map((term) => ({
        ...term,
        incidence: term.incidence!.map((layers) => layers.map((l) => ({ ...l, codes: pick(l.codes) }))),
      })),
      { traits: { ...traits!, trait: pick(traits!.trait), unit: pick(traits!.unit) } },
    );
    const problem = equationsEngine.prepare(model, "REML", kernels);
    const other = equationsEngine.prepare(mixed, "REML", kernels);
    const expected = problem.evaluate(problem.start, 0).objective;
    expect(other.evaluate(problem.start, 0).objective / expected).toBeCloseTo(1, 11);
  });
});
