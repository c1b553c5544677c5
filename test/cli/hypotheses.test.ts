// henderson test, and --ddf of every method, through the command line in this process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";
import { parseJson } from "./parseJson.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const formula = "Reaction ~ Days + (Days | Subject)";
const sleepstudy = "examples/sleepstudy.csv";
const saved = join(scratch, "sleep.json");

beforeAll(async () => {
  await henderson(["fit", formula, sleepstudy, "--save", saved, "--quiet"]);
});

describe("henderson test", () => {
  it("prints every equation and their joint test", async () => {
    const { out, exitCode } = await henderson(["test", saved, "Days = 10, (Intercept) = 250"]);
    expect(exitCode).toBe(0);
    expect(out.split("\n")).toEqual([
      "Linear hypothesis, Satterthwaite's method",
      "",
      "                  Estimate Std. Error      df t value Pr(>|t|)   2.5 %  97.5 %",
      "Days = 10           10.467      1.546  17.000   0.302    0.766   7.206  13.729",
      "(Intercept) = 250  251.405      6.825  17.000   0.206    0.839 237.007 265.804",
      "",
      "Together: F 0.0769 on 2 and 17 df, p 0.9263 (chi-squared 0.1538 on 2 df, p 0.926)",
      "",
    ]);
  });

  it("has every number in JSON, one test an argument", async () => {
    const args = ["test", saved, "Days = 10", "(Intercept), Days", "--ddf", "kenward-roger"];
    const { out } = await henderson([...args, "--region", "--simultaneous", "sidak", "--json"]);
    const json = parseJson(out);
    expect(json).toMatchObject({ schema: "henderson/test@1", ddf: "kenward-roger", level: 0.95, notes: [] });
    expect(json.tests).toHaveLength(2);
    const [one, two] = json.tests;
    expect(Object.keys(one)).toEqual([
      ...["equations", "numDF", "denDF", "F", "p", "chisq", "chisqP", "region"],
    ]);
    expect(one.equations[0]).toMatchObject({ hypothesis: "Days = 10", against: 10 });
    expect(one.F).toBeCloseTo(one.equations[0].statistic ** 2, 10);
    expect(two.region.names).toEqual(["(Intercept)", "Days"]);
    expect(two.region.boundary).toHaveLength(73);
    expect(two.equations[0].simultaneous[1]).toBeGreaterThan(two.equations[0].ci[1]);
  });

  it("takes a formula with --data, and refuses what it does not understand at its place", async () => {
    const ok = await henderson(["test", formula, "--data", sleepstudy, "Days"]);
    expect([ok.exitCode, ok.out.includes("Days = 0")]).toEqual([0, true]);
    const bad = await henderson(["test", saved, "Days * Days = 0"]);
    expect(bad.exitCode).toBe(2);
    expect(bad.err).toContain("inference/hypothesis");
    expect(bad.err).toContain("^^^^^^^^^^^");
    expect((await henderson(["test", saved])).exitCode).toBe(1);
    expect((await henderson(["test", saved, "Days", "--simultaneous", "tukey"])).exitCode).toBe(1);
  });
});

describe("--ddf", () => {
  it.each([
    ["kenward-roger", [17, 17]],
    ["between-within", [161, 161]],
    ["containment", [17, 17]],
    ["residual", [178, 178]],
    ["none", [null, null]],
  ])("%s reaches the coefficients, the terms, the intervals and the covariance", async (ddf, degrees) => {
    const json = parseJson(
      (await henderson(["fit", formula, sleepstudy, "--ddf", ddf, "--json", "--quiet"])).out,
    );
    expect(json.ddf).toBe(ddf);
    json.fixed.forEach(({ df, se }: { df: number | null; se: number }, i: number) => {
      if (degrees[i] === null) expect(df).toBeNull();
      else expect(df).toBeCloseTo(degrees[i]!, 6);
      expect(se ** 2 / json.vcov[i][i]).toBeCloseTo(1, 12);
    });
    const [term] = json.anova;
    expect(term.F / json.fixed[1].statistic ** 2).toBeCloseTo(1, 9);
    const confint = parseJson((await henderson(["confint", saved, "--ddf", ddf, "--json"])).out);
    confint.intervals.forEach(({ lower }: { lower: number }, i: number) => {
      expect(lower / json.fixed[i].ci[0]).toBeCloseTo(1, 9);
    });
  });

  it("notes of a method are told once", async () => {
    const { out } = await henderson([
      ...["fit", formula, sleepstudy, "--ml", "--ddf", "kenward-roger", "--json", "--quiet"],
    ]);
    const codes = parseJson(out).notes.map(({ code }: { code: string }) => code);
    expect(codes.filter((code: string) => code === "inference/refitted-by-reml")).toHaveLength(1);
    const confint = await henderson([
      "confint",
      formula,
      "--data",
      sleepstudy,
      "--ml",
      "--ddf",
      "kenward-roger",
    ]);
    expect(confint.err).toContain("inference/refitted-by-reml");
  });
});
