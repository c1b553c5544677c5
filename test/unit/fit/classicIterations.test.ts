import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { averageInformationReml } from "../../../src/fit/classicIterations.ts";
import { componentEstimates } from "../../../src/fit/componentEstimates.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { pedigreeModels } from "../../conformance/pedigreeModels.ts";
import { fitModel, prepareProblem } from "../../conformance/withEquations.ts";
import { example } from "../../lectures/printed.ts";

const sleepstudy = buildDesign(
  parseFormula("Reaction ~ Days + (Days | Subject)"),
  example("sleepstudy.csv"),
).model;

describe("the classic algorithms", () => {
  it("average information ends where Newton's method in theta does", () => {
    for (const method of ["REML", "ML"] as const) {
      const newton = fitModel(sleepstudy, { method });
      const ai = fitModel(sleepstudy, { method, algorithm: "ai" });
      expect(newton.engine).toBe("blocked");
      expect(ai.engine).toBe("equations");
      expect(ai.convergence).toMatchObject({ converged: true, optimizer: "ai" });
      expect(ai.logLik).toBeCloseTo(newton.logLik, 8);
      expect(ai.degreesOfFreedom).toBe(newton.degreesOfFreedom);
      ai.covariances[0]!.values.forEach((v, i) => {
        expect(v / newton.covariances[0]!.values[i]!).toBeCloseTo(1, 4);
      });
    }
  });

  it("average information that creeps towards a boundary is followed by Newton's method, which gets there", () => {
    const table = example("dyestuff2.csv");
    const { model } = buildDesign(parseFormula("Yield ~ 1 + (1 | Batch)"), table);
    const newton = fitModel(model);
    const ai = fitModel(model, { algorithm: "ai" });
    expect(ai.covariances[0]!.values[0]).toBe(0);
    expect(ai.convergence.converged).toBe(true);
    expect(ai.convergence.iterations).toBeLessThan(60);
    expect(ai.logLik).toBeCloseTo(newton.logLik, 8);
    expect(ai.notes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["fit/boundary", "fit/fallback"]),
    );
    // who says how many iterations there shall be gets these and no others
    expect(fitModel(model, { algorithm: "ai", maxIterations: 3 }).convergence.iterations).toBe(3);
  });

  it("EM climbs at every iteration and never leaves the parameter space", () => {
    const fit = fitModel(pedigreeModels["two traits, missing records, relationship and herd"]!(), {
      algorithm: "em",
      maxIterations: 60,
      trace: true,
    });
    const objectives = fit.convergence.trace!.map((row) => row.objective);
    expect(objectives.length).toBe(61);
    for (let i = 1; i < objectives.length; i++)
      expect(objectives[i]!).toBeLessThanOrEqual(objectives[i - 1]! + 1e-9);
  });

  it("starts from components by name and reports every iterate", () => {
    const components = {
      Subject: [
        [600, 10],
        [10, 35],
      ],
      residual: 650,
    };
    const seen: number[][] = [];
    const problem = prepareProblem(sleepstudy, "REML", undefined, { engine: "equations" });
    const { reason } = averageInformationReml(problem.natural!, Float64Array.of(600, 10, 35, 650), {
      onIteration: (row) => {
        seen.push([...row.values]);
        return undefined;
      },
    });
    expect(reason).toBe("converged");
    expect(seen[0]).toEqual([600, 10, 35, 650]);
    const fit = fitModel(sleepstudy, { algorithm: "ai", startComponents: components, trace: true });
    expect(fit.convergence.iterations).toBe(seen.length - 1);
  });

  it("is cancelled by its callback", () => {
    const fit = fitModel(sleepstudy, { algorithm: "ai", onProgress: ({ iteration }) => iteration < 1 });
    expect(fit.notes.map((note) => note.code)).toContain("fit/cancelled");
  });

  it("gives standard errors of components that shrink with the information", () => {
    const { rows, covariance } = componentEstimates(fitModel(sleepstudy, { algorithm: "ai" }));
    expect(rows.map((r) => r.name)).toEqual(["Subject[1,1]", "Subject[2,1]", "Subject[2,2]", "residual"]);
    // residual: about 2 sigma^4 / (180 - 2 * 18)
    expect(rows[3]!.se! / (rows[3]!.estimate * Math.sqrt(2 / 144))).toBeCloseTo(1, 1);
    expect(covariance!.values[1]).toBeCloseTo(covariance!.values[4]!, 9);
  });
});
