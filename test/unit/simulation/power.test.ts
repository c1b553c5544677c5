import { describe, expect, it } from "vitest";
import { normalCdf } from "../../../src/distributions/normal.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { anovaTable } from "../../../src/inference/anova.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { assumedModel } from "../../../src/simulation/assumedModel.ts";
import { extendAlong, extendWithin } from "../../../src/simulation/extendPlan.ts";
import { power } from "../../../src/simulation/power.ts";
import { simulate } from "../../../src/simulation/simulate.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { takeRows } from "../../../src/table/takeRows.ts";
import { example } from "../../lectures/printed.ts";

const sleepstudy = example("sleepstudy.csv");

describe("power", () => {
  it("is the exact power of a t test in a balanced linear model", async () => {
    // two groups of 10, difference of one standard deviation: power.t.test(10, 1) of R 4.2.2 gives 0.5619846
    const plan = toTable({ group: Array.from({ length: 20 }, (_, i) => (i < 10 ? "a" : "b")) });
    const model = assumedModel("y ~ group", plan, {
      beta: { "(Intercept)": 0, groupb: 1 },
      components: { residual: 1 },
    });
    const n = 4000;
    const result = await power(model, { n, seed: 1, workers: 1, test: { coefficient: "groupb" } });
    expect(Math.abs(result.power - 0.5619846)).toBeLessThan(3.5 * Math.sqrt((0.562 * 0.438) / n));
    expect(result.interval[0]).toBeLessThan(result.power);
    expect(result.interval[1]).toBeGreaterThan(result.power);
    expect(result.rows).toBe(20);
  });

  it("is the level of the test where there is no effect", async () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const n = 1500;
    const result = await power(fit, {
      n,
      seed: 4,
      workers: 1,
      test: { coefficient: "Days" },
      effects: { Days: 0 },
    });
    expect(Math.abs(result.power - 0.05)).toBeLessThan(3.5 * Math.sqrt((0.05 * 0.95) / n));
  });

  it("is what the theory of a random intercept says, for effects between them", async () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const se = fit.sigma * Math.sqrt(fit.unscaledCovariance.values[3]!);
    const n = 1500;
    for (const effect of [1, 2]) {
      const result = await power(fit, {
        n,
        seed: 4,
        workers: 1,
        test: { coefficient: "Days" },
        effects: { Days: effect },
      });
      // 161 degrees of freedom: nearly normal
      const expected = normalCdf(effect / se - 1.975);
      expect(Math.abs(result.power - expected)).toBeLessThan(0.045);
    }
  });

  it("has the p values of ordinary fits of the same responses: coefficients and terms", async () => {
    const fit = fitFormula("yield ~ treat + (1 | blend)", example("penicillin.csv"));
    const n = 6;
    const t = await power(fit, { n, seed: 3, workers: 1, test: { coefficient: "treatC" } });
    const F = await power(fit, { n, seed: 3, workers: 1, test: { term: "treat" } });
    const z = await power(fit, { n, seed: 3, workers: 1, test: { coefficient: "treatC" }, ddf: "none" });
    const kr = await power(fit, {
      n,
      seed: 3,
      workers: 1,
      test: { term: "treat" },
      ddf: "kenward-roger",
    });
    const source = example("penicillin.csv");
    simulate(fit, { n, seed: 3 }).forEach((values, r) => {
      const columns = new Map(source.columns);
      columns.set("yield", { kind: "numeric", name: "yield", values });
      const again = fitFormula("yield ~ treat + (1 | blend)", { ...source, columns });
      const row = coefficientTable(again).rows.find(({ name }) => name === "treatC")!;
      expect(Math.abs(t.pValues[r]! - row.p!)).toBeLessThan(1e-4);
      const normal = coefficientTable(again, { ddf: "none" }).rows.find(({ name }) => name === "treatC")!;
      expect(Math.abs(z.pValues[r]! - normal.p!)).toBeLessThan(1e-4);
      expect(Math.abs(F.pValues[r]! - anovaTable(again).rows[0]!.p!)).toBeLessThan(1e-4);
      // balanced: both methods give the F test of the analysis of variance where the variance is inside
      if (again.covariances[0]!.values[0]! > 0)
        expect(Math.abs(kr.pValues[r]! - F.pValues[r]!)).toBeLessThan(1e-3);
    });
  });

  it("tests against a smaller fit by likelihood ratio", async () => {
    const larger = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const smaller = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const result = await power(larger, { n: 40, seed: 1, workers: 1, test: { against: smaller } });
    expect(result.power).toBe(1);
    expect(result.pValues.length).toBe(40);
  });

  it("grows with the number of groups", async () => {
    const fit = fitFormula("yield ~ treat + (1 | blend)", example("penicillin.csv"));
    const parameters = {
      beta: { "(Intercept)": 84, treatB: 1, treatC: 5, treatD: 2 },
      components: { blend: 12, residual: 19 },
    };
    const powers: number[] = [];
    for (const blends of [5, 15]) {
      const model = assumedModel(
        "yield ~ treat + (1 | blend)",
        extendAlong(example("penicillin.csv"), "blend", blends),
        parameters,
      );
      const result = await power(model, { n: 300, seed: 1, workers: 1, test: { term: "treat" } });
      expect(result.levels).toEqual({ blend: blends });
      expect(result.rows).toBe(4 * blends);
      powers.push(result.power);
    }
    expect(powers[1]! - powers[0]!).toBeGreaterThan(0.3);
    expect(fit.nobs).toBe(20);
  });

  it.each([
    [{ test: { coefficient: "Day" } }, "simulation/test", "no fixed effect 'Day'"],
    [{ test: { term: "Dayz" } }, "simulation/test", "no fixed term 'Dayz'"],
    [{ test: { term: "Days" }, alpha: 0 }, "simulation/alpha", "0"],
    [{ test: { term: "Days" }, n: 0 }, "simulation/count", "0"],
    [{ test: { term: "Days" }, effects: { Dais: 1 } }, "simulation/coefficients", "closest is 'Days'"],
  ])("refuses %o with %s", async (options, code, words) => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    await expect(power(fit, { n: 5, seed: 1, workers: 1, ...options })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });
});

describe("plans of other sizes", () => {
  const table = toTable({ g: ["a", "a", "b", "b", "b"], t: [0, 1, 0, 1, 2] });

  it("have more levels with the rows of those that are there, or the first ones", () => {
    const four = extendAlong(table, "g", 4);
    const g = four.columns.get("g")!;
    if (g.kind !== "text") throw new Error("groups are text");
    expect(Array.from(g.codes, (code) => g.levels[code])).toEqual([
      ...["a", "a", "b", "b", "b", "a.2", "a.2", "b.2", "b.2", "b.2"],
    ]);
    expect(extendAlong(table, "g", 1)).toEqual(takeRows(table, Int32Array.of(0, 1)));
  });

  it("have more or fewer rows in each combination", () => {
    const longer = extendWithin(table, ["g"], 4).columns.get("t")!;
    expect([...(longer.kind === "numeric" ? longer.values : [])]).toEqual([0, 1, 0, 1, 0, 1, 2, 0]);
    expect(extendWithin(table, ["g"], 1).rowCount).toBe(2);
    expect(extendWithin(table, ["g", "t"], 2).rowCount).toBe(10);
  });

  it("need a column that is there, and a number", () => {
    expect(() => extendAlong(table, "h", 2)).toThrowError(
      expect.objectContaining({ code: "simulation/column" }),
    );
    expect(() => extendAlong(table, "g", 0)).toThrowError(
      expect.objectContaining({ code: "simulation/count" }),
    );
  });
});
