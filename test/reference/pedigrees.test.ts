// Models of quantitative genetics from the files of examples/genetics, on the command line and in the library, held to
// dense matrices in R that know no mixed model equations (generate/pedigrees.R): the worked examples of Mrode and
// Pocrnic (2023), and the same families on other data.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { readComponents } from "../../src/cli/componentOption.ts";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { readRelationship, relationshipFiles } from "../../src/genetics/readRelationship.ts";
import { relationshipFrom } from "../../src/genetics/relationshipFrom.ts";
import { readRelationshipTable } from "../../src/genetics/relationshipTable.ts";
import { type RandomEffectRow, randomEffects } from "../../src/inference/randomEffects.ts";
import type { Relationship } from "../../src/model/relationship.ts";
import { curveSums } from "../../src/predict/curveSums.ts";
import type { Table } from "../../src/table/table.ts";
import { henderson, memoryTerminal } from "../cli/memoryTerminal.ts";
import { example } from "../lectures/printed.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "henderson-pedigrees-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Effects {
  readonly component: string;
  readonly group: string;
  readonly term: string;
  readonly trait?: string;
  readonly levels: readonly string[];
  readonly estimates: readonly number[];
  readonly se?: readonly number[];
  /** only differences are estimable */
  readonly differences?: boolean;
}

interface Case {
  readonly name: string;
  /** number in the yardsticks; empty for data of our own */
  readonly example: string;
  readonly formula: string;
  readonly data: string;
  readonly options: readonly string[];
  readonly logLik: number;
  /** X b-hat of every record, one trait */
  readonly fixedPart?: readonly number[];
  readonly effects: readonly Effects[];
}

interface Reference {
  readonly cases: readonly Case[];
  readonly more: {
    readonly reml: {
      /** residual, animal, -2 log-likelihood */
      readonly ai: readonly number[][];
      readonly inverse: readonly number[][];
      /** residual, animal; iterations 0, 1 and 1000 */
      readonly em: readonly number[][];
    };
    readonly method3: { readonly SS: readonly number[]; readonly sire: number; readonly residual: number };
    readonly curve: readonly number[];
    readonly inbred: { readonly A: readonly number[][]; readonly inverse: readonly number[][] };
    readonly groups: { readonly cross: readonly number[][]; readonly own: readonly number[][] };
  };
}

const { cases, more }: Reference = JSON.parse(
  readFileSync(new URL("pedigrees.json", import.meta.url), "utf8"),
);

/** Within 1e-7 of the answer, relative to the largest of its group. */
function expectSame(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs), 1e-3);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `${what} ${i}: ${actual[i]} for ${value}`).toBeLessThanOrEqual(
      1e-7 * size,
    );
  });
}

function expectEffects(rows: readonly RandomEffectRow[], expected: readonly Effects[], errors = true): void {
  expect(rows).toHaveLength(expected.reduce((sum, { levels }) => sum + levels.length, 0));
  for (const { levels, estimates, se, differences, ...label } of expected) {
    const found = levels.map(
      (level) =>
        rows.find(
          (row) =>
            row.level === level &&
            Object.entries(label).every(([key, value]) => row[key as keyof RandomEffectRow] === value),
        )!,
    );
    expect(found, JSON.stringify(label)).not.toContain(undefined);
    const centre = differences === true ? (values: readonly number[]): number => values[0]! : () => 0;
    const ours = found.map(({ estimate }) => estimate);
    expectSame(
      ours.map((u) => u - centre(ours)),
      estimates.map((u) => u - centre(estimates)),
      `u of ${label.component} ${label.term}`,
    );
    if (se !== undefined && errors)
      expectSame(
        found.map((row) => row.se!),
        se,
        `standard errors of ${label.component}`,
      );
  }
}

const valuesOf = (options: readonly string[], name: string): string[] =>
  options.flatMap((word, i) => (options[i - 1] === name ? [word] : []));

async function inTheLibrary({ formula, data, options }: Case, more: FitOptions = {}): Promise<FitResult> {
  const relationships: Record<string, Relationship> = {};
  for (const text of valuesOf(options, "--relationship")) {
    const spec = readRelationship(text);
    const tables = new Map<string, Table>();
    for (const path of relationshipFiles(spec)) {
      const bytes = readFileSync(join(root, path));
      tables.set(
        path,
        (await readRelationshipTable(bytes, path === spec.file ? spec.kind : "matrix", {})).table,
      );
    }
    relationships[spec.name] = relationshipFrom(spec, tables).relationship;
  }
  const [components] = valuesOf(options, "--components");
  const [factors] = valuesOf(options, "--factor");
  const [weights] = valuesOf(options, "--weights");
  return fitFormula(formula, example(`genetics/${data}`), {
    engines: [equationsEngine],
    relationships,
    components: await readComponents("--components", components!, memoryTerminal().terminal),
    ...(factors === undefined ? {} : { factors: factors.split(",") }),
    ...(weights === undefined ? {} : { weights }),
    ...more,
  });
}

/** X b-hat of the records that have one. */
function fixedParts({ model, beta }: FitResult): number[] {
  const n = model.response.length;
  return Array.from({ length: n }, (_, r) =>
    beta.reduce((sum, b, c) => sum + b * model.fixed.matrix.values[r + c * n]!, 0),
  );
}

describe.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const words = [one.formula, `examples/genetics/${one.data}`, ...one.options];

  it("on the command line", async () => {
    const saved = join(scratch, "fit.json");
    const { out, err, exitCode } = await henderson(["fit", ...words, "--ranef", "--json", "--save", saved]);
    expect(exitCode, err).toBe(0);
    const json = JSON.parse(out);
    if (one.fixedPart !== undefined) expect(json.logLik).toBeCloseTo(one.logLik, 7);
    expectEffects(json.ranef, one.effects);
    if (one.fixedPart === undefined) return;
    const [head, ...lines] = (await henderson(["augment", saved])).out.trim().split("\n");
    const column = (name: string): string[] =>
      lines.map((line) => line.split(",")[head!.split(",").indexOf(name)]!);
    const resid = column(".resid");
    const fixed = column(".fixed").filter((__, i) => resid[i] !== "NA");
    expectSame(fixed.map(Number), one.fixedPart, "X b");
  });

  it("in the library, by a factor and by iteration", async () => {
    const result = await inTheLibrary(one);
    expectEffects(randomEffects(result), one.effects);
    if (one.fixedPart !== undefined) {
      expect(result.logLik).toBeCloseTo(one.logLik, 7);
      expectSame(fixedParts(result), one.fixedPart, "X b");
    }
    const iterated = await inTheLibrary(one, { solver: "iteration" });
    expect(iterated.solver).toBe("iteration");
    expectEffects(randomEffects(iterated), one.effects, false);
  });
});

describe("variances", () => {
  const words = [
    "gain ~ 0 + sex + (1 | gr(calf, cov = A))",
    "examples/genetics/gains.csv",
    ...["--relationship", "A=pedigree:examples/genetics/calves-pedigree.csv"],
    ...["--start", "calf=0.2,residual=0.4", "--trace", "--json"],
  ];
  interface Row {
    readonly objective: number;
    readonly components: { readonly calf: number; readonly residual: number };
  }

  it("average information goes through the iterates of example 17.7 from the same start", async () => {
    const json = JSON.parse((await henderson(["fit", ...words, "--algorithm", "ai"])).out);
    const rows: Row[] = json.convergence.trace;
    expect(rows.length).toBeGreaterThan(5);
    rows.forEach(({ components, objective }, i) => {
      const [residual, animal, criterion] = more.reml.ai[i]!;
      expectSame([components.residual, components.calf], [residual!, animal!], `iterate ${i}`);
      expect(objective).toBeCloseTo(criterion!, 8);
    });
    const errors = json.components.map(({ se }: { se: number }) => se ** 2);
    expectSame(errors, [more.reml.inverse[1]![1]!, more.reml.inverse[0]![0]!], "inverse of the information");
  });

  it("EM goes through those of the same example, to the thousandth", async () => {
    const em = ["--algorithm", "em", "--max-iterations", "1000"];
    const { out } = await henderson(["fit", ...words, ...em]);
    const rows: Row[] = JSON.parse(out).convergence.trace;
    [0, 1, 1000].forEach((iteration, i) => {
      const { components } = rows[iteration]!;
      expectSame([components.residual, components.calf], more.reml.em[i]!, `iterate ${iteration}`);
    });
  });

  it("Henderson's method 3 has the sums of squares of example 17.3", async () => {
    const method3 = ["--factor", "sire", "--method", "ANOVA", "--json"];
    const { out } = await henderson([
      "fit",
      "gain ~ 1 + (1 | sire)",
      "examples/genetics/progeny.csv",
      ...method3,
    ]);
    const { anovaEstimates, components } = JSON.parse(out);
    const [fixed, ...sums] = more.method3.SS;
    expectSame([anovaEstimates.fixedSumOfSquares], [fixed!], "R(mean)");
    expectSame(
      anovaEstimates.sources.map(({ sumOfSquares }: { sumOfSquares: number }) => sumOfSquares),
      sums,
      "sums of squares",
    );
    expectSame(
      components.map(({ estimate }: { estimate: number }) => estimate),
      [more.method3.sire, more.method3.residual],
      "variances",
    );
  });
});

describe("curves and matrices", () => {
  it("breeding values for 305 days are sums over the curves", async () => {
    const result = await inTheLibrary(cases.find(({ name }) => name === "random regression")!);
    const points = Float64Array.from({ length: 305 }, (_, day) => 6 + day);
    const sums = curveSums(result, { component: "cow.A", column: "dim", points });
    expectSame(
      sums.map(({ estimate }) => estimate),
      more.curve,
      "sums",
    );
  });

  const entriesOf = async (pedigree: string, ...words: string[]): Promise<number[][]> => {
    const { out, exitCode } = await henderson([
      "pedigree",
      `examples/genetics/${pedigree}`,
      ...words,
      "--json",
    ]);
    expect(exitCode).toBe(0);
    const { levels, rows, columns, values } = JSON.parse(out).matrix;
    const full = levels.map(() => levels.map(() => 0));
    values.forEach((value: number, e: number) => {
      full[rows[e]][columns[e]] = value;
      full[columns[e]][rows[e]] = value;
    });
    return full;
  };

  it("A and its inverse are those of the definition", async () => {
    for (const [which, expected] of [
      ["relationships", more.inbred.A],
      ["inverse", more.inbred.inverse],
    ] as const) {
      const full = await entriesOf("inbred-pedigree.csv", "--matrix", which);
      expectSame(full.flat(), expected.flat(), which);
    }
  });

  it("groups of unknown parents have the rows -Q'A^-1 and Q'A^-1Q of the inverse", async () => {
    const groups = ["--groups", "G1+G2", "--matrix", "inverse"];
    const full = await entriesOf("calves-groups-pedigree.csv", ...groups);
    const expected = more.groups.cross.map((row, g) => [...row, ...more.groups.own[g]!]);
    expectSame(full.slice(8).flat(), expected.flat(), "rows of the groups");
  });

  it("entries written as CSV are read again as the same relationship", async () => {
    const words = [
      "wwg ~ 0 + sex + (1 | gr(calf, cov = A))",
      "examples/genetics/calves.csv",
      ...["--components", "calf=20,residual=40", "--ranef", "--json"],
    ];
    const pedigree = "examples/genetics/calves-pedigree.csv";
    const direct = JSON.parse(
      (await henderson(["fit", ...words, "--relationship", `A=pedigree:${pedigree}`])).out,
    );
    for (const [which, kind] of [
      ["relationships", "matrix"],
      ["inverse", "inverse"],
    ]) {
      const { out } = await henderson(["pedigree", pedigree, "--matrix", which!, "--format", "csv"]);
      const path = join(scratch, `${kind}.csv`);
      writeFileSync(path, out);
      const json = JSON.parse(
        (await henderson(["fit", ...words, "--relationship", `A=${kind}:${path}`])).out,
      );
      expect(json.logLik).toBeCloseTo(direct.logLik, 9);
      direct.ranef.forEach((row: RandomEffectRow) => {
        const same = json.ranef.find(({ level }: RandomEffectRow) => level === row.level);
        expect(same.estimate).toBeCloseTo(row.estimate, 9);
      });
    }
  });

  it("refuses what has no matrix or would be too large to print", async () => {
    const groups = ["pedigree", "examples/genetics/calves-groups-pedigree.csv", "--groups", "G1+G2"];
    const none = await henderson([...groups, "--matrix", "relationships"]);
    expect([none.exitCode, none.err]).toEqual([2, expect.stringContaining("genetics/matrix-of-groups")]);
    const path = join(scratch, "large.csv");
    writeFileSync(path, `id,sire,dam\n${Array.from({ length: 31 }, (_, i) => `a${i},,`).join("\n")}\n`);
    const large = await henderson(["pedigree", path, "--matrix", "inverse"]);
    expect([large.exitCode, large.out]).toEqual([1, ""]);
    expect(large.err).toContain("--format csv");
    expect((await henderson(["pedigree", path, "--format", "csv"])).err).toContain("add --matrix inverse");
  });
});

describe("the worked examples in docs/genetics.md", () => {
  const page = readFileSync(join(root, "docs/genetics.md"), "utf8");
  it.each(cases.map((one) => [one.name, one] as const))("%s has its formula and command", (_, one) => {
    const command = page
      .split("\n")
      .find((line) => line.startsWith(`$ henderson fit '${one.formula}' examples/genetics/${one.data} `));
    expect(command).toBeDefined();
  });
  it("has every number of the yardsticks", () => {
    const numbers = ["3.1", "3.2", "3.4", "4.1", "5.1", "5.2", "7.1", "9.1", "9.2", "17.3", "17.7"];
    expect(cases.filter(({ example: number }) => number !== "")).toHaveLength(9);
    for (const number of numbers) expect(page).toMatch(new RegExp(`[( ]${number.replace(".", "\\.")}[,;) ]`));
  });
});
