import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../../../src/engines/equations/equations.ts";
import { fit as fitFormula, fitModel } from "../../../../src/fit/fit.ts";
import type { EstimateTable } from "../../../../src/inference/means/estimateTable.ts";
import { jointTests } from "../../../../src/inference/means/jointTests.ts";
import { means } from "../../../../src/inference/means/means.ts";
import type { MeansOptions } from "../../../../src/inference/means/meansOptions.ts";
import { slopes } from "../../../../src/inference/means/slopes.ts";
import { loadFit, saveFit } from "../../../../src/report/fitFile.ts";
import { toTable } from "../../../../src/table/fromObjects.ts";
import { errorOf } from "../../base/errorOf.ts";
import { tableNamed } from "../reference.ts";

const oats = tableNamed("Oats");
const oatsFit = fitFormula("yield ~ Variety * factor(nitro) + (1 | Block/Variety)", oats);
const pigs = tableNamed("pigs");
const pigsFit = fitFormula("conc ~ source * percent", pigs);
const cows = tableNamed("cows");
const warpbreaks = tableNamed("warpbreaks");
const warp = fitFormula("breaks ~ wool * tension", warpbreaks);
const codes = (notes: readonly { readonly code: string }[]): string[] => notes.map(({ code }) => code);
const estimates = ({ rows }: EstimateTable): (number | null)[] => rows.map(({ estimate }) => estimate);

function near(
  actual: readonly (number | null)[],
  expected: readonly (number | null)[],
  digits: number,
): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value!, digits);
}

describe("means", () => {
  it("do not depend on the coding of factors, their order or the intercept", () => {
    const base = means(warp, warpbreaks, "pairwise ~ tension | wool").contrasts!;
    const others = [
      fitFormula("breaks ~ wool * tension", warpbreaks, { contrasts: { wool: "sum", tension: "helmert" } }),
      fitFormula("breaks ~ tension:wool", warpbreaks),
      fitFormula("breaks ~ 0 + tension:wool", warpbreaks),
      fitFormula("breaks ~ tension * wool", warpbreaks, { contrasts: { tension: "poly" } }),
    ];
    for (const other of others) {
      const table = means(other, warpbreaks, "pairwise ~ tension | wool").contrasts!;
      near(estimates(table), estimates(base), 10);
      near(
        table.rows.map(({ p }) => p),
        base.rows.map(({ p }) => p),
        10,
      );
    }
  });

  it("follow the order of levels of the fit", () => {
    const other = fitFormula("breaks ~ wool * tension", warpbreaks, { reference: { tension: "M" } });
    const table = means(other, warpbreaks, "tension").estimates;
    expect(table.rows.map(({ levels }) => levels.tension)).toEqual(["M", "H", "L"]);
    const relevelled = fitFormula('breaks ~ wool + relevel(tension, ref = "L")', warpbreaks);
    expect(means(relevelled, warpbreaks, "tension").estimates.rows[0]!.levels).toEqual({ tension: "L" });
  });

  it("of cells are the raw means of the data when cells weight themselves", () => {
    const table = means(warp, warpbreaks, "tension", { weights: "cells" }).estimates;
    const column = warpbreaks.columns.get("breaks")!;
    const tension = warpbreaks.columns.get("tension")!;
    if (column.kind !== "numeric" || tension.kind !== "text") throw new Error("other columns");
    for (const row of table.rows) {
      const own = Array.from(column.values).filter(
        (_, i) => tension.levels[tension.codes[i]!] === row.levels.tension,
      );
      expect(row.estimate).toBeCloseTo(own.reduce((sum, y) => sum + y, 0) / own.length, 10);
      expect(row.count).toBe(own.length);
    }
  });

  it("know a factor by the text of the formula too", () => {
    expect(estimates(means(oatsFit, oats, "factor(nitro)").estimates)).toEqual(
      estimates(means(oatsFit, oats, "nitro").estimates),
    );
  });

  it("evaluate transformed covariates at the mean of the covariate", () => {
    const cubic = fitFormula("conc ~ source + poly(percent, 3)", pigs);
    const raw = fitFormula("conc ~ source + percent + I(percent^2) + I(percent^3)", pigs);
    near(
      estimates(means(cubic, pigs, "source").estimates),
      estimates(means(raw, pigs, "source").estimates),
      8,
    );
  });

  it("take logical columns as factors and two-valued numbers as such", () => {
    const table = toTable({
      y: [1, 3, 2, 5, 4, 6, 5, 8],
      ok: [true, false, true, false, true, false, true, false],
      k: [0, 0, 1, 1, 0, 0, 1, 1],
    });
    const fit = fitFormula("y ~ ok + k", table);
    const result = means(fit, table, "pairwise ~ ok");
    expect(result.estimates.rows.map(({ levels }) => levels.ok)).toEqual(["FALSE", "TRUE"]);
    expect(result.estimates.averagedOver).toEqual(["k"]);
    expect(result.contrasts!.rows[0]!.levels.contrast).toBe("FALSE - TRUE");
    expect(means(fit, table, "k").estimates.rows.length).toBe(2);
    expect(means(fit, table, "ok", { reduce: ["k"] }).estimates.averagedOver).toEqual([]);
    expect(means(fit, table, "ok", { at: { ok: [true] } }).estimates.rows.length).toBe(1);
  });

  it("stand at medians and ranges where asked for", () => {
    const grid = (options: MeansOptions): readonly string[] =>
      means(pigsFit, pigs, "source", options).grid.find(({ name }) => name === "percent")!.values;
    expect(grid({ covariates: "range" })).toEqual(["9", "18"]);
    expect(grid({ covariates: "median" })).toEqual(["12"]);
    expect(grid({ keep: ["percent"] })).toEqual(["9", "12", "15", "18"]);
    expect(Number(grid({})[0])).toBeCloseTo(12.931034, 6);
  });

  it("of a saved fit with its table are those of the fit", () => {
    const loaded = loadFit(saveFit(oatsFit), { table: oats });
    const ours = means(loaded, oats, "pairwise ~ Variety");
    const base = means(oatsFit, oats, "pairwise ~ Variety");
    expect(estimates(ours.contrasts!)).toEqual(estimates(base.contrasts!));
  });

  it("are computed only as far as asked for", () => {
    const { contrasts } = means(warp, warpbreaks, "pairwise ~ tension", { infer: "tests" });
    expect([contrasts!.rows[0]!.lower, contrasts!.intervals]).toEqual([null, null]);
    const { estimates: table } = means(warp, warpbreaks, "tension", { infer: "intervals" });
    expect([table.rows[0]!.p, table.tests]).toEqual([null, null]);
    expect(table.rows[0]!.lower).not.toBeNull();
  });

  it("have letters in every table", () => {
    const { letters } = means(oatsFit, oats, "~ nitro | Variety", { letters: 0.05 });
    expect(letters!.groups).toEqual("a ab bc c a b b b a a b b".split(" "));
  });

  it("by kept traits are those of R's multivariate linear model", () => {
    // emmeans 1.8.4 of lm(yield ~ Block + Variety, MOats): means and standard errors by trait
    const columns: Record<string, number[] | string[]> = { Block: [], Variety: [] };
    const wide = new Map<string, Map<string, number>>();
    const text = (name: string, i: number): string => {
      const column = oats.columns.get(name)!;
      return column.kind === "text"
        ? column.levels[column.codes[i]!]!
        : String(column.kind === "numeric" && column.values[i]!);
    };
    for (let i = 0; i < oats.rowCount; i++) {
      const key = `${text("Block", i)} ${text("Variety", i)}`;
      const own = wide.get(key) ?? new Map<string, number>();
      wide.set(key, own.set(text("nitro", i), Number(text("yield", i))));
    }
    columns.Block = [...wide.keys()].map((key) => key.split(" ")[0]!);
    columns.Variety = [...wide.keys()].map((key) => key.slice(key.indexOf(" ") + 1));
    for (const [name, nitro] of [
      ["y0", "0"],
      ["y2", "0.2"],
      ["y4", "0.4"],
      ["y6", "0.6"],
    ]) {
      columns[name!] = [...wide.values()].map((own) => own.get(nitro!)!);
    }
    const table = toTable(columns);
    const fit = fitFormula("mvbind(y0, y2, y4, y6) ~ Block + Variety", table, { engines: [equationsEngine] });
    const byTrait = means(fit, table, "trait").estimates;
    near(estimates(byTrait), [79.38888889, 98.88888889, 114.22222222, 123.38888889], 7);
    near(
      byTrait.rows.map(({ se }) => se),
      [3.19886168, 3.811694157, 5.020267565, 4.216516613],
      6,
    );
    near(estimates(means(fit, table, "Variety").estimates), [104.5, 109.79166667, 97.625], 7);
    // each trait has its own variance from 18 plots and 8 coefficients, whatever the number of records
    for (const { df } of byTrait.rows) expect(df).toBeCloseTo(10, 4);
    expect(jointTests(fit, table).rows.map(({ term, numDF }) => [term, numDF])).toEqual([
      ["Block", 5],
      ["Variety", 2],
      ["trait", 3],
      ["Block:trait", 15],
      ["Variety:trait", 6],
    ]);
  });
});

describe("nesting", () => {
  const fit = fitFormula("resp ~ route + drug", cows);

  it("is found in the data and in the formula, stated or denied", () => {
    expect(codes(means(fit, cows, "route").notes)).toEqual(["means/nested"]);
    const crossed = fitFormula("resp ~ sex + sex:route", cows);
    const nested = means(crossed, cows, "route").estimates;
    expect(nested.dimensions.map(({ name }) => name)).toEqual(["route", "sex"]);
    expect(means(crossed, cows, "route", { nesting: "none" }).estimates.rows.length).toBe(2);
    const stated = means(fitFormula("resp ~ sex * route", cows), cows, "sex", {
      nesting: { sex: ["route"] },
    });
    expect(stated.estimates.rows.length).toBe(4);
  });

  it("is that of all data when some levels are chosen", () => {
    const chosen = means(fit, cows, "drug", { at: { drug: ["Bovineumab", "Mollycoddle"] } }).estimates;
    expect(chosen.rows.map(({ levels }) => levels)).toEqual([
      { drug: "Bovineumab", route: "injection" },
      { drug: "Mollycoddle", route: "oral" },
    ]);
  });

  it("makes two names of the same groups one factor inside the other", () => {
    const table = toTable({
      y: [1, 2, 4, 3, 7, 6],
      a: ["a1", "a1", "a2", "a2", "a3", "a3"],
      b: ["b1", "b1", "b2", "b2", "b3", "b3"],
    });
    near(estimates(means(fitFormula("y ~ a + b", table), table, "a").estimates), [1.5, 3.5, 6.5], 12);
  });
});

describe("adjustments", () => {
  it("fall back to Sidak's method where Tukey's, Scheffe's or Dunnett's do not apply, and say so", () => {
    const changed = (specs: string, options: MeansOptions): readonly (string | undefined)[] => {
      const { contrasts, estimates: table } = means(warp, warpbreaks, specs, options);
      const shown = contrasts ?? table;
      return [shown.tests?.method, ...codes(shown.notes)];
    };
    expect(changed("tension", { adjust: "tukey" })).toEqual(["sidak", "means/adjustment-changed"]);
    expect(changed("consec ~ tension", { adjust: "tukey" })).toEqual(["sidak", "means/adjustment-changed"]);
    expect(changed("pairwise ~ tension", { side: "greater" })).toEqual(["sidak", "means/adjustment-changed"]);
    expect(changed("pairwise ~ tension", { delta: 1 })).toEqual(["sidak", "means/adjustment-changed"]);
    expect(changed("pairwise ~ tension", { side: "less", adjust: "scheffe" })[0]).toBe("sidak");
    expect(changed("pairwise ~ tension", { side: "less", adjust: "mvt" })).toEqual(["mvt"]);
    expect(changed("pairwise ~ wool", {})).toEqual([undefined]);
  });

  it("give intervals that exclude zero exactly where the test is significant", () => {
    for (const adjust of ["none", "tukey", "scheffe", "sidak", "bonferroni", "mvt"] as const) {
      const { contrasts } = means(warp, warpbreaks, "pairwise ~ tension | wool", { adjust });
      for (const { lower, upper, p } of contrasts!.rows) {
        expect(lower! > 0 || upper! < 0, adjust).toBe(p! < 0.05);
      }
    }
  });

  it("order from free over mvt and Tukey's to Sidak's, Bonferroni's and Scheffe's", () => {
    const p = (adjust: "free" | "mvt" | "tukey" | "sidak" | "bonferroni" | "scheffe"): number[] =>
      means(warp, warpbreaks, "pairwise ~ tension | wool", { adjust, infer: "tests" }).contrasts!.rows.map(
        (row) => row.p!,
      );
    const all = [p("free"), p("mvt"), p("tukey"), p("sidak"), p("bonferroni")];
    for (let k = 1; k < all.length; k++) {
      for (const [i, value] of all[k]!.entries())
        expect(value).toBeGreaterThanOrEqual(all[k - 1]![i]! - 1e-9);
    }
    for (const [i, value] of p("scheffe").entries())
      expect(value).toBeGreaterThanOrEqual(p("tukey")[i]! - 1e-9);
  });

  it("by the multivariate t distribution are Tukey's in balanced data", () => {
    const exact = means(warp, warpbreaks, "pairwise ~ tension", { adjust: "mvt" }).contrasts!;
    const tukey = means(warp, warpbreaks, "pairwise ~ tension", { adjust: "tukey" }).contrasts!;
    near(
      exact.rows.map(({ p }) => p),
      tukey.rows.map(({ p }) => p),
      10,
    );
    near(
      exact.rows.map(({ upper }) => upper),
      tukey.rows.map(({ upper }) => upper),
      7,
    );
  });
});

describe("cells without data", () => {
  const subset = '!(wool == "B" & tension == "H")';
  const fit = fitFormula("breaks ~ wool * tension", warpbreaks, { subset });

  it("leave means that cannot be estimated without a number, and say which", () => {
    const { estimates: table } = means(fit, warpbreaks, "wool");
    expect(table.rows.map(({ estimable }) => estimable)).toEqual([true, false]);
    expect(table.notes[0]!.code).toBe("means/not-estimable");
    expect(table.notes[0]!.message).toContain("1 of 2 means");
    expect(table.rows[1]!.p).toBeNull();
  });

  it("do not keep differences from being estimated that are", () => {
    const additive = fitFormula("breaks ~ wool + tension", warpbreaks, { subset });
    expect(means(additive, warpbreaks, "wool").estimates.rows.every(({ estimable }) => estimable)).toBe(true);
    const { contrasts } = means(fit, warpbreaks, "pairwise ~ wool | tension");
    // levels sort by code point: H, L, M
    expect(contrasts!.rows.map(({ estimable }) => estimable)).toEqual([false, true, true]);
  });
});

describe("slopes", () => {
  it("are the coefficients of a linear covariate", () => {
    const { estimates: table } = slopes(pigsFit, pigs, "percent", "source");
    const b = pigsFit.beta;
    const at = (name: string): number => b[pigsFit.model.fixed.names.indexOf(name)]!;
    near(
      estimates(table),
      [at("percent"), at("percent") + at("sourceskim:percent"), at("percent") + at("sourcesoy:percent")],
      10,
    );
    expect(table.estimateName).toBe("percent.trend");
  });

  it("are exact derivatives of polynomials and logarithms", () => {
    const cubic = fitFormula("conc ~ percent + I(percent^2) + I(percent^3)", pigs);
    const [, b1, b2, b3] = cubic.beta as unknown as number[];
    for (const spelling of ["conc ~ poly(percent, 3)", "conc ~ percent + I(percent^2) + I(percent^3)"]) {
      const fit = fitFormula(spelling, pigs);
      const ours = slopes(fit, pigs, "percent", "~ 1 | percent", { at: { percent: [9, 13.5, 18] } });
      near(
        estimates(ours.estimates),
        [9, 13.5, 18].map((x) => b1! + 2 * b2! * x + 3 * b3! * x * x),
        7,
      );
    }
    const log = fitFormula("conc ~ log(percent)", pigs);
    const slope = log.beta[1]!;
    expect(
      slopes(log, pigs, "percent", "~ 1", { at: { percent: [10] } }).estimates.rows[0]!.estimate,
    ).toBeCloseTo(slope / 10, 11);
    expect(slopes(log, pigs, "log(percent)", "~ 1").estimates.rows[0]!.estimate).toBeCloseTo(slope, 9);
  });

  it("say that they stay on the scale of the model", () => {
    const fit = fitFormula("log(conc) ~ source * percent", pigs);
    expect(codes(slopes(fit, pigs, "percent", "source", { type: "response" }).notes)).toContain(
      "means/model-scale",
    );
  });
});

describe("bad input", () => {
  const cases: readonly (readonly [string, () => unknown, string, RegExp])[] = [
    [
      "an unknown variable",
      () => means(oatsFit, oats, "Varety"),
      "means/unknown-variable",
      /did you mean 'Variety'/,
    ],
    ["a random group", () => means(oatsFit, oats, "Block"), "means/unknown-variable", /Variety/],
    [
      "an unknown level",
      () => means(oatsFit, oats, "nitro", { at: { Variety: ["Victry"] } }),
      "means/unknown-level",
      /'Victory'/,
    ],
    [
      "a level twice",
      () => means(oatsFit, oats, "nitro", { at: { nitro: [0.2, "0.2"] } }),
      "means/unknown-level",
      /once/,
    ],
    [
      "at of no variable",
      () => means(oatsFit, oats, "nitro", { at: { nitrogen: [1] } }),
      "means/unknown-variable",
      /nitro/,
    ],
    [
      "no values",
      () => means(oatsFit, oats, "nitro", { at: { nitro: [] } }),
      "means/covariate-value",
      /nitro/,
    ],
    [
      "text for a covariate",
      () => means(pigsFit, pigs, "source", { at: { percent: ["many"] } }),
      "means/covariate-value",
      /numbers/,
    ],
    [
      "a missing number",
      () => means(pigsFit, pigs, "source", { at: { percent: [Number.NaN] } }),
      "means/covariate-value",
      /numbers/,
    ],
    [
      "an infinite offset",
      () => means(pigsFit, pigs, "source", { offset: Infinity }),
      "means/covariate-value",
      /number/,
    ],
    [
      "a factor to reduce",
      () => means(pigsFit, pigs, "source", { reduce: ["source"] }),
      "means/covariate-value",
      /numeric/,
    ],
    ["by the same", () => means(oatsFit, oats, "Variety", { by: ["Variety"] }), "means/specs", /side/],
    [
      "contrasts twice",
      () => means(oatsFit, oats, "pairwise ~ nitro", { contrast: "eff" }),
      "means/specs",
      /out/,
    ],
    [
      "an unknown family",
      () => means(oatsFit, oats, "pairwse ~ nitro"),
      "means/unknown-contrast",
      /did you mean 'pairwise'/,
    ],
    [
      "coefficients of another length",
      () => means(oatsFit, oats, "nitro", { contrast: { c: [1, -1] } }),
      "means/contrast-length",
      /0, /,
    ],
    [
      "a control that is not there",
      () => means(oatsFit, oats, "trt.vs.ctrl ~ Variety", { reference: ["Victor"] }),
      "means/contrast-levels",
      /Victory/,
    ],
    ["a covariate to compare", () => means(pigsFit, pigs, "pairwise ~ percent"), "means/one-mean", /slopes/],
    ["a slope of a factor", () => slopes(pigsFit, pigs, "source", "~ 1"), "means/slope", /pairwise/],
    [
      "a slope of no variable",
      () => slopes(pigsFit, pigs, "persent", "source"),
      "means/unknown-variable",
      /percent/,
    ],
    [
      "a slope of two variables",
      () => slopes(pigsFit, pigs, "percent * conc", "source"),
      "means/slope",
      /one/,
    ],
    [
      "a slope per basis",
      () => slopes(pigsFit, pigs, "poly(percent, 2)", "source"),
      "means/slope",
      /covariate/,
    ],
    [
      "a slope where there is none",
      () =>
        slopes(fitFormula("conc ~ sqrt(percent - 9)", pigs), pigs, "percent", "~ 1", {
          at: { percent: [9] },
        }),
      "means/slope",
      /percent/,
    ],
    ["a margin below zero", () => means(oatsFit, oats, "nitro", { delta: -1 }), "means/margin", /scale/],
    ["a level above one", () => means(oatsFit, oats, "nitro", { level: 95 }), "inference/level", /0.95/],
    ["letters at zero", () => means(oatsFit, oats, "nitro", { letters: 0 }), "means/letters", /0.05/],
    [
      "an unknown adjustment",
      () => means(oatsFit, oats, "nitro", { adjust: "tuky" as "tukey" }),
      "means/unknown-adjustment",
      /'tukey'/,
    ],
    [
      "unknown weights",
      () => means(oatsFit, oats, "nitro", { weights: "cell" as "cells" }),
      "means/unknown-adjustment",
      /'cells'/,
    ],
    [
      "a circle of nesting",
      () => means(oatsFit, oats, "nitro", { nesting: { nitro: ["Variety"], Variety: ["nitro"] } }),
      "means/nesting",
      /coarser/,
    ],
    [
      "nesting of no factor",
      () => means(oatsFit, oats, "nitro", { nesting: { nitro: ["Block"] } }),
      "means/unknown-variable",
      /nitro/,
    ],
    [
      "a fit without formula",
      () => means(fitModel(pigsFit.model), pigs, "source"),
      "means/needs-formula",
      /waldTest/,
    ],
    [
      "a fit without its data",
      () => means(loadFit(saveFit(oatsFit)), oats, "nitro"),
      "fit/needs-data",
      /table/,
    ],
    ["another table", () => means(oatsFit, pigs, "nitro"), "means/other-table", /table/],
    [
      "too large a grid",
      () => means(pigsFit, pigs, "source", { at: { percent: Array.from({ length: 100_000 }, (_, i) => i) } }),
      "means/grid-too-large",
      /percent/,
    ],
    [
      "too many pairs",
      () =>
        means(pigsFit, pigs, "pairwise ~ percent", {
          at: { percent: Array.from({ length: 20_000 }, (_, i) => i) },
        }),
      "means/too-many-contrasts",
      /control/,
    ],
    [
      "no single variance of an observation",
      () =>
        means(
          fitFormula("log(yield) ~ Variety + (1 | mm(Block, Variety))", oats, { engines: [equationsEngine] }),
          oats,
          "Variety",
          { type: "response", biasAdjust: true },
        ),
      "means/total-variance",
      /number/,
    ],
  ];
  for (const [what, action, code, hint] of cases) {
    it(`refuses ${what} with a hint`, () => {
      const thrown = errorOf(action);
      expect(thrown.code).toBe(code);
      expect(thrown.hint).toMatch(hint);
    });
  }

  it("shows no standard error that is lost to rounding, and has it where the covariate is centered", () => {
    const x = Array.from({ length: 12 }, (_, i) => i);
    const y = x.map((value) => Math.sin(value) + 0.3 * value);
    const g = x.map((value) => "ab"[value % 2]!);
    const far = toTable({ y, g, x: x.map((value) => 1e9 + value) });
    const close = toTable({ y, g, x });
    const base = means(fitFormula("y ~ g + x", close), close, "g").estimates;
    const lost = means(fitFormula("y ~ g + x", far), far, "g").estimates;
    expect(lost.rows.map(({ se, p, lower }) => [se, p, lower])).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(codes(lost.notes)).toEqual(["means/lost-digits"]);
    near(estimates(lost), estimates(base), 5);
    const centered = means(fitFormula("y ~ g + I(x - 1000000000)", far), far, "g").estimates;
    near(
      centered.rows.map(({ se }) => se),
      base.rows.map(({ se }) => se),
      9,
    );
  });

  it("takes a model of the intercept alone", () => {
    const fit = fitFormula("conc ~ 1", pigs);
    const { estimates: table } = means(fit, pigs, "~ 1");
    expect(table.rows.length).toBe(1);
    expect(table.rows[0]!.estimate).toBeCloseTo(fit.beta[0]!, 12);
    expect(jointTests(fit, pigs).rows).toEqual([]);
  });

  it("says that a covariate stands at one value, and that an average hides an interaction", () => {
    expect(codes(means(pigsFit, pigs, "percent").notes)).toEqual(["means/interaction", "means/one-value"]);
    expect(codes(means(oatsFit, oats, "Variety").notes)).toEqual(["means/interaction"]);
  });

  it("says that a response is not transformed", () => {
    expect(codes(means(pigsFit, pigs, "source", { type: "response" }).notes)).toContain("means/model-scale");
  });
});
