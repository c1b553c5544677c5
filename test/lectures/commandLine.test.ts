// The same rows from the command line: the built file, run by node, JSON and text.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { expectPrinted } from "./printed.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = join(root, "dist/cli.js");
const built = existsSync(program);
const scratch = mkdtempSync(join(tmpdir(), "henderson-lectures-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

if (!built)
  it.skip("the command line (skipped: dist/cli.js is not built, run npm run build)", () => undefined);

/** The part of `fit --json` that the lectures print. */
interface FitJson {
  readonly schema: string;
  readonly nobs: number;
  readonly logLik: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly deviance: number;
  readonly remlCriterion: number | null;
  readonly sigma: number;
  readonly fixed: readonly {
    readonly term: string;
    readonly estimate: number | null;
    readonly se: number | null;
    readonly df: number | null;
    readonly statistic: number | null;
    readonly p: number | null;
    readonly ci: readonly [number, number] | null;
    readonly aliased?: boolean;
  }[];
  readonly random: readonly {
    readonly component: string;
    readonly levels: number;
    readonly cov: readonly (readonly number[])[];
    readonly sd: readonly number[];
  }[];
  readonly anova: readonly {
    readonly term: string;
    readonly numDF: number;
    readonly denDF: number;
    readonly F: number;
    readonly p: number;
  }[];
  readonly ranef?: readonly {
    readonly component: string;
    readonly term: string;
    readonly level: string;
    readonly estimate: number;
  }[];
}

function run(...parts: string[]): string {
  const result = spawnSync(process.execPath, [program, ...parts], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(result.status, result.stderr).toBe(0);
  return result.stdout;
}

function fitJson(...parts: string[]): FitJson {
  const json = JSON.parse(run("fit", ...parts, "--json")) as FitJson;
  expect(json.schema).toBe("henderson/fit@1");
  return json;
}

function write(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

const coefficient = (json: FitJson, term: string): FitJson["fixed"][number] =>
  json.fixed.find((row) => row.term === term)!;
const sleepstudy = "examples/sleepstudy.csv";

describe.skipIf(!built)("lecture rows from the command line", () => {
  it("A1 three parameterizations of one model", () => {
    const difference = fitJson("gain ~ group", "examples/weightgain.csv");
    const means = fitJson("gain ~ 0 + group", "examples/weightgain.csv");
    const sum = fitJson("gain ~ group", "examples/weightgain.csv", "--contrasts", "group=sum");
    expect(coefficient(difference, "grouptreatment").estimate).toBeCloseTo(9, 10);
    expect(means.fixed.map(({ estimate }) => estimate)).toEqual([
      expect.closeTo(157 / 3, 10),
      expect.closeTo(184 / 3, 10),
    ]);
    expect(coefficient(sum, "group1").estimate).toBeCloseTo(-4.5, 10);
    for (const json of [means, sum]) expect(json.logLik).toBeCloseTo(difference.logLik, 10);
  });

  it("A2 unbalanced one-way classification", () => {
    const json = fitJson("time ~ 0 + genotype", "examples/flowering.csv");
    expect(json.fixed.map(({ term }) => term)).toEqual(["genotypeQQ", "genotypeQq", "genotypeqq"]);
    [2.85, 2.7, 103 / 30].forEach((value, j) => {
      expect(json.fixed[j]!.estimate).toBeCloseTo(value, 10);
    });
  });

  it("A3 weighted least squares", () => {
    const data = write(
      "weighted.csv",
      "gain,w,group\n53,1,c\n46,0.25,c\n58,0.5,c\n61,2,t\n66,1,t\n57,0.5,t\n",
    );
    const json = fitJson("gain ~ 0 + group", data, "--weights", "w");
    expect(json.fixed[0]!.estimate).toBeCloseTo((53 + 46 / 4 + 58 / 2) / 1.75, 10);
    expect(json.fixed[1]!.estimate).toBeCloseTo((61 * 2 + 66 + 57 / 2) / 3.5, 10);
  });

  it("A4 sigma2 by ML and unbiased, t, p and interval", () => {
    const unbiased = fitJson("gain ~ group", "examples/weightgain.csv");
    const byLikelihood = fitJson("gain ~ group", "examples/weightgain.csv", "--ml");
    expect(unbiased.sigma ** 2).toBeCloseTo(340 / 12, 10);
    expect(byLikelihood.sigma ** 2).toBeCloseTo(340 / 18, 10);
    const row = coefficient(unbiased, "grouptreatment");
    expect(row.statistic).toBeCloseTo(2.07080546989, 9);
    expect(row.p).toBeCloseTo(0.107132358437, 9);
    expect(row.ci![0]).toBeCloseTo(-3.06680507181, 8);
    expect(row.ci![1]).toBeCloseTo(21.0668050718, 8);
  });

  it("A4 tests any set of elements of beta, with their joint region", () => {
    const json = JSON.parse(
      run(
        ...["test", "gain ~ 0 + group", "--data", "examples/weightgain.csv"],
        ...["groupcontrol = 55, grouptreatment = 55", "--region", "--json"],
      ),
    );
    expect(json.schema).toBe("henderson/test@1");
    const [test] = json.tests;
    expect([test.numDF, test.denDF]).toEqual([2, 4]);
    expect(test.F).toBeCloseTo((((157 / 3 - 55) ** 2 + (184 / 3 - 55) ** 2) * 3) / 2 / (340 / 12), 10);
    expect(test.region.radius ** 2).toBeCloseTo(2 * 6.94427190999916, 10);
    expect(test.region.boundary).toHaveLength(73);
  });

  it("C5 Wald interval of a coefficient and Wald test of C b = d on chi-squared", () => {
    const json = JSON.parse(
      run(
        ...["test", "Reaction ~ Days + (Days | Subject)", "--data", "examples/sleepstudy.csv"],
        ...["Days = 10, (Intercept) = 250", "--ddf", "none", "--json"],
      ),
    );
    const [{ equations, numDF, denDF, chisq, chisqP, p }] = json.tests;
    const [days] = equations;
    expect(days.ci[0]).toBeCloseTo(days.estimate - 1.959963984540054 * days.se, 10);
    expect([numDF, denDF]).toEqual([2, null]);
    expect(p).toBeCloseTo(chisqP, 12);
    // chi-squared with 2 degrees of freedom has the tail exp(-x / 2)
    expect(chisqP).toBeCloseTo(Math.exp(-chisq / 2), 12);
  });

  it("A5 a rank-deficient X: the aliased column is named, the difference does not depend on the solution", () => {
    const data = write(
      "deficient.csv",
      "gain,control,treated\n53,1,0\n46,1,0\n58,1,0\n61,0,1\n66,0,1\n57,0,1\n",
    );
    const first = fitJson("gain ~ control + treated", data);
    const second = fitJson("gain ~ treated + control", data);
    expect(coefficient(first, "treated")).toMatchObject({ estimate: null, aliased: true });
    expect(coefficient(first, "control").estimate).toBeCloseTo(-9, 10);
    expect(coefficient(second, "treated").estimate).toBeCloseTo(9, 10);
  });

  it("D4 random intercept by REML", () => {
    const json = fitJson("Reaction ~ Days + (1 | Subject)", sleepstudy);
    expectPrinted(json.AIC, "1794");
    expectPrinted(json.BIC, "1807");
    expectPrinted(json.logLik, "-893.2");
    expectPrinted(json.deviance, "1794");
    expectPrinted(json.remlCriterion!, "1786");
    expectPrinted(json.random[0]!.cov[0]![0]!, "1378.18");
    expectPrinted(json.random[0]!.sd[0]!, "37.124");
    expectPrinted(json.sigma ** 2, "960.46");
    expectPrinted(json.sigma, "30.991");
    expectPrinted(json.fixed[0]!.estimate!, "251.4051");
    expectPrinted(json.fixed[0]!.se!, "9.7467"); // printed 9.7459: see sleepstudy.test.ts
    expectPrinted(json.fixed[1]!.estimate!, "10.4673");
    expectPrinted(json.fixed[1]!.se!, "0.8042");
    expectPrinted(json.fixed[1]!.statistic!, "13.02");
  });

  it("D4 as text", () => {
    const text = run("fit", "Reaction ~ Days + (1 | Subject)", sleepstudy);
    for (const part of [
      "Subject",
      "1378.18",
      "37.124",
      "960.46",
      "30.991",
      "Residual",
      "251.4051",
      "10.4673",
      "0.8042",
    ]) {
      // the summary rounds to four significant digits of the smallest: what it shows must be a rounding of the printed number
      expect(
        roundings(part).some((rounded) => text.includes(rounded)),
        `${part} in\n${text}`,
      ).toBe(true);
    }
    expect(text).toMatch(/180.*Subject, 18/);
  });

  it("D5 random intercept by ML", () => {
    const json = fitJson("Reaction ~ Days + (1 | Subject)", sleepstudy, "--ml");
    expectPrinted(json.AIC, "1802");
    expectPrinted(json.BIC, "1815");
    expectPrinted(json.logLik, "-897");
    expectPrinted(json.deviance, "1794");
    expectPrinted(json.random[0]!.cov[0]![0]!, "1296.87");
    expectPrinted(json.random[0]!.sd[0]!, "36.012");
    expectPrinted(json.sigma ** 2, "954.53");
    expectPrinted(json.sigma, "30.895");
    expectPrinted(json.fixed[0]!.se!, "9.5062"); // printed 9.5053
    expectPrinted(json.fixed[1]!.se!, "0.8017");
  });

  it("D6 uncorrelated random slope by REML, with random effects", () => {
    const json = fitJson("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", sleepstudy, "--ranef");
    expectPrinted(json.AIC, "1754");
    expectPrinted(json.BIC, "1770");
    expectPrinted(json.logLik, "-871.8");
    expectPrinted(json.deviance, "1752");
    expectPrinted(json.remlCriterion!, "1744");
    expectPrinted(json.random[0]!.sd[0]!, "25.0513");
    expectPrinted(json.random[1]!.cov[0]![0]!, "35.858");
    expectPrinted(json.random[1]!.sd[0]!, "5.9882");
    expectPrinted(json.sigma ** 2, "653.584");
    expectPrinted(json.sigma, "25.5653");
    const mode = (level: string, term: string): number =>
      json.ranef!.find((row) => row.level === level && row.term === term)!.estimate;
    // printed 1.5138200, 9.3241219 and so on: see sleepstudy.test.ts
    expect(mode("308", "(Intercept)")).toBeCloseTo(1.5126965, 5);
    expect(mode("308", "Days")).toBeCloseTo(9.3234892, 5);
    expect(mode("309", "(Intercept)")).toBeCloseTo(-40.3738979, 5);
    expect(mode("331", "Days")).toBeCloseTo(-3.1939347, 5);
  });

  it("D7 rescaled slope", () => {
    const rows = run("augment", savedFit("Reaction ~ Days + (1 | Subject)"))
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(","));
    const data = write(
      "days2.csv",
      [
        "Reaction,Days,Subject,Days2",
        ...rows.map(([y, day, subject]) => `${y},${day},${subject},${Number(day) / 10}`),
      ].join("\n"),
    );
    const json = fitJson("Reaction ~ Days + (1 | Subject) + (0 + Days2 | Subject)", data);
    expectPrinted(json.logLik, "-871.8");
    expectPrinted(json.random[0]!.cov[0]![0]!, "627.57");
    expectPrinted(json.random[1]!.cov[0]![0]!, "3585.82");
    expectPrinted(json.random[1]!.sd[0]!, "59.882");
    expectPrinted(json.sigma ** 2, "653.58");
  });

  it("D8 predictions with and without random effects", () => {
    const saved = savedFit("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)");
    const lines = run("augment", saved)
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(","));
    const fitted = lines[0]!.indexOf(".fitted");
    const fixed = lines[0]!.indexOf(".fixed");
    [
      "251.4051",
      "261.8724",
      "272.3397",
      "282.8070",
      "293.2742",
      "303.7415",
      "314.2088",
      "324.6761",
      "335.1434",
      "345.6107",
    ].forEach((text, day) => {
      expectPrinted(Number(lines[1 + day]![fixed]), text);
    });
    // printed 252.9189 ... 431.0416, off by what the printed random effects are off
    expect(Number(lines[1]![fitted])).toBeCloseTo(252.9178014, 4);
    expect(Math.abs(Number(lines[10]![fitted]) - 431.0416)).toBeLessThan(0.01);
  });

  it("D11 penicillin with fixed blends: coefficients and sequential analysis of variance", () => {
    const json = fitJson(
      "yield ~ treat + blend",
      "examples/penicillin.csv",
      "--contrasts",
      "treat=sum,blend=sum",
      "--anova",
      "I",
    );
    const printed = [
      ["(Intercept)", "86.0000", "0.9704", "88.624"],
      ["treat1", "-2.0000", "1.6808", "-1.190"],
      ["treat3", "3.0000", "1.6808", "1.785"],
      ["blend1", "6.0000", "1.9408", "3.092"],
      ["blend4", "2.0000", "1.9408", "1.031"],
    ] as const;
    for (const [term, estimate, se, t] of printed) {
      const row = coefficient(json, term);
      expectPrinted(row.estimate!, estimate, term);
      expectPrinted(row.se!, se, term);
      expectPrinted(row.statistic!, t, term);
    }
    expectPrinted(coefficient(json, "treat3").p!, "0.09956");
    expectPrinted(json.sigma, "4.34");
    const [treat, blend] = ["treat", "blend"].map((term) => json.anova.find((row) => row.term === term)!);
    expectPrinted(treat!.F, "1.2389");
    expectPrinted(treat!.p, "0.33866");
    expectPrinted(blend!.F, "3.5044");
    expectPrinted(blend!.p, "0.04075");
  });

  it("D12 penicillin with random blends", () => {
    const json = fitJson(
      "yield ~ treat + (1 | blend)",
      "examples/penicillin.csv",
      "--contrasts",
      "treat=sum",
    );
    expectPrinted(json.AIC, "118.6");
    expectPrinted(json.BIC, "124.6");
    expectPrinted(json.logLik, "-53.3");
    expectPrinted(json.deviance, "117.3");
    expectPrinted(json.remlCriterion!, "106.6");
    expectPrinted(json.random[0]!.cov[0]![0]!, "11.792");
    expectPrinted(json.random[0]!.sd[0]!, "3.4339");
    expectPrinted(json.sigma ** 2, "18.833");
    expectPrinted(json.sigma, "4.3397");
    expectPrinted(json.fixed[0]!.se!, "1.817");
    expectPrinted(json.fixed[1]!.se!, "1.681");
  });

  it("D13 likelihood-ratio test of treat", () => {
    const json = JSON.parse(
      run(
        "anova",
        "yield ~ (1 | blend)",
        "yield ~ treat + (1 | blend)",
        "--data",
        "examples/penicillin.csv",
        "--json",
      ),
    ) as { readonly models: readonly Readonly<Record<string, number>>[] };
    const [small, large] = json.models;
    expectPrinted(small!.AIC!, "127.32"); // printed 127.33, see penicillin.test.ts
    expectPrinted(small!.BIC!, "130.31");
    expectPrinted(small!.logLik!, "-60.662");
    expectPrinted(large!.AIC!, "129.28");
    expectPrinted(large!.BIC!, "135.25");
    expectPrinted(large!.logLik!, "-58.639");
    expectPrinted(large!.chisq!, "4.0474");
    expect(large!.df).toBe(3);
    expectPrinted(large!.p!, "0.2564");
    const text = run(
      "anova",
      "yield ~ (1 | blend)",
      "yield ~ treat + (1 | blend)",
      "--data",
      "examples/penicillin.csv",
    );
    for (const part of ["127.3", "130.31", "-60.662", "129.28", "135.25", "-58.639", "4.0474", "0.2564"])
      expect(text).toContain(part);
  });
});

function savedFit(formula: string): string {
  const path = join(scratch, "fit.json");
  run("fit", formula, sleepstudy, "--save", path, "--quiet");
  return path;
}

/** A printed number and its roundings to fewer decimals. */
function roundings(text: string): string[] {
  if (!/^-?\d+\.\d+$/.test(text)) return [text];
  const decimals = text.length - text.indexOf(".") - 1;
  return Array.from({ length: decimals }, (_, drop) => Number(text).toFixed(decimals - drop));
}
