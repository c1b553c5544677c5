import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../../src/base/errors.ts";
import type { IterationProgress, PrepareOptions, SolverPlan } from "../../../../src/engines/engine.ts";
import { conjugateGradients } from "../../../../src/engines/equations/conjugateGradients.ts";
import { equationsEngine } from "../../../../src/engines/equations/equations.ts";
import { fitModel } from "../../../../src/fit/fit.ts";
import { randomEffects } from "../../../../src/inference/randomEffects.ts";
import { chooseKernels } from "../../../../src/linalg/chooseKernels.ts";
import type { Matrix } from "../../../../src/linalg/matrix.ts";
import type { Model } from "../../../../src/model/model.ts";
import { pedigreeModels } from "../../../conformance/pedigreeModels.ts";
import { uniform } from "../../../conformance/randomModels.ts";

const kernels = chooseKernels();
const none = new Float64Array(0);

/** Some positive definite value for every covariance of a model. */
function heldCovariances(model: Model): Map<string, Matrix> {
  const random = uniform(41);
  const matrix = (size: number): Matrix => {
    const values = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < a; b++) {
        values[a + b * size] = 0.4 * random();
        values[b + a * size] = values[a + b * size]!;
      }
      values[a + a * size] = 1 + size + random();
    }
    return { rows: size, columns: size, values };
  };
  return new Map([
    ...model.random.map((term) => [term.component, matrix(term.covariance.size)] as const),
    ["residual", matrix(model.traits?.names.length ?? 1)] as const,
  ]);
}

function solved(model: Model, options: PrepareOptions) {
  return equationsEngine.prepare(model, "REML", kernels, options).solve(none);
}

function largestGap(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(values.length).toBe(expected.length);
  let gap = 0;
  for (let i = 0; i < values.length; i++) gap = Math.max(gap, Math.abs(values[i]! - expected[i]!));
  return gap;
}

describe.each(Object.entries(pedigreeModels))("iteration: %s", (_, make) => {
  const model = make();
  const held = heldCovariances(model);

  it("has the solutions of the factor and says so", () => {
    const direct = solved(model, { held, solver: "factor" });
    const iterated = solved(model, { held, solver: "iteration" });
    expect(largestGap(iterated.beta, direct.beta)).toBeLessThan(1e-7);
    direct.modes.forEach((modes, t) => {
      expect(largestGap(iterated.modes[t]!, modes)).toBeLessThan(1e-7);
    });
    const { values } = direct.unscaledCovariance;
    expect(largestGap(iterated.unscaledCovariance.values, values)).toBeLessThan(1e-7);
    const r2 = direct.penalizedResidualSumOfSquares;
    expect(Math.abs(iterated.penalizedResidualSumOfSquares - r2)).toBeLessThan(1e-9 * r2);
    expect(iterated.notes!.map(({ code }) => code)).toEqual(["engine/solved-by-iteration"]);
    expect(iterated.notes![0]!.message).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("iteration", () => {
  const model = pedigreeModels["two traits, missing records, relationship and herd"]!();
  const held = heldCovariances(model);

  it("keeps to singular and zero covariances", () => {
    const singular = new Map(held);
    singular.set(model.random[0]!.component, { rows: 2, columns: 2, values: Float64Array.of(4, 2, 2, 1) });
    singular.set(model.random[1]!.component, { rows: 2, columns: 2, values: new Float64Array(4) });
    const direct = solved(model, { held: singular, solver: "factor" });
    const iterated = solved(model, { held: singular, solver: "iteration" });
    direct.modes.forEach((modes, t) => {
      expect(largestGap(iterated.modes[t]!, modes)).toBeLessThan(1e-7);
    });
    expect(Math.max(...iterated.modes[1]!)).toBe(0);
  });

  it("does not change its digits when it is repeated", () => {
    const first = solved(model, { held, solver: "iteration" });
    expect(solved(model, { held, solver: "iteration" })).toEqual(first);
  });

  it("reports rounds with falling residuals, and can be stopped", () => {
    const rounds: IterationProgress[] = [];
    solved(model, { held, solver: "iteration", onIteration: (round) => void rounds.push(round) });
    const first = rounds.filter(({ solution }) => solution === 1);
    expect(first.map(({ iteration }) => iteration)).toEqual(first.map((__, i) => i + 1));
    expect(first.at(-1)!.residual).toBeLessThan(1e-10);
    expect(first.at(-1)!.error).toBeLessThan(1e-6);
    expect(rounds.at(-1)!.solution).toBe(rounds.at(-1)!.solutions);

    const stopped = solved(model, {
      held,
      solver: "iteration",
      onIteration: ({ iteration }) => iteration < 2,
    });
    expect(stopped.notes!.map(({ code }) => code)).toContain("engine/iteration-stopped");
  });

  it("is not the choice for small models", () => {
    const problem = equationsEngine.prepare(model, "REML", kernels, { held });
    expect(problem.solver).not.toBe("iteration");
  });

  it("is the choice where the factor does not fit in memory", () => {
    const tiny = { ...kernels, maximumBytes: 1000 };
    const problem = equationsEngine.prepare(model, "REML", tiny, { held });
    expect(problem.solver).toBe("iteration");
    expect(problem.solve(none).notes![0]!.message).toContain("their factor would need");
    expect(problem.evaluate(none, 0).ok).toBe(true);
  });

  it("tells its plan with memory and time before it begins, also when it then refuses", () => {
    const plans: SolverPlan[] = [];
    const onPlan = (plan: SolverPlan) => void plans.push(plan);
    const tiny = { ...kernels, maximumBytes: 1000 };
    equationsEngine.prepare(model, "REML", kernels, { held, onPlan });
    equationsEngine.prepare(model, "REML", tiny, { held, onPlan });
    expect(codeOf(() => equationsEngine.prepare(model, "REML", tiny, { onPlan }))).toBe("engine/too-large");
    expect(codeOf(() => equationsEngine.prepare(model, "REML", tiny, { held, solver: "factor" }))).toBe(
      "engine/too-large",
    );
    expect(plans.map(({ solver }) => solver)).toEqual(["factor", "iteration", "factor"]);
    for (const { bytes, flops, nonzeros, seconds } of plans) {
      expect(nonzeros!).toBeGreaterThan(0);
      expect(flops!).toBeGreaterThan(nonzeros!);
      expect(bytes!).toBeGreaterThan(2 * 8 * nonzeros!);
      expect(seconds!).toBeGreaterThan(0);
    }
  });

  it("is refused for unknown variances, and has no prediction errors", () => {
    const some = new Map([["residual", held.get("residual")!]]);
    expect(codeOf(() => solved(model, { held: some, solver: "iteration" }))).toBe(
      "engine/iteration-needs-variances",
    );
    const problem = equationsEngine.prepare(model, "REML", kernels, { held, solver: "iteration" });
    expect(codeOf(() => problem.precision(none))).toBe("engine/no-prediction-errors");
  });
});

describe("a fit by iteration", () => {
  const model = pedigreeModels["animal model with weights and a litter effect"]!();
  const options = { components: { animal: 2, litter: 1, residual: 3 }, engines: [equationsEngine] };

  it("has the numbers of a fit by the factor, without likelihood and standard errors of predictions", () => {
    const direct = fitModel(model, options);
    const iterated = fitModel(model, { ...options, solver: "iteration" });
    expect([direct.solver, iterated.solver]).toEqual(["factor", "iteration"]);
    expect(largestGap(iterated.beta, direct.beta)).toBeLessThan(1e-7);
    expect(Number.isNaN(iterated.logLik)).toBe(true);
    expect(iterated.convergence.converged).toBe(true);
    expect(iterated.notes.map(({ code }) => code)).toEqual(["engine/solved-by-iteration"]);
    const rows = randomEffects(iterated);
    randomEffects(direct).forEach((row, i) => {
      expect(row.se).toBeGreaterThan(0);
      expect(rows[i]).toEqual({ ...row, estimate: rows[i]!.estimate, se: null, reliability: null });
      expect(rows[i]!.estimate).toBeCloseTo(row.estimate, 7);
    });
  });
});

describe("conjugate gradients", () => {
  // tridiagonal, condition about 4 n^2 / pi^2, so that many rounds are needed
  const size = 400;
  const system = {
    size,
    multiply(x: Float64Array, out: Float64Array): void {
      for (let i = 0; i < size; i++) out[i] = 2 * x[i]! - (x[i - 1] ?? 0) - (x[i + 1] ?? 0);
    },
    precondition(r: Float64Array, out: Float64Array): void {
      for (let i = 0; i < size; i++) out[i] = 0.5 * r[i]!;
    },
  };
  const exact = Float64Array.from({ length: size }, (_, i) => Math.sin(7 * i));
  const b = new Float64Array(size);
  system.multiply(exact, b);

  it("bounds its error in the norm of the matrix", () => {
    const product = new Float64Array(size);
    for (const rounds of [50, 150, 300]) {
      const { x, error, reason } = conjugateGradients(system, b, { iterations: rounds });
      const gap = x.map((value, i) => value - exact[i]!);
      system.multiply(gap, product);
      const norm = Math.sqrt(gap.reduce((sum, g, i) => sum + g * product[i]!, 0));
      expect(reason).toBe("max-iterations");
      expect(norm).toBeLessThan(error);
    }
  });

  it("ends at once where the right-hand side is zero", () => {
    const { x, iteration, reason } = conjugateGradients(system, new Float64Array(size));
    expect([iteration, reason, Math.max(...x)]).toEqual([0, "converged", 0]);
  });

  it("starts from a solution without leaving it", () => {
    const first = conjugateGradients(system, b);
    expect(first.reason).toBe("converged");
    expect(conjugateGradients(system, b, {}, first.x).iteration).toBe(0);
    expect(largestGap(first.x, exact)).toBeLessThan(1e-7);
  });
});

function codeOf(run: () => unknown): string | null {
  try {
    run();
  } catch (error) {
    return isHendersonError(error) ? error.code : null;
  }
  return null;
}
