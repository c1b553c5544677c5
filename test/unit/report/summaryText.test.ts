import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula, fitModel } from "../../../src/fit/fit.ts";
import { loadFit, saveFit } from "../../../src/report/fitFile.ts";
import { fitJson } from "../../../src/report/fitJson.ts";
import { summarize } from "../../../src/report/summary.ts";
import { summaryText } from "../../../src/report/summaryText.ts";
import { varianceComponents } from "../../../src/report/varianceComponents.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";

const { table } = readDelimited(
  readFileSync(new URL("../../../examples/sleepstudy.csv", import.meta.url), "utf8"),
);
const sleep = fitFormula("Reaction ~ Days + (Days | Subject)", table);

describe("summaryText", () => {
  it("takes a fit as it is", () => {
    expect(summaryText(sleep)).toBe(summaryText(summarize(sleep)));
  });

  it("describes a model that was given as numbers", () => {
    const text = summaryText(fitModel(sleep.model));
    expect(text.split("\n")[0]).toBe(
      "Linear mixed model fit by REML. t-tests use Satterthwaite's method ['henderson']",
    );
    expect(text).not.toContain("Formula:");
    expect(text).toContain("Days          10.467      1.546  17.000   6.771 3.26e-06   7.206  13.729");
    const loaded = loadFit(saveFit(fitModel(sleep.model)));
    expect([loaded.design, loaded.beta]).toEqual([null, sleep.beta]);
  });

  it("uses z where there are no degrees of freedom, and says which degrees of freedom there are", () => {
    const none = summaryText(summarize(sleep, { ddf: "none", level: 0.9 }));
    expect(none).toContain("Linear mixed model fit by REML ['henderson']");
    expect(none).toContain("            Estimate Std. Error z value Pr(>|z|)     5 %    95 %");
    expect(summaryText(summarize(sleep, { ddf: "residual" }))).toContain(
      "t-tests use residual degrees of freedom",
    );
  });

  it("names the weights and counts the rows that were left out", () => {
    const holes = toTable({ y: [1, 3, null, 4, 8, 7], x: [1, 2, 3, 4, 5, 6], w: [1, 2, 1, 2, 1, 2] });
    const text = summaryText(fitFormula("y ~ x", holes, { weights: "w" }), { dataName: "holes" });
    expect(text).toContain("   Data: holes\nWeights: w\n");
    expect(text).toContain("Weighted Residuals:\n      1       2       4       5       6\n");
    expect(text).toContain("  (1 observation deleted due to missingness)");
  });

  it("shows coefficients that are not defined as NA", () => {
    const text = summaryText(fitFormula("Reaction ~ Days + I(2 * Days)", table));
    expect(text).toContain("Coefficients: (1 not defined because of singularities)");
    expect(text).toMatch(/I\(2 \* Days\) +NA +NA +NA +NA +NA +NA/);
    expect(text).toContain("design/aliased");
  });

  it("shows predicted random effects on request", () => {
    const text = summaryText(summarize(sleep, { randomEffects: true }));
    // lme4: ranef(fm)$Subject["308", ] is 2.258 9.199
    expect(text).toMatch(/ Subject 308 {3}\(Intercept\) +2\.25/);
  });
});

describe("varianceComponents", () => {
  it("has the standard deviations and correlations of VarCorr", () => {
    const [subject] = varianceComponents(sleep);
    expect(subject).toMatchObject({ component: "Subject", group: "Subject", structure: "us", levels: 18 });
    // nlme and lme4 at the exact optimum
    expect(subject!.sd[0]).toBeCloseTo(24.740448, 3);
    expect(subject!.sd[1]).toBeCloseTo(5.922133, 4);
    expect(subject!.corr[1]![0]).toBeCloseTo(0.066, 3);
  });

  it("has no correlation with a coefficient that does not vary", () => {
    const data = toTable({
      y: [1, 2, 3, 1.2, 2.2, 2.9, 1.1, 2.1, 3.1],
      x: [1, 2, 3, 1, 2, 3, 1, 2, 3],
      g: [..."aaabbbccc"],
    });
    const flat = fitFormula("y ~ x + (1 | g)", data);
    const [g] = varianceComponents(flat);
    expect(g!.corr).toEqual(g!.sd[0] === 0 ? [[null]] : [[1]]);
    expect(JSON.stringify(fitJson(flat))).not.toMatch(/NaN|Infinity/);
  });
});
