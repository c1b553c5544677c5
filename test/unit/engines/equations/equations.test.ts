import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../../../src/engines/equations/equations.ts";
import { chooseKernels } from "../../../../src/linalg/chooseKernels.ts";
import type { Matrix } from "../../../../src/linalg/matrix.ts";
import type { Criterion, Model } from "../../../../src/model/model.ts";
import { centralDifference } from "../../../conformance/centralDifference.ts";
import { denseEquations } from "../../../conformance/denseEquations.ts";
import { groupParts, pedigreeModels } from "../../../conformance/pedigreeModels.ts";
import { uniform } from "../../../conformance/randomModels.ts";

const kernels = chooseKernels();

function rowsOf({ rows, columns, values }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => values[i + j * rows]!),
  );
}

/** Columns of groups 3 and 2: the first is the reference beside the intercept. */
function extraColumns(name: string, model: Model): number[][] {
  if (name !== "fixed groups") return [];
  const parts = groupParts(20);
  return Array.from(model.random[0]!.codes, (code) => [parts[code]![2]!, parts[code]![1]!]);
}

describe.each(Object.entries(pedigreeModels))("equations engine: %s", (name, make) => {
  const model = make();
  describe.each(["REML", "ML"] as const)("%s", (criterion: Criterion) => {
    const problem = equationsEngine.prepare(model, criterion, kernels);
    const q = problem.parameters.length;
    const random = uniform(77);
    const theta = Float64Array.from({ length: q }, () => 0.7 + 0.8 * random());
    const estimates = problem.solve(theta);
    const dense = denseEquations(
      model,
      estimates.covariances!.map(rowsOf),
      rowsOf(estimates.residualCovariance!),
      extraColumns(name, model),
    );

    it("has the objective of the dense likelihood", () => {
      const { ok, objective } = problem.evaluate(theta, 0);
      expect(ok).toBe(true);
      const expected = criterion === "REML" ? dense.reml : dense.ml;
      expect(Math.abs(objective - expected)).toBeLessThan(1e-9 * Math.abs(expected));
    });

    it("has the gradient of its objective", () => {
      const gradient = Float64Array.from(problem.evaluate(theta, 1).gradient);
      for (let a = 0; a < q; a++) {
        const slope = centralDifference(theta, a, (x) => problem.evaluate(x, 0).objective);
        expect(Math.abs(gradient[a]! - slope)).toBeLessThan(2e-6 * (1 + Math.abs(slope)));
      }
    });

    it("averages the Hessian and the expected information", () => {
      // f'Pf = (observed + expected) / 2 only up to the curvature: compare with the exact Hessian loosely in size
      const hessian = problem.evaluate(theta, 2).hessian.values.slice();
      for (let a = 0; a < q; a++) {
        for (let b = 0; b < q; b++) expect(hessian[a + b * q]!).toBeCloseTo(hessian[b + a * q]!, 8);
      }
    });

    it("solves for fixed effects, their covariance and all random effects with their prediction errors", () => {
      const solution = problem.equations!(theta);
      const p = model.fixed.matrix.columns;
      for (let c = 0; c < p; c++) {
        expect(estimates.beta[c]!).toBeCloseTo(dense.beta[c]!, 8);
        for (let d = 0; d < p; d++) {
          expect(solution.fixedCovariance.values[c + d * p]!).toBeCloseTo(dense.fixedCovariance[c]![d]!, 8);
        }
      }
      if (name === "fixed groups") return;
      model.random.forEach((term, t) => {
        const k = term.covariance.size;
        const { effects, predictionErrors } = solution.components[t]!;
        expect(effects.length).toBe(dense.effects[t]!.length);
        dense.effects[t]!.forEach((u, i) => {
          expect(effects[i]!).toBeCloseTo(u, 8);
          expect(estimates.modes[t]![i]!).toBeCloseTo(u, 8);
          const level = Math.floor(i / k);
          for (let b = 0; b < k; b++) {
            expect(predictionErrors[level * k * k + (i % k) + b * k]!).toBeCloseTo(
              dense.predictionErrors[t]![i]![level * k + b]!,
              8,
            );
          }
        });
      });
    });
  });
});
