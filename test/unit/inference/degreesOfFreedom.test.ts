import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { anovaTable } from "../../../src/inference/anova.ts";
import { betweenWithin } from "../../../src/inference/betweenWithin.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { containment } from "../../../src/inference/containment.ts";
import { denominatorOf } from "../../../src/inference/denominator.ts";
import { kenwardRoger } from "../../../src/inference/kenwardRoger.ts";
import { linearHypothesis } from "../../../src/inference/linearHypothesis.ts";
import { waldTest } from "../../../src/inference/waldTest.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { errorOf } from "../base/errorOf.ts";
import { tableNamed } from "./reference.ts";

const sleep = tableNamed("sleepstudy");

const degrees = (formula: string, data: string, ddf: typeof containment, factors: readonly string[] = []) =>
  coefficientTable(fitFormula(formula, tableNamed(data), { factors }), { ddf }).rows.map(({ df }) => df);

describe("containment", () => {
  it("is the split-plot analysis of a balanced split-plot design", () => {
    // Oats: 6 blocks, 3 varieties on whole plots, 4 nitrogen levels on sub-plots
    const fit = fitFormula("yield ~ Variety * factor(nitro) + (1 | Block/Variety)", tableNamed("Oats"));
    const rows = anovaTable(fit, { ddf: containment }).rows;
    expect(rows.map(({ denDF }) => denDF)).toEqual([10, 45, 45]);
  });

  it("takes a random slope as what contains its covariate", () => {
    expect(degrees("Reaction ~ Days + (Days | Subject)", "sleepstudy", containment, ["Subject"])).toEqual([
      17, 17,
    ]);
    expect(degrees("Reaction ~ Days + (1 | Subject)", "sleepstudy", containment, ["Subject"])).toEqual([
      17, 161,
    ]);
  });

  it("has the smallest rank contribution where groupings cross", () => {
    // 24 plates and 6 samples: rank 1 + 23 + 5
    expect(degrees("diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin", containment)).toEqual([5]);
    // every record has a plate and a sample, so their product adds the residual's 115 degrees of freedom
    const crossed = fitFormula("diameter ~ sample + (1 | plate)", tableNamed("Penicillin"));
    expect(coefficientTable(crossed, { ddf: containment }).rows.map(({ df }) => df)).toEqual([
      23, 115, 115, 115, 115, 115,
    ]);
  });

  it("does not need the treatment in the name of a subject", () => {
    const named = degrees("distance ~ age * Sex + (1 | Sex:Subject)", "Orthodont", containment);
    expect(degrees("distance ~ age * Sex + (1 | Subject)", "Orthodont", containment)).toEqual(named);
    expect(named).toEqual([25, 79, 25, 79]);
  });

  it("counts empty cells by rank, not by levels", () => {
    const fit = fitFormula(
      "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)",
      tableNamed("machinesMissing"),
      {
        factors: ["Worker"],
      },
    );
    const denominator = denominatorOf(fit, containment);
    // 44 scores in all 18 cells
    expect(denominator.degreesOfFreedom(Float64Array.of(0, 1, -1))).toBe(10);
  });

  it("an effect without anything left has no test, and a note says which", () => {
    const rows = ["a", "a", "b", "b", "c", "c"].map((g, i) => ({ g, y: [1, 2, 4, 3, 7, 9][i]!, x: g }));
    const fit = fitFormula("y ~ x + (1 | g)", toTable(rows));
    const table = coefficientTable(fit, { ddf: containment });
    expect(table.rows[1]).toMatchObject({ df: 0, p: null, ci: null });
    expect(table.notes.map(({ code }) => code)).toEqual(["inference/no-degrees-of-freedom"]);
    expect(anovaTable(fit, { ddf: containment }).rows[0]).toMatchObject({ p: null });
  });
});

describe("between-within", () => {
  it("a contrast has the smallest degrees of freedom of the coefficients in it", () => {
    const fit = fitFormula("yield ~ Variety * nitro + (1 | Block/Variety)", tableNamed("Oats"));
    const denominator = denominatorOf(fit, betweenWithin);
    expect(denominator.degreesOfFreedom(Float64Array.of(0, 0, 0, 1, 0, 0))).toBe(51);
    expect(denominator.degreesOfFreedom(Float64Array.of(1, 1, 0, 0.4, 0, 0))).toBe(10);
    expect(
      waldTest(
        fit,
        [
          [0, 1, 0, 0, 0, 0],
          [0, 0, 0, 1, 0, 0],
        ],
        [0, 0],
        { ddf: betweenWithin },
      ).denDF,
    ).toBe(10);
  });

  it("does not depend on how the constant is coded", () => {
    const coded = degrees("yield ~ Variety + nitro + (1 | Block/Variety)", "Oats", betweenWithin);
    const means = degrees("yield ~ 0 + Variety + nitro + (1 | Block/Variety)", "Oats", betweenWithin);
    expect(coded).toEqual([53, 10, 10, 53]);
    expect(means).toEqual([10, 10, 10, 53]);
    expect(degrees("Reaction ~ 0 + Days + (1 | Subject)", "sleepstudy", betweenWithin)).toEqual([161]);
  });

  it("groupings that cross are refused, with the methods that work", () => {
    const fit = fitFormula("diameter ~ 1 + (1 | plate) + (1 | sample)", tableNamed("Penicillin"));
    const error = errorOf(() => coefficientTable(fit, { ddf: betweenWithin }));
    expect(error.code).toBe("inference/not-nested");
    expect(error.message).toContain("'plate' is not nested within 'sample'");
    expect(error.hint).toContain("containment");
  });
});

describe("Kenward-Roger", () => {
  it("leaves a linear model as it is", () => {
    const fit = fitFormula("Reaction ~ Days", sleep);
    const own = coefficientTable(fit);
    const table = coefficientTable(fit, { ddf: kenwardRoger });
    expect(table.rows.map(({ se, df }) => [se, df])).toEqual(own.rows.map(({ se, df }) => [se, df]));
  });

  it("is that of the REML fit where the model was fitted by maximum likelihood, and says so", () => {
    const formula = "Reaction ~ Days + (Days | Subject)";
    const ml = coefficientTable(fitFormula(formula, sleep, { method: "ML" }), { ddf: kenwardRoger });
    const reml = coefficientTable(fitFormula(formula, sleep), { ddf: kenwardRoger });
    ml.rows.forEach((row, i) => {
      expect(row.se! / reml.rows[i]!.se!).toBeCloseTo(1, 7);
      expect(row.df! / reml.rows[i]!.df!).toBeCloseTo(1, 7);
    });
    expect(ml.notes.map(({ code }) => code)).toEqual(["inference/refitted-by-reml"]);
    expect(reml.notes).toEqual([]);
  });

  it("is the same from the equations as level by level", () => {
    const formula = "Reaction ~ Days + (Days | Subject)";
    const engines = [equationsEngine];
    const blocked = fitFormula(formula, sleep);
    const equations = fitFormula(formula, sleep, { engines, algorithm: "ai" });
    expect(equations.engine).toBe("equations");
    const [a, b] = [blocked, equations].map((fit) => coefficientTable(fit, { ddf: kenwardRoger }).rows);
    a!.forEach((row, i) => {
      expect(b![i]!.se! / row.se!).toBeCloseTo(1, 7);
      expect(b![i]!.df! / row.df!).toBeCloseTo(1, 7);
    });
  });

  it("known variances leave nothing to adjust: normal tests", () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleep, {
      engines: [equationsEngine],
      components: { Subject: 1300, residual: 900 },
    });
    const table = coefficientTable(fit, { ddf: kenwardRoger });
    expect(table.rows.map(({ df }) => df)).toEqual([null, null]);
    expect(table.rows.map(({ se }) => se)).toEqual(
      coefficientTable(fit, { ddf: "none" }).rows.map(({ se }) => se),
    );
    expect(table.notes.map(({ code }) => code)).toEqual(["inference/variances-known"]);
  });

  it("one known variance is not estimated: more degrees of freedom, a smaller error", () => {
    const engines = [equationsEngine];
    const formula = "Reaction ~ Days + (1 | Subject)";
    const free = fitFormula(formula, sleep, { engines });
    const Subject = free.covariances[0]!.values[0]!;
    const held = fitFormula(formula, sleep, { engines, components: { Subject } });
    const [a, b] = [free, held].map((fit) => coefficientTable(fit, { ddf: kenwardRoger }).rows[0]!);
    expect(b!.estimate! / a!.estimate!).toBeCloseTo(1, 6);
    expect(b!.df!).toBeGreaterThan(3 * a!.df!);
    expect(b!.se!).toBeLessThanOrEqual(a!.se! * (1 + 1e-12)); // equal in balanced data, up to rounding
  });

  it.each([
    ["inside the parameter space", "age != 12 | distance > 25", false],
    ["where the correlation is one", "distance < 27 | age == 8", true],
  ])("does not depend on how a covariance is parameterized, %s", (_, subset, boundary) => {
    // with two coefficients cs and hetar1 are unstructured covariances, and ar1 is homcs: variances and a correlation
    // instead of variances and a covariance
    const rows = tableNamed("Orthodont");
    const formula = (structure: string): string =>
      `distance ~ age + Sex + ${structure}(0 + factor(age > 10) | Subject)`;
    const tables = ["us", "cs", "hetar1", "homcs", "ar1"].map((structure) => {
      const fit = fitFormula(formula(structure), rows, { subset });
      return coefficientTable(fit, { ddf: kenwardRoger });
    });
    const [us, cs, hetar1, homcs, ar1] = tables;
    for (const [linear, bent] of [
      [us, cs],
      [us, hetar1],
      [homcs, ar1],
    ]) {
      linear!.rows.forEach((row, i) => {
        expect(bent!.rows[i]!.se! / row.se!).toBeCloseTo(1, 7);
        expect(bent!.rows[i]!.df! / row.df!).toBeCloseTo(1, 6);
      });
      const codes = boundary ? ["inference/kr-boundary"] : [];
      expect(linear!.notes.map(({ code }) => code)).toEqual(codes);
      expect(bent!.notes.map(({ code }) => code)).toEqual([...codes, "inference/kr-nonlinear"]);
    }
  });

  it("has for traits of a balanced design what each has alone", () => {
    let seed = 3;
    const uniform = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 0.5) / 4294967296 - 0.5;
    };
    const effects = Array.from({ length: 12 }, () => 4 * uniform());
    const rows = Array.from({ length: 120 }, (_, i) => {
      const a = 2 + 0.3 * (i % 3) + effects[i % 12]! + 3 * uniform();
      return { g: `g${i % 12}`, x: i % 3, a, b: 1 - 0.4 * effects[(5 * i) % 12]! + 0.5 * a + 3 * uniform() };
    });
    const table = toTable(rows);
    const both = fitFormula("mvbind(a, b) ~ x + (1 | g)", table, { engines: [equationsEngine] });
    const own = coefficientTable(both, { ddf: kenwardRoger }).rows;
    const alone = ["a", "b"].flatMap(
      (y) => coefficientTable(fitFormula(`${y} ~ x + (1 | g)`, table), { ddf: kenwardRoger }).rows,
    );
    own.forEach(({ se, df }, i) => {
      expect(se! / alone[i]!.se!).toBeCloseTo(1, 6);
      expect(df! / alone[i]!.df!).toBeCloseTo(1, 6);
    });
    const test = linearHypothesis(both, "a:x = b:x", { ddf: kenwardRoger });
    expect(test.rows[0]!.estimate).toBeCloseTo(own[1]!.estimate! - own[3]!.estimate!, 12);
    expect(test.denDF!).toBeGreaterThan(5);
  });

  it("a variance that the fixed effects leave nothing to learn from does not count", () => {
    const pastes = tableNamed("Pastes");
    for (const [formula, same] of [
      ["strength ~ batch + (1 | batch)", "strength ~ batch"],
      ["strength ~ batch + (1 | batch) + (1 | batch:cask)", "strength ~ batch + (1 | batch:cask)"],
    ]) {
      const [own, plain] = [formula!, same!].map((text) =>
        coefficientTable(fitFormula(text, pastes), { ddf: kenwardRoger }),
      );
      expect(own!.notes).toEqual([]);
      own!.rows.forEach(({ df }, i) => {
        expect(df! / plain!.rows[i]!.df!).toBeCloseTo(1, 8);
      });
    }
  });

  it("dependent rows of a hypothesis count once", () => {
    const fit = fitFormula("Reaction ~ Days + I(Days^2) + (Days | Subject)", sleep);
    const rows = [
      [0, 1, 0],
      [0, 0, 1],
    ];
    const once = waldTest(fit, rows, [0, 0], { ddf: kenwardRoger });
    const twice = waldTest(fit, [...rows, [0, 2, 3]], [0, 0, 0], { ddf: kenwardRoger });
    expect(twice.df).toBe(2);
    expect(twice.F / once.F).toBeCloseTo(1, 9);
    expect(twice.denDF! / once.denDF!).toBeCloseTo(1, 9);
  });

  it("ANOVA estimates are refused", () => {
    const fit = fitFormula("Yield ~ 1 + (1 | Batch)", tableNamed("Dyestuff"), {
      engines: [equationsEngine],
      method: "ANOVA",
    });
    expect(errorOf(() => coefficientTable(fit, { ddf: kenwardRoger })).code).toBe("inference/ddf-needs-reml");
  });
});
