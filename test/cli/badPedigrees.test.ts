// What people do wrong with pedigrees, relationships and components: exit 2, nothing on stdout, the offenders named.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-bad-pedigrees-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;
const file = (text: string): string => {
  const path = join(scratch, `${count++}.csv`);
  writeFileSync(path, text);
  return path;
};
const pedigreeOf = (...rows: string[]): string => file(`animal,sire,dam\n${rows.join("\n")}\n`);

async function refused(words: readonly string[], code: string, ...texts: string[]): Promise<void> {
  const { exitCode, out, err } = await henderson(words);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err.startsWith(`error ${code}: `), err).toBe(true);
  expect(err).not.toMatch(/NaN|undefined|cli\/internal|e-1[5-9]/);
  for (const text of texts) expect(err).toContain(text);
}

const good = pedigreeOf("1,0,0", "2,0,0", "3,1,2");
const formula = "y ~ 1 + (1 | gr(animal, cov = A))";
const records = file("animal,y\n1,2\n2,3\n3,4\n3,5\n1,3\n");
const fitted = (pedigree: string, data = records, text = formula, ...more: string[]): string[] => [
  ...["fit", text, data, "--relationship", `A=pedigree:${pedigree}`],
  ...more,
];

describe("pedigrees that cannot be", () => {
  it.each([
    ["a loop", ["1,3,0", "2,0,0", "3,1,2"], "genetics/loop", ["'1' <- '3' <- '1'"]],
    ["a longer loop", ["a,c,0", "b,a,0", "c,b,0"], "genetics/loop", ["a loop of 3 animals"]],
    ["a self-parent", ["1,1,0", "2,0,0", "3,1,2"], "genetics/self-parent", ["'1' (row 1)"]],
    [
      "conflicting rows",
      ["1,0,0", "2,0,0", "3,1,2", "3,2,1"],
      "genetics/conflicting-parents",
      ["'3' (rows 3 and 4)"],
    ],
  ])("%s: in a fit and by itself", async (_, rows, code, texts) => {
    const path = pedigreeOf(...rows);
    await refused(["pedigree", path], code, ...texts);
    await refused(fitted(path), code, ...texts);
  });

  it("parents younger than their offspring, and animals of both sexes where asked", async () => {
    const born = file("animal,sire,dam,born\n1,0,0,2001\n2,0,0,2009\n3,1,2,2005\n");
    await refused(["pedigree", born, "--birth", "born"], "genetics/birth-order", "'3' (2005) of '2' (2009)");
    await refused(fitted(`${born},birth=born`), "genetics/birth-order", "'3' (2005) of '2' (2009)");
    const both = pedigreeOf("1,0,0", "2,0,0", "3,1,2", "4,2,1");
    await refused(["pedigree", both, "--sexes", "separate"], "genetics/sex-conflict", "'2', '1'");
    const told = await henderson(["pedigree", both]);
    expect([told.exitCode, told.err]).toEqual([0, expect.stringContaining("genetics/both-sexes")]);
  });

  it("rows that repeat an animal with the same parents are counted, not refused", async () => {
    const { exitCode, err } = await henderson(["pedigree", pedigreeOf("1,0,0", "2,0,0", "3,1,2", "3,1,2")]);
    expect([exitCode, err]).toEqual([0, expect.stringContaining("genetics/duplicate-rows")]);
  });

  it("files without header or without a column", async () => {
    await refused(["pedigree", file("1 0 0\n2 0 0\n3 1 2\n")], "genetics/no-header", "'1 0 0'");
    await refused(["pedigree", file("animal,sire\n1,0\n")], "genetics/pedigree-columns", "this table has 2");
  });
});

describe("data and relationships that do not meet", () => {
  it("ids that the pedigree does not have are named in the formula", async () => {
    const data = file("animal,y\n1,2\n2,3\n9,4\n8,5\n3,3\n");
    await refused(fitted(good, data), "design/unknown-ids", "2 ids of animal", "'8', '9'", "^^^");
  });

  it("a relationship that nobody defined, or that has another name", async () => {
    await refused(["fit", formula, records], "design/unknown-relationship", "--relationship A=");
    const words = ["fit", formula, records, "--relationship", `B=pedigree:${good}`];
    await refused(words, "design/unknown-relationship", "the relationships are B");
  });

  it("a trait without a record", async () => {
    const data = file("animal,y1,y2\n1,2,\n2,3,\n3,4,\n");
    const text = "mvbind(y1, y2) ~ 1 + (1 | gr(animal, cov = A))";
    await refused(
      fitted(good, data, text),
      "design/no-records",
      "the trait y2 has no record",
      "y2 in 3 of 3",
    );
  });
});

describe("matrices that are none", () => {
  const data = file("animal,y\na,1\nb,2\nc,3\na,4\nb,6\n");
  const with3 = (rows: string): string[] => {
    const path = file(`id,a,b,c\n${rows}`);
    return ["fit", formula, data, "--relationship", `A=matrix:${path}`];
  };

  it("indefinite, singular and asymmetric ones, with what shows it", async () => {
    const indefinite = "a,1,0.9,0.9\nb,0.9,1,-0.9\nc,0.9,-0.9,1\n";
    await refused(with3(indefinite), "genetics/not-positive-definite", "eigenvalue is -0.8000", "ridge=");
    const inverse = with3(indefinite).map((word) => word.replace("A=matrix:", "A=inverse:"));
    await refused(inverse, "genetics/not-positive-definite", "the inverse matrix of 'A'", "-0.8000");
    const copies = "a,1,1,0\nb,1,1,0\nc,0,0,1\n";
    await refused(with3(copies), "genetics/not-positive-definite", "eigenvalue is zero", "copies");
    const askew = "a,1,0.5,0.9\nb,0.4,1,0\nc,0.9,0,1\n";
    await refused(
      with3(askew),
      "genetics/asymmetric",
      "'b' and 'a' is 0.4 in one place and 0.5 in the other",
    );
  });
});

describe("components that are no covariances", () => {
  const data = file(
    `animal,y1,y2\n${[1, 2, 3, 1, 2, 3, 1, 2].map((a, i) => `${a},${i % 3},${(i * 7) % 5}`).join("\n")}\n`,
  );
  const text = "mvbind(y1, y2) ~ 1 + (1 | gr(animal, cov = A))";
  const words = (...more: string[]): string[] => fitted(good, data, text, ...more);

  it("known and starting values, with the smallest eigenvalue", async () => {
    const wrong = "animal=[[1,2],[2,1]]";
    for (const [option, kind] of [
      ["--components", "known"],
      ["--start", "starting"],
    ] as const) {
      const texts = [`the ${kind} value of 'animal' is not a covariance matrix`, "eigenvalue is -1.000"];
      await refused(words(option, wrong), "engine/held-covariance", ...texts);
    }
    const askew = words("--components", "animal=[[1,2],[3,1]]");
    await refused(askew, "engine/held-covariance", "entry [2,1] is 3 and [1,2] is 2");
  });

  it("a singular residual covariance is refused for what it is, a singular genetic one is not", async () => {
    const held = words("--components", "residual=[[1,1],[1,1]]");
    await refused(held, "engine/held-covariance", "'residual' is singular");
    const genetic = words("--components", "animal=[[1,1],[1,1]],residual=[[2,0.5],[0.5,1]]", "--json");
    expect((await henderson(genetic)).exitCode).toBe(0);
  });

  it("variances of any size are taken together", async () => {
    const components = "animal=[[1e-9,0.5e-2],[0.5e-2,1e5]],residual=[[1e-9,0],[0,2e5]]";
    const { exitCode, err } = await henderson(words("--components", components, "--json"));
    expect(exitCode, err).toBe(0);
  });

  it("traits that are computed from others", async () => {
    const twice = "mvbind(y1, I(2 * y1)) ~ 1 + (1 | gr(animal, cov = A))";
    await refused(fitted(good, data, twice), "engine/dependent-traits", "y1 and I(2 * y1)");
  });
});
