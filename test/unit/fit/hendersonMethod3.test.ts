import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { hendersonMethod3 } from "../../../src/fit/hendersonMethod3.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { modelOf, termOf } from "../../conformance/pedigreeModels.ts";
import { fitModel } from "../../conformance/withEquations.ts";
import { example } from "../../lectures/printed.ts";

const file = new URL("../../../../shared/yardsticks/genetics.json", import.meta.url);

function modelFrom(formula: string, data: string) {
  return buildDesign(parseFormula(formula), example(data)).model;
}

describe("hendersonMethod3", () => {
  it.skipIf(!existsSync(file))(
    "gives the sire model M17.3 of the textbook (skipped without the yardsticks)",
    () => {
      const { input, checks } = JSON.parse(readFileSync(file, "utf8")).examples["M17.3"];
      const model = modelOf(
        input.y,
        input.y.map(() => [1]),
        [
          termOf({
            component: "sire",
            size: 1,
            levels: ["1", "2", "3"],
            codes: Int32Array.from(input.sire as number[], (s) => s - 1),
          }),
        ],
      );
      const { fixedSumOfSquares, sources, estimates } = hendersonMethod3(model);
      const [F, S, R] = checks["F,S,R"].computed;
      expect(fixedSumOfSquares).toBeCloseTo(F, 9);
      expect(sources[0]!.sumOfSquares).toBeCloseTo(S, 9);
      expect(sources[1]!.sumOfSquares).toBeCloseTo(R, 9);
      const [ve, vs] = checks["ve,vs"].computed;
      expect(estimates.get("residual")).toBeCloseTo(ve, 9);
      expect(estimates.get("sire")).toBeCloseTo(vs, 9);
    },
  );

  it("equals REML in balanced data with positive estimates", () => {
    for (const [formula, data] of [
      ["strength ~ 1 + (1 | batch) + (1 | batch:cask)", "pastes.csv"],
      ["Yield ~ 1 + (1 | Batch)", "dyestuff.csv"],
      ["yield ~ treat + (1 | blend)", "penicillin.csv"],
    ] as const) {
      const model = modelFrom(formula, data);
      const { estimates } = hendersonMethod3(model);
      const reml = fitModel(model);
      model.random.forEach((term, t) => {
        expect(estimates.get(term.component)! / reml.covariances[t]!.values[0]!).toBeCloseTo(1, 5);
      });
      expect(estimates.get("residual")! / reml.sigma ** 2).toBeCloseTo(1, 5);
    }
  });

  it("has the expectations of the balanced nested design: 10 batches, 3 casks each, 2 assays a cask", () => {
    const { sources } = hendersonMethod3(
      modelFrom("strength ~ 1 + (1 | batch) + (1 | batch:cask)", "pastes.csv"),
    );
    expect(sources.map((s) => s.degreesOfFreedom)).toEqual([9, 20, 30]);
    const rounded = sources.map((s) => s.expectation.map((v) => Math.round(v * 1e8) / 1e8));
    expect(rounded).toEqual([
      [54, 18, 9],
      [0, 40, 20],
      [0, 0, 30],
    ]);
  });

  it("lets an estimate be negative, as the method does", () => {
    const { estimates } = hendersonMethod3(modelFrom("Yield ~ 1 + (1 | Batch)", "dyestuff2.csv"));
    expect(estimates.get("Batch")!).toBeLessThan(0);
  });

  it("refuses what it does not take", () => {
    expect(() => hendersonMethod3(modelFrom("Reaction ~ Days + (Days | Subject)", "sleepstudy.csv"))).toThrow(
      "several effects a row in Subject",
    );
    expect(() => hendersonMethod3(modelFrom("Reaction ~ Days", "sleepstudy.csv"))).toThrow("no random terms");
  });
});

describe("fitting by the ANOVA method", () => {
  it("solves for the effects with its estimates and counts them", () => {
    const model = modelFrom("Yield ~ 1 + (1 | Batch)", "dyestuff.csv");
    const fit = fitModel(model, { method: "ANOVA" });
    const reml = fitModel(model);
    expect(fit.method).toBe("ANOVA");
    expect(fit.logLik).toBeCloseTo(reml.logLik, 8);
    expect(fit.degreesOfFreedom).toBe(reml.degreesOfFreedom);
    expect(fit.modes[0]![0]! / reml.modes[0]![0]!).toBeCloseTo(1, 5);
  });

  it("says that an estimate was below zero", () => {
    const fit = fitModel(modelFrom("Yield ~ 1 + (1 | Batch)", "dyestuff2.csv"), { method: "ANOVA" });
    expect(fit.notes.map((note) => note.code)).toContain("fit/negative-variance");
    expect(fit.covariances[0]!.values[0]).toBe(0);
  });
});
