// Worked examples of quantitative genetics (Mrode and Pocrnic 2023 and its third edition), fitted from the files of
// examples/genetics on the command line and held to answers of full precision that were computed independently
// (../shared/yardsticks/genetics.json). Fixed solutions are compared by the fitted means of all records: those do not
// depend on the constraint that a book chooses.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { hendersonMethod3 } from "../../src/fit/hendersonMethod3.ts";
import { readRelationship } from "../../src/genetics/readRelationship.ts";
import { relationshipFrom } from "../../src/genetics/relationshipFrom.ts";
import { curveSums } from "../../src/predict/curveSums.ts";
import { henderson } from "../cli/memoryTerminal.ts";
import { example } from "../lectures/printed.ts";

const path = fileURLToPath(new URL("../../../shared/yardsticks/genetics.json", import.meta.url));
const available = existsSync(path);
// biome-ignore lint/suspicious/noExplicitAny: parsed JSON
const parse = (text: string): any => JSON.parse(text);
const examples = available ? parse(readFileSync(path, "utf8")).examples : {};
const computed = (name: string, check: string): number[] => examples[name].checks[check].computed;

const files = (name: string): string => `examples/genetics/${name}`;
const A = (pedigree: string): string[] => ["--relationship", `A=pedigree:${files(pedigree)}`];

interface Ranef {
  readonly component: string;
  readonly group: string;
  readonly term: string;
  readonly trait?: string;
  readonly level: string;
  readonly estimate: number;
  readonly se: number;
  readonly reliability: number | null;
}

async function fitted(formula: string, data: string, ...options: string[]) {
  const outcome = await henderson(["fit", formula, files(data), ...options, "--ranef", "--json"]);
  expect(outcome.exitCode, outcome.err).toBe(0);
  const json = parse(outcome.out);
  const ranef = json.ranef as Ranef[];
  return {
    json,
    fixed: json.fixed.map((row: { estimate: number | null }) => row.estimate ?? 0) as number[],
    effects: (component: string, which: Partial<Ranef> = {}): Ranef[] =>
      ranef.filter(
        (row) =>
          row.component === component &&
          Object.entries(which).every(([key, value]) => row[key as keyof Ranef] === value),
      ),
  };
}

const estimates = (rows: readonly Ranef[]): number[] => rows.map(({ estimate }) => estimate);

/** Within 1e-7 of the answer, relative to the largest of its group. */
function expectSame(actual: readonly number[], expected: readonly number[], relative = 1e-7): void {
  expect(actual).toHaveLength(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!), `${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(
      relative * size,
    );
  });
}

if (!available) it.skip("worked examples (skipped: ../shared/yardsticks is absent)", () => undefined);

describe.runIf(available)("worked examples of quantitative genetics", () => {
  it("M3.1, animal model: solutions, standard errors, reliabilities", async () => {
    const { fixed, effects, json } = await fitted(
      "wwg ~ 0 + sex + (1 | gr(calf, cov = A))",
      "calves.csv",
      ...A("calves-pedigree.csv"),
      ...["--components", "calf=20,residual=40"],
    );
    // the book writes males first
    const u = effects("calf");
    expectSame([fixed[1]!, fixed[0]!, ...estimates(u)], computed("M3.1", "b,u"));
    const errors = [json.fixed[1].se, json.fixed[0].se, ...u.map(({ se }) => se)];
    expectSame(errors, computed("M3.1", "SEP BLUPF90 8 digits (sqrt diag Cinv)"));
    expectSame(
      u.map(({ reliability }) => reliability!),
      computed("M3.1", "reliability"),
    );
  });

  it("M3.2, sire model", async () => {
    const { fixed, effects } = await fitted(
      "wwg ~ 0 + sex + (1 | gr(sire, cov = A))",
      "calves.csv",
      ...A("sires-pedigree.csv"),
      ...["--components", "sire=5,residual=55"],
    );
    expectSame([fixed[1]!, fixed[0]!, ...estimates(effects("sire"))], computed("M3.2", "b,s"));
  });

  it("M3.4, groups of unknown parents, with the book's constraint G1 = 0", async () => {
    const { fixed, effects } = await fitted(
      "wwg ~ 0 + sex + (1 | gr(calf, cov = A))",
      "calves.csv",
      "--relationship",
      `A=pedigree:${files("calves-groups-pedigree.csv")},groups=G1+G2`,
      ...["--components", "calf=20,residual=40"],
    );
    const u = estimates(effects("calf"));
    const shift = u[8]!;
    const solution = [fixed[1]! + shift, fixed[0]! + shift, ...u.map((value) => value - shift)];
    expectSame(solution, computed("M3.4", "b,u*,g (G1=0)"));
  });

  it("M4.1, repeatability with a permanent environment", async () => {
    const { json, effects } = await fitted(
      "fat ~ 0 + parity + hys + (1 | gr(cow, cov = A)) + (1 | cow)",
      "lactations.csv",
      ...A("cows-pedigree.csv"),
      ...["--factor", "parity,hys", "--components", "cow.A=20,cow=12,residual=28"],
    );
    const b = computed("M4.1", "HYS(1,3=0),parity");
    // four cells: a herd-year-season belongs to one parity
    const means = [b[4]! + b[0]!, b[4]! + b[1]!, b[5]! + b[2]!, b[5]! + b[3]!];
    const of = (term: string): number =>
      json.fixed.find((row: { term: string }) => row.term === term)?.estimate ?? 0;
    const cells = [1, 2, 3, 4].map((hys) => of(`parity${hys < 3 ? 1 : 2}`) + of(`hys${hys}`));
    expectSame(cells, means);
    expectSame(estimates(effects("cow.A")), computed("M4.1", "u"));
    expectSame(estimates(effects("cow")), computed("M4.1", "pe"));
  });

  it("M5.1 and M5.2, two traits, also with missing records", async () => {
    for (const [name, stem] of [
      ["M5.1", "calves"],
      ["M5.2", "calves-missing"],
    ] as const) {
      const { fixed, effects } = await fitted(
        "mvbind(wwg, pwg) ~ 0 + sex + (1 | gr(calf, cov = A))",
        `${stem}.csv`,
        ...A(`${stem}-pedigree.csv`),
        ...["--components", files("traits.json")],
      );
      expectSame([fixed[1]!, fixed[0]!, fixed[3]!, fixed[2]!], computed(name, "b"));
      const [wwg, pwg] = ["wwg", "pwg"].map((trait) => effects("calf", { trait }));
      expectSame(estimates(wwg!), computed(name, "u WWG"));
      expectSame(estimates(pwg!), computed(name, "u PWG"));
      if (name === "M5.1") {
        expectSame(
          [...wwg!, ...pwg!].map(({ se }) => se ** 2),
          computed(name, "PEV"),
        );
      }
    }
  });

  it("M7.1, direct and maternal effects with covariance, and maternal environment", async () => {
    const { fixed, effects } = await fitted(
      "weight ~ 0 + pen + herd + (1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = A)) + (1 | dam)",
      "births.csv",
      ...A("births-pedigree.csv"),
      ...["--factor", "pen,herd", "--components", files("maternal.json")],
    );
    expectSame([0, fixed[2]!, fixed[3]!, fixed[0]!, fixed[1]!], computed("M7.1", "herd(1=0),pen"));
    expectSame(estimates(effects("p", { group: "calf" })), computed("M7.1", "direct"));
    expectSame(estimates(effects("p", { group: "dam" })), computed("M7.1", "maternal"));
    expectSame(estimates(effects("dam")), computed("M7.1", "mpe dams 2,5,6,7"));
  });

  it("M9.1, fixed regression on Legendre polynomials", async () => {
    const { fixed, effects } = await fitted(
      "fat ~ 0 + legendre(dim, 4) + htd + (1 | gr(cow, cov = A)) + (1 | cow)",
      "testdays.csv",
      ...A("cows-pedigree.csv"),
      ...["--factor", "htd", "--components", "cow.A=5.521,cow=8.47,residual=3.71"],
    );
    expectSame(fixed.slice(5), computed("M9.1", "HTD(10=0)"));
    expectSame(fixed.slice(0, 5), computed("M9.1", "beta"));
    expectSame(estimates(effects("cow.A")), computed("M9.1", "u"));
    expectSame(estimates(effects("cow")), computed("M9.1", "pe"));
  });

  it("M9.2, random regression", async () => {
    const { fixed, effects } = await fitted(
      "fat ~ 0 + legendre(dim, 4) + htd + (0 + legendre(dim, 2) | gr(cow, cov = A)) + (0 + legendre(dim, 2) | cow)",
      "testdays.csv",
      ...A("cows-pedigree.csv"),
      ...["--factor", "htd", "--components", files("curves.json")],
    );
    expectSame(fixed.slice(5), computed("M9.2", "HTD(10=0)"));
    expectSame(fixed.slice(0, 5), computed("M9.2", "beta"));
    const byCoefficient = (component: string): number[] =>
      [0, 1, 2].flatMap((k) => estimates(effects(component, { term: `legendre(dim, 2)${k}` })));
    expectSame(byCoefficient("cow.A"), computed("M9.2", "u coef (a0 x8,a1 x8,a2 x8)"));
    const pe = effects("cow").length === 15 ? byCoefficient("cow") : [];
    expectSame(pe, computed("M9.2", "pe coef"));
  });

  it("M9.2, sums of the curves over 305 days", () => {
    const relationship = relationshipFrom(
      readRelationship("A=pedigree:cows"),
      new Map([["cows", example("genetics/cows-pedigree.csv")]]),
    ).relationship;
    const result = fitFormula(
      "fat ~ 0 + legendre(dim, 4) + htd + (0 + legendre(dim, 2) | gr(cow, cov = A)) + (0 + legendre(dim, 2) | cow)",
      example("genetics/testdays.csv"),
      {
        engines: [equationsEngine],
        factors: ["htd"],
        relationships: { A: relationship },
        components: parse(readFileSync(files("curves.json"), "utf8")),
      },
    );
    const points = Float64Array.from({ length: 305 }, (_, day) => 6 + day);
    const sums = curveSums(result, { component: "cow.A", column: "dim", points });
    expectSame(
      sums.map(({ estimate }) => estimate),
      computed("M9.2", "305-d EBV"),
    );
    for (const { se, reliability } of sums) {
      expect(se).toBeGreaterThan(0);
      expect(reliability).toBeGreaterThan(0);
      expect(reliability).toBeLessThan(1);
    }
    expect(() => curveSums(result, { component: "cow", column: "htd", points })).toThrow("run over dim");
    expect(() => curveSums(result, { component: "cows", column: "dim", points })).toThrow("no component");
  });

  it("inbreeding and relationships of the pedigree of chapter 2", async () => {
    const { out } = await henderson(["pedigree", files("inbred-pedigree.csv"), "--json"]);
    const F = parse(out).inbreeding.map((row: { F: number }) => row.F);
    expectSame(F, computed("INB", "F (M&L) Mrode 6-animal"), 1e-12);
  });

  it("M17.3, Henderson's method 3", () => {
    const { model } = fitFormula("gain ~ 1 + (1 | sire)", example("genetics/progeny.csv"), {
      engines: [equationsEngine],
      factors: ["sire"],
      components: { sire: 1, residual: 1 },
    });
    const { fixedSumOfSquares, sources, estimates: found } = hendersonMethod3(model);
    const [sire, residual] = sources;
    expectSame([fixedSumOfSquares, sire!.sumOfSquares, residual!.sumOfSquares], computed("M17.3", "F,S,R"));
    expectSame([found.get("residual")!, found.get("sire")!], computed("M17.3", "ve,vs"));
  });

  it("M17.7, average-information and EM REML from the book's start", async () => {
    const words = [
      "gain ~ 0 + sex + (1 | gr(calf, cov = A))",
      "gains.csv",
      ...A("calves-pedigree.csv"),
      ...["--start", "calf=0.2,residual=0.4", "--trace"],
    ] as const;
    const ai = (await fitted(...words, "--algorithm", "ai")).json;
    const rows = ai.convergence.trace as { components: { calf: number; residual: number } }[];
    const ve = rows.map(({ components }) => components.residual);
    const va = rows.map(({ components }) => components.calf);
    expectSame(ve.slice(0, 6), computed("M17.7", "AI ve iterates"));
    expectSame(va.slice(0, 6), computed("M17.7", "AI va iterates"));
    const em = await henderson([
      "fit",
      words[0],
      files(words[1]),
      ...words.slice(2),
      ...["--algorithm", "em", "--max-iterations", "1000", "--json"],
    ]);
    const steps = parse(em.out).convergence.trace as typeof rows;
    expectSame(
      [steps[1]!.components.residual, steps[1]!.components.calf],
      computed("M17.7", "first EM iterate (ve,va) [ve=y'e/(n-r)]"),
    );
    expectSame(
      [steps[1000]!.components.residual, steps[1000]!.components.calf],
      computed("M17.7", "EM after 1000"),
    );
  });
});
