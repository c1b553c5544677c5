// The bad-input contract: what users do wrong, one row a test, through the command line where it has a say.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fit as fitFormula } from "../src/fit/fit.ts";
import { toTable } from "../src/table/fromObjects.ts";
import { henderson, type Outcome } from "./cli/memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-bad-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Row {
  readonly y: string | number;
  readonly x: string | number;
  readonly f: string;
  readonly g: string;
}

const rows: readonly Row[] = Array.from({ length: 40 }, (_, i) => ({
  y: ((i * 37) % 23) / 4 + (i % 5),
  x: (((i * 17) % 29) - 14) / 8,
  f: "abc"[i % 3]!,
  g: `g${i % 5}`,
}));
const formula = "y ~ x + f + (1 | g)";

const csv = (change: (row: Row, i: number) => Partial<Row> = () => ({})): string =>
  `y,x,f,g\n${rows
    .map((row, i) => ({ ...row, ...change(row, i) }))
    .map(({ y, x, f, g }) => `${y},${x},${f},${g}\n`)
    .join("")}`;

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
}

async function fitText(text: string | Uint8Array, ...more: string[]): Promise<Outcome> {
  const outcome = await henderson(["fit", formula, file("data.csv", text), ...more]);
  expect(outcome.out + outcome.err).not.toMatch(/NaN|undefined|cli\/internal|\bat .*:\d+:\d+/);
  return outcome;
}

/** An error of the data: exit 2, nothing on stdout, the code first, and the words that help. */
async function refused(text: string | Uint8Array, code: string, ...words: string[]): Promise<void> {
  const { exitCode, out, err } = await fitText(text);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err.startsWith(`error ${code}: `), err).toBe(true);
  for (const word of words) expect(err).toContain(word);
}

describe("missing values (NaN, NULL, NA, empty)", () => {
  it("are dropped with a count, the same rows for every column", async () => {
    const holes = csv((_, i) =>
      i === 3
        ? { y: "NA" }
        : i === 7
          ? { x: "" }
          : i === 9
            ? { g: "null" }
            : i === 11
              ? { f: "." }
              : i === 12
                ? { x: "NaN" }
                : {},
    );
    const { out } = await fitText(holes, "--json");
    expect(JSON.parse(out)).toMatchObject({ nobs: 35, dropped: 5 });
    expect((await fitText(holes)).out).toMatch(/5 of 40 rows/);
  });

  it("everywhere are refused, naming the column that has the most", async () => {
    await refused(
      csv(() => ({ y: "NA" })),
      "design/all-missing",
      "y has the most, 40 of 40",
    );
  });

  it("are refused by name when the caller wants that", async () => {
    const table = toTable(rows.map((row, i) => (i === 3 ? { ...row, x: null } : row)));
    expect(() => fitFormula(formula, table, { missing: "fail" })).toThrowError(/x/);
    const holes = csv((_, i) => (i === 3 ? { x: "NA" } : {}));
    const { exitCode, out, err } = await fitText(holes, "--missing", "fail");
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toMatch(/^error design\/missing: .*\bx\b.*first incomplete row is 4/);
  });
});

describe("infinite values", () => {
  it.each([
    ["y", "Inf"],
    ["x", "-Inf"],
    ["x", "1e999"],
  ])("in %s (%s) are refused with column and first row", async (column, value) => {
    await refused(
      csv((_, i) => (i === 4 || i === 8 ? { [column]: value } : {})),
      "design/not-finite",
      column,
      "row 5",
      "^",
    );
  });

  it("that a function makes are refused in the function's name", async () => {
    const { err } = await henderson(["fit", "y ~ log(x) + (1 | g)", file("data.csv", csv())]);
    expect(err).toMatch(/^error design\/not-finite: log\(x\) is (?:not a number|minus infinity) in row 1/);
  });
});

describe("nothing to estimate", () => {
  it("a response of one value is refused", async () => {
    await refused(
      csv(() => ({ y: 7 })),
      "design/constant-response",
      "7",
      "40 rows",
    );
  });

  it("a factor with a single level is refused by name", async () => {
    await refused(
      csv(() => ({ f: "a" })),
      "design/one-level",
      "the factor f has only the level 'a'",
    );
  });

  it("a grouping factor with a single level is refused by name", async () => {
    await refused(
      csv(() => ({ g: "one" })),
      "design/one-group",
      "g has only the level 'one'",
    );
  });

  it("groups of one row each are refused: their variance is the residual's", async () => {
    await refused(
      csv((_, i) => ({ g: `g${i}` })),
      "design/groups-of-one",
      "every level of g has one row",
    );
  });

  it("no more rows than coefficients are refused", async () => {
    await refused(
      "y,x,f,g\n1,2,a,p\n2,3,b,q\n4,5,a,p\n",
      "design/too-many-coefficients",
      "3 coefficients for 3 rows",
    );
  });

  it("a response that is constant within groups does not pass for a result, and the note says why", async () => {
    const data = csv((row) => ({ y: Number(row.g.slice(1)) ** 2 }));
    const { exitCode, out } = await henderson(["fit", "y ~ 1 + (1 | g)", file("same.csv", data)]);
    expect(exitCode).toBe(3);
    expect(out).toContain("NOT CONVERGED");
    expect(out).toContain("fit/no-residual");
    expect(out).not.toMatch(/NaN|undefined/);
  });

  it("a response that is a predictor is a warning that tests mean nothing, or an error", async () => {
    const { exitCode, out, err } = await fitText(csv((row) => ({ y: 2 * Number(row.x) + 1 })));
    expect([0, 2]).toContain(exitCode);
    expect(out + err).toContain("fit/perfect-fit");
  });
});

describe("collinear columns", () => {
  it("are dropped by name with a warning that says what they equal, always the same ones", async () => {
    const words = ["fit", "y ~ x + I(2 * x - 3) + f + (1 | g)", file("data.csv", csv()), "--json"];
    const json = JSON.parse((await henderson(words)).out);
    expect(json.fixed.map(({ aliased }: { aliased?: boolean }) => aliased === true)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(json.notes[0]).toMatchObject({ code: "design/aliased" });
    expect(json.notes[0].message).toMatch(/I\(2 \* x - 3\).*=.*x/);
  });
});

describe("scales", () => {
  it("1e9 plus noise fits as well as the noise", async () => {
    const plain = JSON.parse((await fitText(csv(), "--json")).out);
    const far = JSON.parse(
      (
        await fitText(
          csv((row) => ({ y: 1e9 + Number(row.y) })),
          "--json",
        )
      ).out,
    );
    expect(far.sigma).toBeCloseTo(plain.sigma, 5);
    expect(far.fixed[1].estimate).toBeCloseTo(plain.fixed[1].estimate, 5);
  });

  it.each(["e200", "e-300", "e307"])(
    "a response in units of 1%s is refused, not called a perfect fit",
    async (unit) => {
      await refused(
        csv((row) => ({ y: `${row.y}${unit}` })),
        "fit/extreme-scale",
        "the response",
        "another unit",
      );
    },
  );

  it.each(["e200", "e-300"])("a predictor in units of 1%s is refused by name", async (unit) => {
    await refused(
      csv((row) => ({ x: `${row.x}${unit}` })),
      "fit/extreme-scale",
      "the column 'x'",
    );
  });
});

describe("levels", () => {
  it("that a fit does not know are refused in a prediction, or their effect is zero on request", async () => {
    const saved = join(scratch, "fit.json");
    await henderson(["fit", formula, file("data.csv", csv()), "--save", saved, "--quiet"]);
    const rowsToPredict = file("new.csv", "x,f,g\n1,a,g1\n1,a,g99\n");
    const refusal = await henderson(["predict", saved, rowsToPredict, "--target", "group"]);
    expect(refusal.exitCode).toBe(2);
    expect(refusal.err).toContain("'g99'");
    const zero = await henderson([
      "predict",
      saved,
      rowsToPredict,
      "--target",
      "group",
      "--new-levels",
      "zero",
      "--json",
    ]);
    const mean = await henderson(["predict", saved, rowsToPredict, "--json"]);
    expect(JSON.parse(zero.out).predictions[1]).toEqual(JSON.parse(mean.out).predictions[1]);
    const fixed = await henderson(["predict", saved, file("fixed.csv", "x,f,g\n1,aa,g1\n")]);
    expect(fixed.err).toMatch(/design\/new-level: f is 'aa' in row 1/);
  });

  it("that differ only in normal form or blanks are kept apart with a warning", async () => {
    const { exitCode, err } = await fitText(
      csv((_, i) => ({ g: i % 2 === 0 ? "\u00e9" : i % 3 === 0 ? "e\u0301" : "\u00e9 " })),
    );
    expect(exitCode).toBe(0);
    expect(err).toContain("table/similar-levels");
  });

  it("may hold anything a text may", async () => {
    const names = ["日本", "a,b", 'say ""x""', "line\nbreak", "(1 | g)"];
    const { exitCode, out } = await fitText(
      csv((_, i) => ({ g: `"${names[i % 5]}"` })),
      "--json",
      "--ranef",
    );
    expect(exitCode).toBe(0);
    const levels = JSON.parse(out).ranef.map(({ level }: { level: string }) => level);
    expect(levels).toEqual(["(1 | g)", "a,b", "line\nbreak", 'say "x"', "日本"]);
  });

  it("may be very many: a factor that fits no memory is refused before it is made", () => {
    const n = 40_000;
    const table = toTable({
      y: Float64Array.from({ length: n }, (_, i) => (i * 37) % 101),
      id: Array.from({ length: n }, (_, i) => `id${i >> 1}`),
    });
    expect(() => fitFormula("y ~ id", table)).toThrowError(
      /columns would need \d+ GB: id alone has 19999 columns/,
    );
    expect(fitFormula("y ~ 1 + (1 | id)", table).convergence.converged).toBe(true);
  });
});

describe("files", () => {
  it.each([
    ["nothing at all", "", "table/empty"],
    ["a header only", "y,x,f,g\n", "table/empty"],
    ["blank lines", "\n\n\n", "table/empty"],
  ])("with %s have 0 rows and say so", async (_what, text, code) => {
    await refused(text, code, "0 rows");
  });

  it("with a byte order mark, CRLF and quoted line ends are read", async () => {
    const plain = JSON.parse((await fitText(csv(), "--json")).out);
    const windows = JSON.parse((await fitText(`\ufeff${csv().replaceAll("\n", "\r\n")}`, "--json")).out);
    expect(windows.logLik).toBe(plain.logLik);
  });

  it("with ragged rows are refused with the line", async () => {
    await refused(
      csv().replace(/\n[^\n]*\n/, "\n1,2\n"),
      "table/ragged",
      "line 2 has 2 cells but the header has 4",
    );
  });

  it("with a column named twice are refused with both places", async () => {
    await refused(
      csv().replace("y,x,f,g", "y,x,x,g"),
      "table/duplicate-column",
      "columns 2 and 3 are both named 'x'",
    );
  });

  it("with one cell that is no number name the cell where the formula fails for it", async () => {
    await refused(
      csv((_, i) => (i === 9 ? { x: "2.5kg" } : { x: i / 7 })),
      "design/too-many-coefficients",
      "'2.5kg' in row 10",
    );
  });

  it("that are binary or cut off are refused by what they are", async () => {
    await refused(
      Uint8Array.from({ length: 512 }, (_, i) => i % 256),
      "table/format",
      "binary",
    );
    await refused(
      Uint8Array.from([...Buffer.from("PAR1"), ...new Uint8Array(60)]),
      "table/parquet",
      "cut off",
    );
  });
});

describe("text written for spreadsheets", () => {
  it("cannot start a formula: text cells beginning with = + - @ get an apostrophe, numbers do not", async () => {
    const saved = join(scratch, "injected.json");
    const data = file(
      "injected.csv",
      csv((row, i) => ({ g: `=cmd${i % 5}`, x: -Math.abs(Number(row.x)) })),
    );
    await henderson(["fit", formula, data, "--save", saved, "--quiet"]);
    const { out } = await henderson(["augment", saved]);
    const [, first] = out.split("\n");
    expect(first).toMatch(/^[^,]*,-[\d.]+,a,'=cmd0,/);
  });
});

describe("hostile formulas", () => {
  it.each([
    ["a megabyte of parentheses", "(".repeat(1_000_000)],
    ["deep nesting", `y ~ ${"log(".repeat(5000)}x${")".repeat(5000)}`],
    ["a power that explodes", "y ~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t)^20"],
    ["backquotes without end", `y ~ ${"`".repeat(99_999)}`],
    ["quotes that want to escape", 'y ~ `x"; DROP TABLE t; --`'],
  ])("%s end in an error within a second of computing", async (_what, text) => {
    const start = process.cpuUsage();
    const { exitCode, err } = await henderson(["fit", text, file("data.csv", csv())]);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(1000);
    expect(exitCode).toBe(2);
    expect(err).not.toMatch(/NaN|undefined|cli\/internal|\bat .*:\d+:\d+|RangeError/);
    expect(err.length).toBeLessThan(2000);
  });
});

describe("a place that cannot be written", () => {
  it("is an error, and no part of the file is left", async () => {
    const folder = mkdtempSync(join(scratch, "write-"));
    const target = join(folder, "missing", "fit.json");
    const { exitCode, err } = await fitText(csv(), "--save", target);
    expect(exitCode).toBe(2);
    expect(err).toContain("cli/file-unwritable");
    expect(readdirSync(folder)).toEqual([]);
    const data = file("kept.csv", csv());
    const before = readFileSync(data, "utf8");
    expect((await henderson(["fit", formula, data, "--save", join(data, "fit.json")])).exitCode).toBe(2);
    expect(readFileSync(data, "utf8")).toBe(before);
  });
});
