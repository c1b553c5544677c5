// Known variances, relationships and functions of components on the command line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { simulatePedigree } from "../../src/genetics/simulatePedigree.ts";
import { writeCsv } from "../../src/table/writeCsv.ts";
import { henderson } from "./memoryTerminal.ts";
import { parseJson } from "./parseJson.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-genetics-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
};

const pedigree = file("ped.csv", "calf,sire,dam\n1,0,0\n2,0,0\n3,0,0\n4,1,0\n5,3,2\n6,1,2\n7,4,5\n8,3,6\n");
const calves = file("calves.csv", "calf,sex,gain\n4,M,4.5\n5,F,2.9\n6,F,3.9\n7,M,3.5\n8,M,5\n");
const formula = "gain ~ 0 + sex + (1 | gr(calf, cov = A))";
const animalModel = ["fit", formula, calves, "--relationship", `A=pedigree:${pedigree}`];
const known = ["--components", "calf=20,residual=40"];

describe("an animal model with known variances", () => {
  it("has the solutions of the mixed model equations for every animal of the pedigree", async () => {
    const { out, exitCode } = await henderson([...animalModel, ...known, "--ranef", "--json"]);
    expect(exitCode).toBe(0);
    const json = parseJson(out);
    const page = parseJson(
      (
        await henderson([
          "equations",
          formula,
          calves,
          "--relationship",
          `A=pedigree:${pedigree}`,
          ...known,
          "--json",
        ])
      ).out,
    );
    expect(json.ranef.map((row: { level: string }) => row.level)).toEqual([..."12345678"]);
    page.equations.predictions.forEach(
      (effect: { estimate: number; pev: number; reliability: number }, i: number) => {
        expect(json.ranef[i].estimate).toBeCloseTo(effect.estimate, 12);
        expect(json.ranef[i].se ** 2).toBeCloseTo(effect.pev, 10);
        expect(json.ranef[i].reliability).toBeCloseTo(effect.reliability, 12);
      },
    );
    expect(page.gls.difference).toBeLessThan(1e-12);
    expect(page.cholesky.difference).toBeLessThan(1e-12);
    expect(json.components).toEqual([
      { name: "calf", estimate: 20, se: null, held: true },
      { name: "residual", estimate: 40, se: null, held: true },
    ]);
    expect(json.ddf).toBe("none");
    expect(json.notes.map((note: { code: string }) => note.code)).toContain("report/normal-tests");
  });

  it("is solved by a factor or by iteration as asked, with and without reliabilities", async () => {
    const solve = async (solver: string) => {
      const { out, err, exitCode } = await henderson([
        ...[...animalModel, ...known, "--ranef", "--json"],
        ...["--solver", solver],
      ]);
      expect(exitCode, err).toBe(0);
      return parseJson(out);
    };
    const [auto, factor, iteration] = await Promise.all(["auto", "factor", "iteration"].map(solve));
    expect(auto.ranef).toEqual(factor.ranef);
    const codes = iteration.notes.map((note: { code: string }) => note.code);
    expect(codes).toContain("engine/solved-by-iteration");
    iteration.ranef.forEach((row: { estimate: number; se: null }, i: number) => {
      expect(row.estimate).toBeCloseTo(factor.ranef[i].estimate, 9);
      expect(row.se).toBeNull();
    });
    const unknown = await henderson([...animalModel, "--solver", "iteration"]);
    expect([unknown.exitCode, unknown.out]).toEqual([2, ""]);
    expect(unknown.err).toContain("engine/iteration-needs-variances");
    const plain = ["fit", "Reaction ~ 1 + (1 | Subject)", "examples/sleepstudy.csv", "--solver", "iteration"];
    expect((await henderson(plain)).err).toContain("unknown are 'Subject', 'residual'");
    expect((await henderson([...animalModel, "--solver", "magic"])).exitCode).toBe(1);
  });

  it("prints the text as before", async () => {
    const { out } = await henderson([
      ...animalModel,
      ...known,
      "--ranef",
      "--derive",
      "h2 = calf / (calf + residual)",
    ]);
    await expect(out.replaceAll(scratch, "data")).toMatchFileSnapshot("../golden/text/animal-model.txt");
  });

  it("writes the predictions as CSV, the best first where asked", async () => {
    const { out } = await henderson([
      ...animalModel,
      ...known,
      "--ranef",
      "--format",
      "csv",
      "--sort",
      "--quiet",
    ]);
    const [head, ...lines] = out.trim().split("\n");
    expect(head).toBe("component,group,term,level,estimate,se,pev,reliability,accuracy,inbreeding");
    const estimates = lines.map((line) => Number(line.split(",")[4]));
    expect(estimates).toEqual([...estimates].sort((a, b) => b - a));
    expect(lines).toHaveLength(8);
  });

  it("is saved, opened again with its pedigree, and predicts", async () => {
    const saved = join(scratch, "animal.json");
    await henderson([...animalModel, ...known, "--save", saved, "--quiet"]);
    expect(parseJson(readFileSync(saved, "utf8")).data.relationships[0].text).toBe(`A=pedigree:${pedigree}`);
    const rows = file("new.csv", "calf,sex\n1,M\n8,F\n");
    const { out, err, exitCode } = await henderson(["predict", saved, rows, "--target", "group", "--json"]);
    expect([exitCode, err]).toEqual([0, ""]);
    const json = parseJson((await henderson([...animalModel, ...known, "--ranef", "--json"])).out);
    const fixed = Object.fromEntries(
      json.fixed.map((row: { term: string; estimate: number }) => [row.term, row.estimate]),
    );
    const predictions = parseJson(out).predictions;
    expect(predictions[0]).toBeCloseTo(fixed.sexM + json.ranef[0].estimate, 12);
    expect(predictions[1]).toBeCloseTo(fixed.sexF + json.ranef[7].estimate, 12);
    const rowsAgain = await henderson(["augment", saved]);
    expect([rowsAgain.exitCode, rowsAgain.err]).toEqual([0, ""]);
    file("ped.csv", "calf,sire,dam\n1,0,0\n8,0,0\n");
    const changed = await henderson(["augment", saved]);
    expect(changed.err).toContain("report/other-data");
    file("ped.csv", "calf,sire,dam\n1,0,0\n2,0,0\n3,0,0\n4,1,0\n5,3,2\n6,1,2\n7,4,5\n8,3,6\n");
  });
});

describe("factor-analytic and reduced-rank covariances of related animals", () => {
  const { table, records } = simulatePedigree({
    ...{ seed: 12, generations: 3, animals: 40, sires: 5, dams: 12, records: 3, h2: 0.5 },
  });
  const y = records.columns.get("y") as { values: Float64Array };
  const animal = records.columns.get("animal") as { values: Float64Array };
  // records of an animal stand in three environments, of which the third stretches the differences
  const lines = Array.from(y.values, (value, r) => {
    const stretched = r % 3 === 2 ? 2 * (value - 10) : value;
    return `${animal.values[r]},${"abc"[r % 3]},${stretched.toFixed(3)}`;
  });
  const data = file("environments.csv", `animal,env,y\n${lines.join("\n")}\n`);
  const kin = ["--relationship", `A=pedigree:${file("environments-ped.csv", writeCsv(table))}`];

  it.each([
    ["fa(0 + env, 1 | gr(animal, cov = A))", false],
    ["rr(0 + env, 1 | gr(animal, cov = A))", true],
  ])("%s is fitted, saved and opened again", async (term, reduced) => {
    const saved = join(scratch, "environments.json");
    const words = [`y ~ env + ${term}`, data, ...kin, "--ranef"];
    const { out, err, exitCode } = await henderson(["fit", ...words, "--json"]);
    expect(exitCode, err).toBe(0);
    const json = parseJson(out);
    const [[a, b], [, d]] = json.random[0].cov;
    if (reduced) expect(Math.abs(b) / Math.sqrt(a * d)).toBeCloseTo(1, 9);
    expect(json.ranef).toHaveLength(3 * 120);
    await henderson(["fit", ...words, "--save", saved, "--quiet"]);
    // the estimates that were saved, without and with the rows
    const rows = file("new-environments.csv", "animal,env\n5,b\n77,c\n");
    const predicted = parseJson(
      (await henderson(["predict", saved, rows, "--target", "group", "--json"])).out,
    );
    const of = (term: string): number =>
      json.fixed.find((row: { term: string }) => row.term === term).estimate;
    const u = (level: string, term: string): number =>
      json.ranef.find((row: { level: string; term: string }) => row.level === level && row.term === term)
        .estimate;
    expect(predicted.predictions[0]).toBeCloseTo(of("(Intercept)") + of("envb") + u("5", "envb"), 9);
    expect(predicted.predictions[1]).toBeCloseTo(of("(Intercept)") + of("envc") + u("77", "envc"), 9);
    const augmented = await henderson(["augment", saved]);
    expect([augmented.exitCode, augmented.err]).toEqual([0, ""]);
    const first = augmented.out.split("\n")[1]!.split(",");
    expect(Number(first[3])).toBeCloseTo(of("(Intercept)") + u("1", "enva"), 9);
    // held at what was estimated, the fit has the same likelihood
    const held = await henderson(["fit", ...words.slice(0, -1), "--components", saved, "--json"]);
    expect(parseJson(held.out).logLik).toBeCloseTo(json.logLik, 7);
  });
});

describe("several traits", () => {
  const words = [
    "mvbind(wwg, pwg) ~ 0 + sex + (1 | gr(calf, cov = A))",
    "examples/genetics/calves-missing.csv",
  ];
  const options = [
    "--relationship",
    "A=pedigree:examples/genetics/calves-missing-pedigree.csv",
    "--components",
    "examples/genetics/traits.json",
  ];

  it("are told apart in tables, and predicted and augmented each in its own column", async () => {
    const saved = join(scratch, "traits.json");
    const { out } = await henderson(["fit", ...words, ...options, "--ranef", "--save", saved]);
    expect(out).toContain("wwg:sexF");
    expect(out).toMatch(/Residual wwg +40/);
    expect(out).toMatch(/calf +1 +pwg +\(Intercept\)/);
    const json = parseJson((await henderson(["fit", ...words, ...options, "--ranef", "--json"])).out);
    expect(json.anova.map((row: { trait: string }) => row.trait)).toEqual(["wwg", "pwg"]);
    expect(json.residual.cov).toEqual([
      [40, 11],
      [11, 30],
    ]);
    const rows = file("rows.csv", "calf,sex\n9,F\n1,M\n");
    const predicted = await henderson(["predict", saved, rows, "--target", "group", "--json"]);
    const u = (trait: string, level: string): number =>
      json.ranef.find((row: { trait: string; level: string }) => row.trait === trait && row.level === level)
        .estimate;
    const b = (trait: string, term: string): number =>
      json.fixed.find((row: { trait: string; term: string }) => row.trait === trait && row.term === term)
        .estimate;
    const { predictions } = parseJson(predicted.out);
    for (const trait of ["wwg", "pwg"]) {
      expect(predictions[trait][0]).toBeCloseTo(b(trait, "sexF") + u(trait, "9"), 12);
      expect(predictions[trait][1]).toBeCloseTo(b(trait, "sexM") + u(trait, "1"), 12);
    }
    const augmented = await henderson(["augment", saved]);
    const lines = augmented.out.trim().split("\n");
    expect(lines[0]).toBe(
      "calf,sex,wwg,pwg,.fitted.wwg,.resid.wwg,.fixed.wwg,.fitted.pwg,.resid.pwg,.fixed.pwg",
    );
    expect(Number(lines[6]!.split(",")[4])).toBeCloseTo(predictions.wwg[0], 12);
  });
});

describe("terms left out of models of several traits", () => {
  const { table, records } = simulatePedigree({
    ...{ seed: 2, generations: 4, animals: 60, sires: 4, dams: 20, herds: 6, traits: 2, missing: 0.1 },
  });
  const data = file("left-out.csv", writeCsv(records));
  const kin = ["--relationship", `A=pedigree:${file("left-out-ped.csv", writeCsv(table))}`];
  const AICof = async (formula: string): Promise<number> =>
    parseJson((await henderson(["fit", formula, data, ...kin, "--ml", "--json"])).out).AIC;
  const dropped = async (formula: string) => {
    const { out, err, exitCode } = await henderson(["drop1", formula, "--data", data, ...kin, "--json"]);
    expect(exitCode, err).toBe(0);
    return parseJson(out).terms as { term: string | null; trait?: string; df: number | null; AIC: number }[];
  };

  it("go from all traits of mvbind(), and have the AIC of the model without them", async () => {
    const rest = "(1 | herd) + (1 | gr(animal, cov = A))";
    const [whole, without, ...more] = await dropped(`mvbind(y1, y2) ~ factor(generation) + ${rest}`);
    expect(more).toEqual([]);
    expect(whole!.AIC).toBeCloseTo(await AICof(`mvbind(y1, y2) ~ factor(generation) + ${rest}`), 5);
    expect(without).toMatchObject({ term: "factor(generation)", df: 6 });
    expect(without!.AIC).toBeCloseTo(await AICof(`mvbind(y1, y2) ~ 1 + ${rest}`), 5);
  });

  it("go from the trait in whose formula they stand", async () => {
    const tied = "(1 |a| gr(animal, cov = A))";
    const rows = await dropped(`y1 ~ factor(generation) + ${tied}; y2 ~ herd + ${tied}`);
    expect(rows.slice(1).map(({ trait, term, df }) => [trait, term, df])).toEqual([
      ["y1", "factor(generation)", 3],
      ["y2", "herd", 1],
    ]);
    expect(rows[1]!.AIC).toBeCloseTo(await AICof(`y1 ~ 1 + ${tied}; y2 ~ herd + ${tied}`), 5);
    expect(rows[2]!.AIC).toBeCloseTo(await AICof(`y1 ~ factor(generation) + ${tied}; y2 ~ 1 + ${tied}`), 5);
  });

  it("are random too, and are not eliminated step by step", async () => {
    const formula = "mvbind(y1, y2) ~ 1 + (1 | herd) + (1 | gr(animal, cov = A))";
    const { out, exitCode } = await henderson(["ranova", formula, "--data", data, ...kin, "--json"]);
    expect(exitCode).toBe(0);
    const fit = await henderson([
      "fit",
      "mvbind(y1, y2) ~ 1 + (1 | gr(animal, cov = A))",
      data,
      ...kin,
      "--json",
    ]);
    const row = parseJson(out).terms.find(({ term }: { term: string }) => term === "(1 | herd)");
    expect(row.logLik).toBeCloseTo(parseJson(fit.out).logLik, 6);
    expect((await henderson(["step", formula, "--data", data, ...kin])).err).toContain("inference/one-trait");
  });
});

describe("components and functions of them", () => {
  const sleep = ["fit", "Reaction ~ Days + (Days | Subject)", "examples/sleepstudy.csv"];
  const dyes = ["fit", "Yield ~ 1 + (1 | Batch)", "examples/dyestuff.csv"];

  it("are read from a file, from a FIT file, or by name with matrices and entries", async () => {
    const path = file("comps.json", '{ "Subject": [[612, 10], [10, 35]], "residual": 654 }');
    const outs = await Promise.all(
      [
        path,
        "Subject=[[612,10],[10,35]],residual=654",
        "Subject[1,1]=612,Subject[2,1]=10,Subject[2,2]=35,residual=654",
      ].map(async (text) => parseJson((await henderson([...sleep, "--components", text, "--json"])).out)),
    );
    for (const json of outs) expect(json.fixed).toEqual(outs[0].fixed);
    const estimates = file("estimates.json", (await henderson([...sleep, "--json"])).out);
    const again = parseJson((await henderson([...sleep, "--components", estimates, "--json"])).out);
    const first = parseJson(readFileSync(estimates, "utf8"));
    expect(again.logLik).toBeCloseTo(first.logLik, 8);
    expect(again.fixed[1].se).toBeCloseTo(first.fixed[1].se, 8);
  });

  it("have standard errors, which agree between the blocked engine and the equations", async () => {
    const blocked = parseJson(
      (await henderson([...dyes, "--derive", "icc = Batch / (Batch + residual)", "--json"])).out,
    );
    const levels = [..."ABCDEF"];
    const identity = file(
      "identity.csv",
      `id,${levels.join(",")}\n${levels.map((a) => `${a},${levels.map((b) => Number(a === b)).join(",")}`).join("\n")}\n`,
    );
    const related = await henderson([
      "fit",
      "Yield ~ 1 + (1 | gr(Batch, cov = I))",
      "examples/dyestuff.csv",
      "--relationship",
      `I=matrix:${identity}`,
      "--derive",
      "icc = Batch / (Batch + residual)",
      "--json",
    ]);
    const json = parseJson(related.out);
    expect(json.engine).toBe("equations");
    expect(json.logLik).toBeCloseTo(blocked.logLik, 8);
    expect(json.derived[0].estimate).toBeCloseTo(blocked.derived[0].estimate, 6);
    // average and observed information agree for a balanced one-way layout
    for (const i of [0, 1]) expect(json.components[i].se / blocked.components[i].se).toBeCloseTo(1, 4);
    expect(json.derived[0].se / blocked.derived[0].se).toBeCloseTo(1, 4);
    expect(json.fixed[0].df).toBeCloseTo(blocked.fixed[0].df, 3);
  });

  it("held in part leave the others to be estimated", async () => {
    const json = parseJson((await henderson([...dyes, "--components", "residual=2451.25", "--json"])).out);
    expect(json.components[1]).toEqual({ name: "residual", estimate: 2451.25, se: null, held: true });
    expect(json.components[0].held).toBe(false);
    expect(json.components[0].estimate).toBeCloseTo(1764.05, 2);
    expect(json.df).toBe(2);
  });

  it("held for an effect of each row tell it from the residual, also when the fit is opened again", async () => {
    const saved = join(scratch, "rows.json");
    const words = ["fit", "gain ~ 0 + sex + (1 | calf)", calves, "--factor", "calf"];
    expect((await henderson(words)).err).toContain("design/groups-of-one");
    const { out, exitCode } = await henderson([...words, ...known, "--json", "--ranef", "--save", saved]);
    expect(exitCode).toBe(0);
    // u-hat = 20 / 60 (y - Xb), Xb the means of the sexes
    expect(parseJson(out).ranef[1].estimate).toBeCloseTo((2.9 - 3.4) / 3, 12);
    expect((await henderson(["augment", saved])).exitCode).toBe(0);
  });

  it.each([
    [["--components", "Bach=3"], "fit/unknown-component", "the closest is 'Batch'"],
    [["--components", "Batch=[[1,2],[2,1]]"], "fit/component-value", "Batch"],
    [["--components", "Batch=-3"], "engine/held-covariance", "Batch"],
    [["--derive", "h2 = batch / residual"], "inference/derive-name", "'Batch'"],
    [["--derive", "h2"], "inference/derive", "NAME = EXPRESSION"],
    [["--start", "Bach=3,residual=1"], "fit/unknown-component", "Batch"],
  ])("refuse %j with %s", async (words, code, text) => {
    const { err, exitCode, out } = await henderson([...dyes, ...words]);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(code);
    expect(err).toContain(text);
  });

  it("that are no covariance matrix are named with their smallest eigenvalue", async () => {
    const { err } = await henderson([...sleep, "--components", "Subject=[[1,2],[2,1]]"]);
    expect(err).toContain("'Subject'");
    expect(err).toContain("smallest eigenvalue is -1.000");
  });
});

describe("--method ANOVA", () => {
  it("has the classic estimators of a balanced one-way layout, and BLUP at them", async () => {
    const words = ["fit", "Yield ~ 1 + (1 | Batch)", "examples/dyestuff.csv"];
    const { out } = await henderson([...words, "--method", "ANOVA", "--ranef", "--json"]);
    const json = parseJson(out);
    const reml = parseJson((await henderson([...words, "--ranef", "--json"])).out);
    expect(json.method).toBe("ANOVA");
    // in balanced data with a positive estimate REML and ANOVA agree
    for (const i of [0, 1]) {
      expect(json.components[i].estimate / reml.components[i].estimate).toBeCloseTo(1, 6);
      expect(json.components[i].held).toBe(false);
    }
    expect(json.ranef[0].estimate).toBeCloseTo(reml.ranef[0].estimate, 4);
    expect(json.anovaEstimates.sources[1].degreesOfFreedom).toBe(24);
  });

  it("keeps a negative estimate, says so, and predicts with zero", async () => {
    const { out } = await henderson([
      ...["fit", "Yield ~ 1 + (1 | Batch)", "examples/dyestuff2.csv"],
      ...["--method", "ANOVA", "--ranef", "--json"],
    ]);
    const json = parseJson(out);
    expect(json.components[0].estimate).toBeLessThan(0);
    expect(json.notes.map((note: { code: string }) => note.code)).toContain("fit/negative-variance");
    expect(json.ranef.every((row: { estimate: number }) => row.estimate === 0)).toBe(true);
  });
});

describe("henderson equations", () => {
  const piglets = ["equations", "weight ~ 0 + sex + (1 | dam)", "examples/piglets.csv"];

  it("shows the page of the lecture", async () => {
    const { out, err } = await henderson([
      ...piglets,
      ...["--components", "dam=0.016,residual=0.08", "--inverse", "--gls", "--cholesky"],
    ]);
    expect(err).toBe("");
    await expect(out).toMatchFileSnapshot("../golden/text/equations.txt");
  });

  it("shows the table over lambda without variances, and refuses ratios that are none", async () => {
    const { out } = await henderson([...piglets, "--lambda", "1e-4,5,20"]);
    expect(out).toContain("sexF - sexM");
    expect(out.trim().split("\n")).toHaveLength(5);
    for (const bad of ["0", "a", "-1,2"]) {
      expect((await henderson([...piglets, "--lambda", bad])).err).toContain("predict/shrinkage");
    }
  });

  it("estimates what is not given and says so", async () => {
    const { out } = await henderson(["equations", "Yield ~ 1 + (1 | Batch)", "examples/dyestuff.csv"]);
    expect(out).toContain("Variances (estimated where not given): Batch = 1764");
  });

  it("tells why equations cannot be shown", async () => {
    const large = await henderson([
      "equations",
      "y ~ 1 + (1 | g)",
      file("large.csv", `y,g\n${Array.from({ length: 500 }, (_, i) => `${i % 7},g${i % 9}`).join("\n")}\n`),
      "--components",
      "g=1,residual=1",
    ]);
    expect(large.err).toContain("predict/equations-too-large");
    const zero = await henderson([...piglets, "--components", "dam=0,residual=1"]);
    expect(zero.err).toContain("predict/singular-covariance");
  });
});
