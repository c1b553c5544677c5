// henderson check, influence, loo and augment --influence, with streams in memory.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";
import { parseJson } from "./parseJson.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-checks-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const sleepstudy = "examples/sleepstudy.csv";
const formula = "Reaction ~ Days + (Days | Subject)";
const saved = join(scratch, "fit.json");

beforeAll(async () => {
  await henderson(["fit", formula, sleepstudy, "--save", saved, "--quiet"]);
});

describe("henderson check", () => {
  it("says in words what it found, the most important first", async () => {
    const words = ["check", "Yield ~ 1 + (1 | Batch)", "--data", "examples/dyestuff2.csv"];
    const { out, exitCode } = await henderson(words);
    expect(exitCode).toBe(0);
    expect(out.split("\n")[2]).toMatch(/^! {2}No variation between levels of Batch/);
    expect(out).toContain("AIC falls by 2");
    expect(out).not.toMatch(/NaN|undefined/);
  });

  it("prints findings and their numbers as JSON", async () => {
    const json = parseJson((await henderson(["check", saved, "--json"])).out);
    expect(json.schema).toBe("henderson/check@1");
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining([
        "formula",
        "findings",
        "convergence",
        "boundary",
        "principalComponents",
        "influence",
        "residuals",
        "notes",
      ]),
    );
    expect(Object.keys(json.findings[0])).toEqual([
      "topic",
      "level",
      "title",
      "message",
      "advice",
      "subject",
    ]);
    expect(json.residuals.outliers.map(({ row }: { row: string }) => row)).toEqual(["57", "60", "8"]);
    expect(json.influence.map(({ left }: { left: string }) => left)).toEqual(["Subject", "row"]);
  });
});

describe("henderson influence", () => {
  it("lists the most influential groups, and all of them as JSON", async () => {
    const text = (await henderson(["influence", saved, "--group", "Subject", "--top", "2"])).out;
    expect(text).toContain("the 2 largest of 18");
    const json = parseJson((await henderson(["influence", saved, "--group", "Subject", "--json"])).out);
    expect(json).toMatchObject({ schema: "henderson/influence@1", left: "Subject" });
    expect(json.units).toHaveLength(18);
    expect(Object.keys(json.units[0].dfbetas)).toEqual(["(Intercept)", "Days"]);
    expect(json.units[0].components).toBeUndefined();
  });

  it("refits when asked, and writes CSV", async () => {
    const path = join(scratch, "influence.csv");
    const { exitCode } = await henderson(["influence", saved, "--group", "Subject", "--refit", "-o", path]);
    expect(exitCode).toBe(0);
    const [head, first] = readFileSync(path, "utf8").split("\n");
    expect(head).toContain("Subject,.rows,.cooksd,.mdffits,.covratio,.covtrace,.chisq,.change.(Intercept)");
    expect(head).toContain(".component.residual");
    // lmer(Reaction ~ Days + (Days | Subject), subset = Subject != "308"): intercept 251.829366
    expect(Number(first!.split(",")[7])).toBeCloseTo(251.405105 - 251.829366, 4);
  });

  it("without fixed effects shows what there is, the farthest from their prediction first, and no column of NA", async () => {
    const words = ["influence", "Reaction ~ 0 + (1 | Subject)", "--data", sleepstudy];
    for (const more of [[], ["--group", "Subject"], ["--group", "Subject", "--update", "one-step"]]) {
      const { exitCode, out, err } = await henderson([...words, ...more, "--top", "3"]);
      expect(exitCode).toBe(0);
      expect(out).toMatch(/^(?:Variances held; no|No) fixed effects: distance from/m);
      expect(out).toContain("Chisq Pr(>Chisq)");
      expect(out).not.toMatch(/\bNA\b|Cook|COVRATIO/);
      expect(err).toContain("checks/no-fixed-effects");
    }
    const { out } = await henderson([...words, "--top", "3"]);
    expect(
      out
        .split("\n")
        .slice(4, 7)
        .map((line) => line.split(" ")[0]),
    ).toEqual(["57", "10", "131"]);
    const json = parseJson((await henderson([...words, "--json"])).out);
    expect(json.units[56].chiSquaredP).toBeCloseTo(0.0004429, 6);
    expect(json.notes.map(({ code }: { code: string }) => code)).toContain("checks/no-fixed-effects");
    const augmented = await henderson(["augment", ...words.slice(1), "--influence"]);
    expect(augmented.out.split("\n")[0]).toMatch(/,\.hat,\.loo,\.studentized$/);
    expect(augmented.err).toContain("checks/no-fixed-effects");
  });

  it("names groups that there are", async () => {
    const { exitCode, err } = await henderson(["influence", saved, "--group", "Subjekt"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("the closest is 'Subject'");
  });
});

describe("henderson loo", () => {
  it("summarizes one model and compares several", async () => {
    const json = parseJson((await henderson(["loo", saved, "--json"])).out);
    expect(json).toMatchObject({ schema: "henderson/loo@1", left: "row", predicted: 180, undetermined: 0 });
    expect(json.residuals).toHaveLength(180);
    const words = ["loo", formula, "Reaction ~ Days + (1 | Subject)", "--data", sleepstudy, "--json"];
    const both = parseJson((await henderson(words)).out);
    expect(both.models.map(({ name }: { name: string }) => name)).toEqual([
      formula,
      "Reaction ~ Days + (1 | Subject)",
    ]);
    expect(both.models[0].rmse).toBeCloseTo(json.rmse, 12);
    expect((await henderson(["loo", saved, "--group", "Days"])).out).toContain("one level of Days left out");
  });
});

describe("henderson augment --influence", () => {
  it("adds leverage, Cook's distance, leave-one-out predictions and studentized residuals", async () => {
    const { out } = await henderson(["augment", saved, "--influence"]);
    const [head, first] = out.split("\n");
    expect(head!.endsWith(".fixed,.hat,.cooksd,.loo,.studentized")).toBe(true);
    // hatvalues(lmer(...))[1], lme4 1.1-31
    expect(Number(first!.split(",").at(-4))).toBeCloseTo(0.22930404, 5);
  });
});
