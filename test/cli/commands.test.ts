// The command line in this process, with streams in memory: results, exit codes and what goes where.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandList } from "../../src/cli/commandList.ts";
import { henderson } from "./memoryTerminal.ts";
import { parseJson } from "./parseJson.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-cli-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
};
const sleepstudy = "examples/sleepstudy.csv";
const formula = "Reaction ~ Days + (Days | Subject)";
const saved = join(scratch, "full.json");
const smaller = join(scratch, "small.json");

beforeAll(async () => {
  await henderson(["fit", formula, sleepstudy, "--save", saved, "--quiet"]);
  await henderson(["fit", "Reaction ~ 1 + (Days | Subject)", sleepstudy, "--save", smaller, "--quiet"]);
});

describe("henderson fit --json", () => {
  it("prints the keys of henderson/fit@1", async () => {
    const { out, err, exitCode } = await henderson([
      "fit",
      formula,
      sleepstudy,
      "--json",
      "--ranef",
      "--trace",
    ]);
    expect(exitCode).toBe(0);
    expect(err).toMatch(/^iteration /);
    const json = parseJson(out);
    const keys =
      "schema formula engine method family link nobs dropped logLik df AIC BIC deviance remlCriterion sigma dispersion fixed vcov random residual components derived anova convergence notes ranef";
    expect(Object.keys(json)).toEqual(expect.arrayContaining(keys.split(" ")));
    expect(Object.keys(json.fixed[0])).toEqual(["term", "estimate", "se", "df", "statistic", "p", "ci"]);
    expect(Object.keys(json.random[0])).toEqual(
      expect.arrayContaining(["component", "group", "levels", "terms", "cov", "sd", "corr"]),
    );
    expect(Object.keys(json.ranef[0])).toEqual(
      expect.arrayContaining(["component", "group", "term", "level", "estimate", "se", "reliability"]),
    );
    expect(Object.keys(json.convergence)).toEqual(
      expect.arrayContaining([
        "converged",
        "iterations",
        "evaluations",
        "gradientNorm",
        "newtonDecrement",
        "boundary",
        "trace",
      ]),
    );
    expect(json.components.map((row: { name: string }) => row.name)).toEqual([
      "Subject[1,1]",
      "Subject[2,1]",
      "Subject[2,2]",
      "residual",
    ]);
    expect(json).toMatchObject({ schema: "henderson/fit@1", method: "REML", nobs: 180, dropped: 0, df: 6 });
    expect(json.convergence.trace.length).toBe(json.convergence.iterations + 1);
    expect(json.ranef).toHaveLength(36);
  });

  it("gives aliased coefficients null and says so", async () => {
    const data = file("aliased.csv", "y,a,b\n1,1,2\n3,2,4\n2,3,6\n5,4,8\n");
    const json = parseJson((await henderson(["fit", "y ~ a + b", data, "--json"])).out);
    expect(json.fixed[2]).toEqual({
      term: "b",
      estimate: null,
      se: null,
      df: null,
      statistic: null,
      p: null,
      ci: null,
      aliased: true,
    });
    expect(json.vcov).toHaveLength(2);
  });

  it("reads standard input", async () => {
    const { out } = await henderson(["fit", formula, "-", "--json"], readFileSync(sleepstudy, "utf8"));
    expect(parseJson(out).data.path).toBeNull();
    expect(parseJson(out).nobs).toBe(180);
  });

  it("takes the options that change the model", async () => {
    const data = file(
      "groups.csv",
      "y,x,g,w\n1,1,1,1\n2,2,1,2\n-9,3,1,1\n5,4,2,1\n7,5,2,1\n6,6,3,2\n9,1,3,1\n4,2,3,1\n",
    );
    const words = ["fit", "y ~ g", data, "--json", "--factor", "g", "--na", "-9", "--reference", "g=2"];
    const json = parseJson(
      (await henderson([...words, "--weights", "w", "--subset", "x < 6", "--level", "0.9"])).out,
    );
    expect(json).toMatchObject({ nobs: 6, dropped: 1, excludedBySubset: 1, level: 0.9 });
    expect(json.fixed.map((row: { term: string }) => row.term)).toEqual(["(Intercept)", "g1", "g3"]);
    const sum = parseJson((await henderson([...words, "--contrasts", "g=sum"])).out);
    expect(sum.fixed.map((row: { term: string }) => row.term)).toEqual(["(Intercept)", "g1", "g2"]);
  });

  it("takes the words of later versions where they name what it does", async () => {
    const words = ["--family", "Gaussian", "--link", "identity", "--algorithm", "newton", "--method", "ml"];
    expect(parseJson((await henderson(["fit", formula, sleepstudy, "--json", ...words])).out).method).toBe(
      "ML",
    );
  });

  it("starts where --start says and arrives at the same estimates", async () => {
    const plain = parseJson((await henderson(["fit", formula, sleepstudy, "--json"])).out);
    const start = file("start.json", '{ "Subject": [[100, 0], [0, 1]], "residual": 500 }');
    const other = parseJson((await henderson(["fit", formula, sleepstudy, "--json", "--start", start])).out);
    expect(other.convergence.iterations).not.toBe(plain.convergence.iterations);
    expect(other.remlCriterion).toBeCloseTo(plain.remlCriterion, 8);
  });
});

describe("exit codes and streams", () => {
  it.each([
    [["fit"], "cli/usage"],
    [["fti", formula, sleepstudy], "cli/usage"],
    [["fit", formula, sleepstudy, "--wieghts", "w"], "cli/usage"],
    [["fit", formula, sleepstudy, "--level", "2"], "cli/usage"],
    [["fit", formula, sleepstudy, "--digits", "0"], "cli/usage"],
    [["fit", formula, sleepstudy, "--contrasts", "Subject"], "cli/usage"],
    [["fit", formula, sleepstudy, "--start", "Subject=one"], "cli/usage"],
    [["fit", formula, sleepstudy, "--components", "Subject=1,Subject=2"], "cli/usage"],
    [["fit", formula, sleepstudy, "--components", "=1"], "cli/usage"],
    [["fit", formula, sleepstudy, "--format", "csv"], "cli/usage"],
    [["fit", formula, sleepstudy, "--family", "binomial"], "cli/not-yet"],
    [["fit", formula, sleepstudy, "--method", "PQL"], "cli/not-yet"],
    [["fit", formula, sleepstudy, "--residual-correlation", "ar1(1 | g)"], "cli/not-yet"],
    [["fit", formula, sleepstudy, "--agq", "5"], "cli/not-yet"],
    [["means", saved], "cli/usage"],
    [["gee", formula, sleepstudy, "--id", "Subject"], "cli/not-yet"],
    [["report", saved, "-o", "report.html"], "cli/not-yet"],
    [["plot", saved, "qq", "-o", "qq.svg"], "cli/not-yet"],
    [["studio"], "cli/not-yet"],
    [["explain", "fit/nonsense"], "cli/unknown-code"],
    [["anova", "y ~ x", "y ~ 1"], "cli/usage"],
  ])("%j is a usage error with code %s and exit 1", async (words, code) => {
    const { exitCode, out, err } = await henderson([...words, "--json"]);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(parseJson(err)).toMatchObject({ schema: "henderson/error@1", code, exitCode: 1 });
    const text = await henderson(words);
    expect(text.err.startsWith(`error ${code}: `)).toBe(true);
  });

  it.each([
    [
      ["fit", formula, "examples/sleepstudi.csv"],
      "cli/file-not-found",
      "did you mean 'examples/sleepstudy.csv'?",
    ],
    [["fit", formula, "examples"], "cli/file-unreadable", null],
    [["fit", "Reacton ~ Days", sleepstudy], "design/unknown-column", "did you mean 'Reaction'?"],
    [["predict", sleepstudy, sleepstudy], "report/saved-fit", "a FIT file is"],
    [["fit", formula, sleepstudy, "--save", "examples/nowhere/x.json"], "cli/file-unwritable", null],
    [["fit", formula, sleepstudy, "--save", "/dev/full"], "cli/file-unwritable", null],
  ])("%j is an error of data or model, %s, with exit 2", async (words, code, hint) => {
    const { exitCode, out, err } = await henderson([...words, "--json"]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    const error = parseJson(err);
    expect(error).toMatchObject({ code, exitCode: 2 });
    if (hint !== null) expect(error.hint).toContain(hint);
  });

  it("a fit that did not converge is printed, marked and ends with exit 3", async () => {
    const far = ["--start", "Subject=1,residual=1"];
    const { exitCode, out } = await henderson(["fit", formula, sleepstudy, "--max-iterations", "1", ...far]);
    expect(exitCode).toBe(3);
    expect(out).toContain("NOT CONVERGED");
    expect(out).toContain("fit/not-converged");
  });

  it("a correlation of one is told in plain language, with what to do", async () => {
    const lines = ["y,x,g"];
    for (let i = 0; i < 60; i++) {
      const x = (i * 7) % 5;
      lines.push(`${(i % 6) * (1 + x) + ((i * 37) % 11) / 10},${x},${"abcdef"[i % 6]}`);
    }
    const { exitCode, out } = await henderson([
      "fit",
      "y ~ 1 + (x | g)",
      file("perfect.csv", lines.join("\n")),
    ]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /fit\/boundary: Boundary fit in g: the correlation of \(Intercept\) and x is\s+estimated at 1:/,
    );
    expect(out).toMatch(/\(1 \+ x \|\| g\)/);
  });

  it("an error in the formula is shown under its text", async () => {
    const { err } = await henderson(["fit", "Reaction ~ Dayz + (1 | Subject)", sleepstudy]);
    expect(err.split("\n").slice(0, 4)).toEqual([
      "error design/unknown-column: the data have no column 'Dayz'",
      "  Reaction ~ Dayz + (1 | Subject)",
      "             ^^^^",
      "  did you mean 'Days'?",
    ]);
  });

  it("an unknown option names the nearest one", async () => {
    const { err } = await henderson(["fit", formula, sleepstudy, "--wieghts", "w"]);
    expect(err).toContain("did you mean --weights?");
  });

  it("no message ever shows NaN, undefined or a stack", async () => {
    const commands = [
      ["fit", "y ~", sleepstudy],
      ["fit", "~ y", sleepstudy],
      ["fit", "Reaction ~ log(Days - 5)", sleepstudy],
      ["fit", "Reaction ~ (1 | nowhere)", sleepstudy],
      ["fit", "", sleepstudy],
      ["fit", formula, file("empty.csv", "")],
      ["fit", formula, file("header.csv", "Reaction,Days,Subject\n")],
      ["fit", "y ~ x", file("constant.csv", "y,x\n1,1\n1,2\n1,3\n")],
      ["predict", saved, file("other.csv", "a,b\n1,2\n")],
      ["predict", file("broken.json", "{"), sleepstudy],
    ];
    for (const words of commands) {
      const { exitCode, err, out } = await henderson(words);
      expect([1, 2], `${words.join(" ")}\n${out}${err}`).toContain(exitCode);
      expect(err).not.toMatch(/NaN|undefined|cli\/internal|\bat .*:\d+:\d+/);
    }
  });

  it.each(commandList.map(({ name }) => name))("%s has a help of its own, as has help %s", async (name) => {
    for (const words of [
      [name, "--help"],
      ["help", name],
    ]) {
      const { exitCode, out, err } = await henderson(words);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
      expect(out).toContain(`Usage: henderson ${name}`);
    }
  });

  it("help is on stdout with exit 0 and lists the options of the contract", async () => {
    const { exitCode, out } = await henderson(["fit", "--help"]);
    expect(exitCode).toBe(0);
    for (const option of [
      "--ml",
      "--weights",
      "--ddf",
      "--anova",
      "--level",
      "--ranef",
      "--json",
      "--save",
      "--quiet",
    ]) {
      expect(out).toContain(option);
    }
  });
});

describe("saved fits", () => {
  it("are the JSON of the fit with a member that holds it exactly", () => {
    expect(parseJson(readFileSync(saved, "utf8"))).toMatchObject({
      schema: "henderson/fit@1",
      formula,
      data: { path: sleepstudy, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      saved: { version: 2 },
    });
  });

  it("are written whole or not at all, leaving no other file", async () => {
    const folder = mkdtempSync(join(scratch, "atomic-"));
    const path = join(folder, "fit.json");
    writeFileSync(path, "before");
    expect((await henderson(["fit", "Reaction ~ nothing", sleepstudy, "--save", path])).exitCode).toBe(2);
    expect(readFileSync(path, "utf8")).toBe("before");
    await henderson(["fit", formula, sleepstudy, "--save", path, "--quiet"]);
    expect(parseJson(readFileSync(path, "utf8")).nobs).toBe(180);
    expect(readdirSync(folder)).toEqual(["fit.json"]);
  });

  it("keep a symbolic link", async () => {
    const target = file("target.json", "");
    const link = join(scratch, "link.json");
    symlinkSync(target, link);
    await henderson(["fit", formula, sleepstudy, "--save", link, "--quiet"]);
    expect(parseJson(readFileSync(target, "utf8")).nobs).toBe(180);
  });

  it("refuse data with other bytes", async () => {
    const changed = file("changed.csv", readFileSync(sleepstudy, "utf8").replace("249.56", "249.57"));
    const { exitCode, err } = await henderson(["augment", saved, "--data", changed]);
    expect(exitCode).toBe(2);
    expect(err).toContain("report/other-data");
    expect((await henderson(["augment", saved, "--data", sleepstudy])).exitCode).toBe(0);
  });

  it("say where to look when the data are gone", async () => {
    const copy = file("copy.csv", readFileSync(sleepstudy, "utf8"));
    const fit = join(scratch, "gone.json");
    await henderson(["fit", formula, copy, "--save", fit, "--quiet"]);
    rmSync(copy);
    const { err } = await henderson(["augment", fit]);
    expect(err).toContain("cli/data-gone");
    expect(err).toContain("--data FILE");
    expect((await henderson(["predict", fit, sleepstudy])).exitCode).toBe(0);
  });

  it("what fit --json printed serves as well", async () => {
    const printed = file("printed.json", (await henderson(["fit", formula, sleepstudy, "--json"])).out);
    const one = await henderson(["predict", printed, sleepstudy, "--target", "group"]);
    const two = await henderson(["predict", saved, sleepstudy, "--target", "group"]);
    expect(one).toEqual(two);
  });
});

describe("henderson anova", () => {
  it("refits REML fits of different fixed effects by ML and says so", async () => {
    const { out, err } = await henderson(["anova", saved, smaller]);
    const r = readFileSync(new URL("../golden/r/sleepstudy-comparison.txt", import.meta.url), "utf8");
    expect(out.trimEnd().split("\n").slice(-2).map(numbers)).toEqual(
      r.trimEnd().split("\n").slice(-2).map(numbers),
    );
    expect(err).toContain("inference/refitted");
  });

  it("compares formulas with --data, and gives JSON", async () => {
    const words = [
      "anova",
      formula,
      "Reaction ~ 1 + (Days | Subject)",
      "--data",
      sleepstudy,
      "--ml",
      "--json",
    ];
    const json = parseJson((await henderson(words)).out);
    expect(json.schema).toBe("henderson/anova@1");
    expect(json.models[1]).toMatchObject({ formula, npar: 6, df: 1, chisq: expect.closeTo(23.5365, 3) });
  });

  it("of one model tests its terms", async () => {
    const { out } = await henderson(["anova", saved]);
    const r = readFileSync(new URL("../golden/r/sleepstudy-anova.txt", import.meta.url), "utf8");
    expect(out).toBe(r);
    const json = parseJson(
      (await henderson(["anova", saved, "--json", "--anova", "I", "--ddf", "residual"])).out,
    );
    expect(json).toMatchObject({ schema: "henderson/anova@1", type: "I", ddf: "residual" });
    expect(json.terms[0]).toMatchObject({ term: "Days", numDF: 1, denDF: 178, F: expect.closeTo(45.853, 2) });
  });
});

describe("henderson drop1", () => {
  it("prints what lme4's drop1 prints", async () => {
    const { out } = await henderson(["drop1", saved]);
    const r = readFileSync(new URL("../golden/r/sleepstudy-drop1.txt", import.meta.url), "utf8");
    const lines = (text: string): string[] =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => line.trimEnd());
    expect(lines(out)).toEqual(lines(r));
  });
});

describe("henderson confint", () => {
  it.each([
    ["--derive", "ratio = Subject / residual"],
    ["--criterion", "reml"],
  ])("refuses %s, which is for profiles, with other methods", async (option, value) => {
    const { out, err, exitCode } = await henderson(["confint", saved, option, value]);
    expect(exitCode).toBe(1);
    expect(out).toBe("");
    expect(err).toContain(`${option} is for profile intervals, and the method is wald`);
    const bootstrap = await henderson(["confint", saved, "--method", "bootstrap", option, value]);
    expect(bootstrap.err).toContain("the method is bootstrap");
  });

  it("gives Wald intervals at a level", async () => {
    const json = parseJson(
      (await henderson(["confint", saved, "--level", "0.9", "--ddf", "none", "--json"])).out,
    );
    expect(json.schema).toBe("henderson/confint@1");
    // lme4: confint(fm, method = "Wald", level = 0.9)
    expect(json.intervals[1].lower).toBeCloseTo(10.467286 - 1.6448536 * 1.54579, 4);
  });

  it("gives profile intervals with the profiles, and says that they are by ML", async () => {
    const words = ["confint", saved, "--method", "profile", "--parameters", "variance"];
    const json = parseJson((await henderson([...words, "--json"])).out);
    expect(json).toMatchObject({
      schema: "henderson/confint@1",
      method: "profile",
      criterion: "ML",
      level: 0.95,
    });
    expect(json.intervals.map(({ term }: { term: string }) => term)).toEqual([
      "sd_(Intercept)|Subject",
      "cor_Days.(Intercept)|Subject",
      "sd_Days|Subject",
      "sigma",
    ]);
    // lme4: confint(fm, oldNames = FALSE) gives 22.8982668821 and 28.8579965114 by splines
    expect(json.intervals[3].lower).toBeCloseTo(22.89826, 4);
    expect(json.intervals[3].upper).toBeCloseTo(28.858, 4);
    const zetas = json.intervals[3].profile.map(([, zeta]: [number, number]) => zeta);
    expect(zetas).toEqual([...zetas].sort((a: number, b: number) => a - b));
    const text = await henderson([...words, "--scale", "variance"]);
    expect(text.err).toContain("inference/profiled-by-ml");
    expect(text.out).toContain("var_Days|Subject");
  });

  it("names the nearest parameter, and refuses REML profiles of fixed effects", async () => {
    const misspelled = await henderson(["confint", saved, "--method", "profile", "--parameters", "sd_Day"]);
    expect(misspelled).toMatchObject({ exitCode: 2, out: "" });
    expect(misspelled.err).toContain("sd_Days|Subject");
    const fixed = ["confint", saved, "--method", "profile", "--criterion", "reml", "--parameters", "Days"];
    const refused = await henderson([...fixed, "--json"]);
    expect(refused.exitCode).toBe(2);
    expect(parseJson(refused.err)).toMatchObject({ code: "inference/profile-likelihood" });
  });
});

describe("henderson ranova, step and drop1 --test F", () => {
  const pastes = "examples/pastes.csv";
  const model = "strength ~ 1 + (1 | batch) + (1 | sample)";

  it("ranova prints both p values and the mixture, and the JSON has the parts", async () => {
    const text = await henderson(["ranova", model, "--data", pastes]);
    expect(text).toMatchObject({ exitCode: 0 });
    expect(text.out).toContain("(1 | batch): 1/2 chi2(0) + 1/2 chi2(1)");
    const json = parseJson((await henderson(["ranova", model, "--data", pastes, "--json"])).out);
    expect(json.schema).toBe("henderson/ranova@1");
    // lmerTest 3.1-3: LRT 0.65766, p 0.4173887
    expect(json.terms[1].p).toBeCloseTo(0.4173887, 6);
    expect(json.terms[1].pMixture).toBeCloseTo(0.4173887 / 2, 6);
    expect(json.notes.map(({ code }: { code: string }) => code)).toContain("inference/boundary-mixture");
  });

  it("profiles a heritability of nine pigs, whose ends are those of its range", async () => {
    const relationship = ["--relationship", "A=pedigree:examples/genetics/pigs-pedigree.csv"];
    const animal = [
      "gain ~ sex + (1 | gr(pig, cov = A)) + (1 | litter)",
      "--data",
      "examples/genetics/pigs.csv",
    ];
    const words = ["confint", ...animal, ...relationship, "--method", "profile", "--json"];
    const derive = ["--derive", "h2 = pig / (pig + litter + residual)"];
    const { intervals } = parseJson((await henderson([...words, ...derive, "--criterion", "reml"])).out);
    expect(intervals[0]).toMatchObject({
      kind: "derived",
      lower: 0,
      lowerIsBoundary: true,
      upperIsBoundary: true,
    });
    expect(intervals[0].upper).toBeCloseTo(1, 4);
    const byMl = parseJson((await henderson(words)).out).intervals;
    const sigma = byMl.find(({ term }: { term: string }) => term === "sigma");
    expect(sigma).toMatchObject({ lower: 0, lowerIsBoundary: true });
    const { terms } = parseJson((await henderson(["ranova", ...animal, ...relationship, "--json"])).out);
    expect(terms[1]).toMatchObject({ term: "(1 | gr(pig, cov = A))", LRT: 0, pMixture: 1 });
  });

  it("step prints its path and the final formula", async () => {
    const { out, exitCode } = await henderson(["step", model, "--data", pastes]);
    expect(exitCode).toBe(0);
    expect(out).toContain("Model found:\nstrength ~ (1 | sample)\n");
    const json = parseJson(
      (await henderson(["step", model, "--data", pastes, "--alpha-random", "none", "--json"])).out,
    );
    expect(json).toMatchObject({ schema: "henderson/step@1", random: [], fixed: [] });
    expect(json.formula).toBe("strength ~ (1 | batch) + (1 | sample)");
  });

  it("drop1 takes degrees of freedom, and then tests by F", async () => {
    const json = parseJson((await henderson(["drop1", saved, "--ddf", "kenward-roger", "--json"])).out);
    expect(json).toMatchObject({ schema: "henderson/drop1@1", test: "F", ddf: "kenward-roger" });
    // pbkrtest: 45.85296 on 1 and 17 degrees of freedom
    expect(json.terms[0].F).toBeCloseTo(45.853, 2);
    expect(json.terms[0].denDF).toBeCloseTo(17, 6);
  });

  it("anova shows the mixture beside chi-squared where variances are compared", async () => {
    const smaller = "strength ~ 1 + (1 | sample)";
    const { out, err } = await henderson(["anova", smaller, model, "--data", pastes]);
    expect(out).toContain("Pr(>mix)");
    expect(err).toContain("inference/boundary-mixture");
  });
});

describe("henderson predict", () => {
  const rows = "Days,Subject\n10,308\n11,999\n,308\n12,\n";

  it("gives the population mean by default, and null where a predictor is missing", async () => {
    const json = parseJson((await henderson(["predict", saved, "-", "--json"], rows)).out);
    expect(json.schema).toBe("henderson/predict@1");
    expect(json.predictions).toEqual([
      expect.closeTo(251.405105 + 104.67286, 4),
      expect.closeTo(251.405105 + 115.140146, 4),
      null,
      expect.closeTo(251.405105 + 125.607432, 4),
    ]);
  });

  it("refuses unknown levels by name, or takes them as zero when asked", async () => {
    const words = ["predict", saved, "-", "--target", "group", "--json"];
    const refused = await henderson(words, rows);
    expect(parseJson(refused.err)).toMatchObject({
      code: "predict/new-levels",
      message: expect.stringContaining("'999'"),
    });
    const json = parseJson((await henderson([...words, "--new-levels", "zero"], rows)).out);
    expect(json.predictions[1]).toBeCloseTo(251.405105 + 115.140146, 4);
    expect(json.predictions.slice(2)).toEqual([null, null]);
    expect(json.notes.map((note: { code: string }) => note.code)).toEqual([
      "predict/new-levels-as-zero",
      "predict/missing-predictors",
    ]);
  });

  it("gives intervals for groups, and for new groups without naming them", async () => {
    const words = ["predict", saved, "-", "--interval", "confidence", "--json"];
    const json = parseJson(
      (await henderson([...words, "--target", "group"], "Days,Subject\n0,308\n9,371\n,308\n")).out,
    );
    expect(json).toMatchObject({ schema: "henderson/predict@1", interval: "confidence", level: 0.95 });
    // dense matrices at lme4's estimates: test/reference/generate/prediction.R
    expect(json.se).toEqual([expect.closeTo(12.254793, 4), expect.closeTo(13.856898, 4), null]);
    expect(json.df).toEqual([expect.closeTo(59.5799, 1), expect.closeTo(152.46199, 1), null]);
    expect(json.upper[0] - json.predictions[0]).toBeCloseTo(json.predictions[0] - json.lower[0], 9);
    const fresh = await henderson(
      ["predict", saved, "-", "--target", "new-group", "--interval", "prediction", "--level", "0.9"],
      "Days\n0\n",
    );
    expect(fresh.out.split("\n")[0]).toBe("Days,.prediction,.se,.df,.lower,.upper");
    expect(Number(fresh.out.split("\n")[1]!.split(",")[2])).toBeCloseTo(Math.hypot(25.664461, 25.591816), 3);
  });

  it("adds the uncertainty of the variances when asked", async () => {
    const words = ["predict", saved, "-", "--target", "group", "--interval", "confidence", "--json"];
    const row = "Days,Subject\n0,308\n";
    const plain = parseJson((await henderson(words, row)).out);
    const more = parseJson((await henderson([...words, "--theta-uncertainty"], row)).out);
    expect(more.thetaUncertainty).toBe(true);
    expect(more.se[0] ** 2 - plain.se[0] ** 2).toBeCloseTo(2 * 14.4811, 2);
  });

  it("names the column that new rows lack", async () => {
    const { exitCode, err } = await henderson(["predict", saved, "-"], "days,Subject\n1,308\n");
    expect(exitCode).toBe(2);
    expect(err).toContain("'Days'");
    expect(err).toContain("'days'");
  });
});

describe("henderson augment", () => {
  it("keeps every row and leaves those outside the model missing", async () => {
    const data = file("holes.csv", "y,x\n1,1\n,2\n3,3\n5,4\n4,\n");
    const { out } = await henderson(["augment", "y ~ x", "--data", data]);
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toBe("y,x,.fitted,.resid,.fixed");
    expect(lines[2]).toBe("NA,2,NA,NA,NA");
    expect(lines[5]).toBe("4,NA,NA,NA,NA");
    expect(lines).toHaveLength(6);
  });
});

describe("henderson explain", () => {
  it("lists all codes, and explains each", async () => {
    const { codes } = parseJson((await henderson(["explain", "--json"])).out);
    expect(codes.length).toBeGreaterThan(50);
    for (const { code, title, meaning, remedy } of codes) {
      expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
      for (const text of [title, meaning, remedy]) expect(text.length).toBeGreaterThan(0);
    }
    const { out } = await henderson(["explain", "fit/boundary"]);
    expect(out).toMatch(/^fit\/boundary: .*\n\n[\s\S]*\nWhat to do:\n/);
  });
});

/** The numbers of a line, without names. */
function numbers(line: string): number[] {
  return (line.replace(/^\S+/, "").match(/-?\d[\d.e-]*/g) ?? []).map(Number);
}

describe("contrasts of factors that not every formula has", () => {
  const data = (): string =>
    file(
      "contrasts.csv",
      [
        "y,f,g",
        ...Array.from(
          { length: 40 },
          (_, i) => `${Math.sin(i * i) + (i % 4)},${"ab"[i % 2]},g${Math.floor(i / 4)}`,
        ),
      ].join("\n"),
    );
  const compare = (...more: string[]) =>
    henderson(["anova", "y ~ f + (1 | g)", "y ~ 1 + (1 | g)", "--data", data(), ...more]);

  it("apply where the factor is, and are refused where no formula has it", async () => {
    const { out, exitCode } = await compare("--contrasts", "f=sum", "--reference", "f=b");
    expect(exitCode).toBe(0);
    expect(out).toContain("model 2");
    const misspelled = await compare("--contrasts", "ff=sum");
    expect(misspelled.exitCode).toBe(2);
    expect(misspelled.err).toContain("contrasts were asked for 'ff', which is not a factor of the formula");
  });

  it("say of a grouping that its levels have none", async () => {
    const { err, exitCode } = await henderson(["fit", "y ~ f + (1 | g)", data(), "--contrasts", "g=sum"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("'g' only groups random effects, and contrasts would not change their levels");
    expect(err).toContain("put g into the fixed effects");
  });
});
