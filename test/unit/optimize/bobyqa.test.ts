import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { prepareProblem } from "../../../src/fit/fit.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import { minimizeBobyqa } from "../../../src/optimize/bobyqa/bobyqa.ts";
import { describeOptimizer } from "../../conformance/optimizers.ts";
import { referenceCases, referenceTable } from "../../reference/referenceCase.ts";
import { thetaAt } from "../../reference/thetaAt.ts";

describeOptimizer({
  name: "BOBYQA",
  minimize: minimizeBobyqa,
  sizes: [1, 2, 3, 4, 5, 6, 7, 8],
  excludes: {},
  evaluationLimit: (q) => 700 * q,
});

const names = [
  "sleepstudy-slope-reml",
  "sleepstudy-slope-ml",
  "sleepstudy-weights-reml",
  "pastes-nested",
  "penicillin-crossed",
  "machines-interaction",
  "orthodont-slope",
  "dyestuff2-singular-ml",
  "rabbit-log-singular",
  "sleepstudy-quadratic-slopes",
];

describe("BOBYQA against lme4", () => {
  const chosen = referenceCases().filter(({ name }) => names.includes(name));

  it("knows the chosen cases", () => {
    expect(chosen.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it.each(chosen.map((reference) => [reference.name, reference] as const))(
    "comes to the deviance of %s without a gradient",
    (_, reference) => {
      const { method, ...options } = reference.options;
      const table = referenceTable(reference.data);
      const { model } = buildDesign(parseFormula(reference.formula), table, options);
      const problem = prepareProblem(model, method, typescriptKernels);
      const optimum = minimizeBobyqa(
        {
          evaluate: (x, order) => {
            expect(order).toBe(0);
            return problem.evaluate(x, order);
          },
        },
        problem.start,
      );
      expect(optimum.reason).toBe("converged");
      expect(optimum.evaluations.gradient).toBe(0);
      expect(optimum.objective).toBeLessThan(reference.objective + 1e-6);
      expect(Math.abs(optimum.objective - reference.objective)).toBeLessThan(1e-4);
      const theta = optimum.x.slice();
      problem.rectify(theta);
      // where lme4's theta has standard errors the minimum has a place
      const theirs = thetaAt(model.random, reference);
      const errors = Object.values(reference.components).flatMap(({ thetaSe }) => thetaSe ?? [null]);
      if (errors.every((error): error is number => error !== null)) {
        theta.forEach((value, a) => {
          expect(Math.abs(value - theirs[a]!)).toBeLessThan(2e-3 * errors[a]!);
        });
      }
    },
  );
});
