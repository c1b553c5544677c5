// What new users type: every command with a table where a fit is expected and the other way round, with the data as an
// argument, without data, with files that are not there. Each ends in a message that shows the line that was meant.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commandList } from "../../src/cli/commandList.ts";
import { henderson, type Outcome } from "./memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-mistakes-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const formula = "Reaction ~ Days + (Days | Subject)";
const smaller = "Reaction ~ 1 + (Days | Subject)";
const data = "examples/sleepstudy.csv";
const nowhere = "examples/nothere-at-all.csv";
const saved = join(scratch, "saved.json");
const printed = join(scratch, "printed.json");
await henderson(["fit", formula, data, "--save", saved, "--quiet"]);
writeFileSync(printed, (await henderson(["r2", saved, "--json"])).out);
const cut = written("cut.json", '{"schema":"henderson/fit@1","formula":"y ~ x","meth');
const picture = written("picture.png", "\x89PNG\r\n\0\0\0");
const empty = written("empty.csv", "");

function written(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text, "latin1");
  return path;
}

/** Options and further arguments without which a command does nothing. */
const needs: Readonly<Record<string, { operands?: readonly string[]; options?: readonly string[] }>> = {
  bootstrap: { options: ["--n", "2"] },
  means: { operands: ["Days"] },
  power: { options: ["--test", "Days", "--n", "2"] },
  test: { operands: ["Days = 10"] },
};

/** Commands that take a FIT file, or a formula with --data. */
const modelCommands = [
  "anova",
  "augment",
  "bootstrap",
  "check",
  "confint",
  "drop1",
  "influence",
  "loo",
  "means",
  "power",
  "r2",
  "ranova",
  "simulate",
  "step",
  "test",
];
const formulaCommands = ["fit", "equations"];
const otherCommands = ["predict", "pedigree", "simulate-pedigree", "explain"];

function line(name: string, model: readonly string[], ...options: readonly string[]): string[] {
  const { operands = [], options: more = [] } = needs[name] ?? {};
  return [name, ...model, ...operands, ...more, ...options];
}

/** The words of a line that a shell would read. */
function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** Lines to type in the hint of an error, without the program's name. */
function corrected({ err }: Outcome): string[][] {
  const hint = err.slice(err.indexOf("\n"));
  return [...hint.matchAll(/(?:^ {2}|: )henderson (.+)$/gm)].map(([, text]) => words(text!));
}

/** An error that teaches: nothing on stdout, a code, no trace of the machine. */
async function mistake(typed: readonly string[], stdin = ""): Promise<Outcome> {
  const outcome = await henderson(typed, stdin);
  expect(outcome.out, outcome.err).toBe("");
  expect([1, 2], outcome.err).toContain(outcome.exitCode);
  expect(outcome.err).toMatch(/^error [a-z]+\/[a-z-]+: /);
  expect(outcome.err).not.toMatch(/undefined|NaN|null|cli\/internal|Unexpected|position \d|\bat .*:\d+:\d+/);
  // more than what is wrong: what to do
  expect(outcome.err.trim().split("\n").length, outcome.err).toBeGreaterThan(1);
  return outcome;
}

it("every command is tried", () => {
  const ready = commandList.filter(({ load }) => load !== null).map(({ name }) => name);
  expect([...modelCommands, ...formulaCommands, ...otherCommands].sort()).toEqual([...ready].sort());
});

describe.each(modelCommands)("henderson %s", (name) => {
  it("with the data as an argument shows the line with --data, which runs", async () => {
    for (const model of [formula, saved]) {
      const outcome = await mistake(line(name, [model, data]));
      expect(outcome.exitCode).toBe(1);
      expect(outcome.err).toContain(`'${data}' is a table: henderson ${name} takes the data as --data`);
      const [meant] = corrected(outcome);
      expect(meant).toEqual([...line(name, [model]), "--data", data]);
    }
    const { exitCode, err } = await henderson([...line(name, [formula]), "--data", data]);
    expect(exitCode, err).toBe(0);
  });

  it("with the data first shows the same", async () => {
    const [meant] = corrected(await mistake(line(name, [data, formula])));
    expect(meant).toEqual([...line(name, [formula]), "--data", data]);
  });

  it("with the data alone asks for a model and shows both ways", async () => {
    const outcome = await mistake(line(name, [data]));
    expect(outcome.err).toContain(`'${data}' is a table, and henderson ${name} needs a model`);
    const [meant, save, then] = corrected(outcome);
    expect(meant).toEqual([...line(name, ["y ~ x + (1 | group)"]), "--data", data]);
    expect(save).toEqual(["fit", "y ~ x + (1 | group)", data, "--save", "fit.json"]);
    expect(then).toEqual(line(name, ["fit.json"]));
  });

  it("with a formula alone asks for the data", async () => {
    const outcome = await mistake(line(name, [formula]));
    expect(outcome.err).toContain(`'${formula}' is a formula, so the data are needed`);
    expect(corrected(outcome)).toEqual([[...line(name, [formula]), "--data", "data.csv"]]);
  });

  it("with a FIT file as --data says so and takes the fit", async () => {
    for (const model of [formula, saved]) {
      const outcome = await mistake(line(name, [model], "--data", saved));
      expect(outcome.err).toContain(
        `--data: '${saved}' is a FIT file, and the table of the data is expected`,
      );
      expect(outcome.err).toContain(`knows its formula and data: henderson ${name} ${saved}`);
    }
    expect((await mistake(line(name, [formula], "--data", printed))).err).toContain(
      "is what henderson r2 printed with --json",
    );
  });

  it("with data that are not there names --data and the file", async () => {
    for (const model of [formula, saved]) {
      const outcome = await mistake(line(name, [model], "--data", nowhere));
      expect(outcome.exitCode).toBe(2);
      expect(outcome.err).toContain(`error cli/file-not-found: --data: there is no file '${nowhere}'`);
    }
    expect((await mistake(line(name, [formula], "--data", "examples/sleepstudi.csv"))).err).toContain(
      `did you mean '${data}'?`,
    );
  });

  it("with other files than fits names them and says what a FIT file is", async () => {
    for (const [file, what] of [
      [picture, "is a file of another kind, not a FIT file"],
      [printed, "is what henderson r2 printed with --json, not a FIT file"],
      [cut, "the FIT file begins as one and is cut off"],
      [join(scratch, "none.json"), "there is no file"],
      [scratch, "it is a folder"],
    ] as const) {
      const outcome = await mistake(line(name, [file]));
      expect(outcome.exitCode).toBe(2);
      expect(outcome.err).toContain(`'${file}'`);
      expect(outcome.err).toContain(what);
    }
    const typed = await mistake(line(name, ["-"]), "y,x\n1,2\n");
    expect(typed.err).toContain("standard input: this is not a FIT file");
  });

  it("without arguments tells what it needs", async () => {
    const outcome = await mistake([name]);
    expect(outcome.err).toContain(`henderson ${name} needs a model: a saved fit, or a formula`);
    expect(corrected(outcome)).toHaveLength(2);
  });

  it("with the same input twice, a second table, or the data twice says which", async () => {
    expect((await mistake(line(name, ["-"], "--data", "-"))).err).toContain("standard input (-)");
    expect((await mistake(line(name, [formula, data, "examples/cake.csv"]))).err).toContain(
      "'examples/cake.csv' is a second one",
    );
    expect((await mistake(line(name, [data], "--data", "examples/cake.csv"))).err).toContain(
      "the data are given twice",
    );
    const swapped = await mistake(line(name, [data], "--data", saved));
    expect(corrected(swapped)).toEqual([[...line(name, [saved]), "--data", data]]);
  });

  it("with an unknown option leads to its own help", async () => {
    expect((await mistake(line(name, [formula], "--nonsense"))).err).toContain(`henderson ${name} --help`);
  });
});

describe.each(formulaCommands)("henderson %s", (name) => {
  it("with arguments in another order or too few shows the line that was meant", async () => {
    const meant = [[name, formula, data]];
    expect(corrected(await mistake([name, data, formula]))).toEqual(meant);
    expect(corrected(await mistake([name, formula, "--data", data]))).toEqual(meant);
    expect(corrected(await mistake([name, formula, `--data=${data}`]))).toEqual(meant);
    expect(corrected(await mistake([name, formula]))).toEqual([[name, formula, "data.csv"]]);
    expect(corrected(await mistake([name, data]))).toEqual([[name, "y ~ x + (1 | group)", data]]);
    expect(corrected(await mistake([name]))).toEqual([[name, "y ~ x + (1 | group)", "data.csv"]]);
    expect(corrected(await mistake([name, formula, formula]))).toEqual([[name, formula, "data.csv"]]);
    expect(corrected(await mistake([name, formula, data, "more"]))).toEqual(meant);
    expect(corrected(await mistake([name, formula, smaller, data]))[0]).toEqual([
      "anova",
      formula,
      smaller,
      "--data",
      data,
    ]);
  });

  it("with a FIT file in place of formula or data says so", async () => {
    for (const typed of [[formula, saved], [saved], [saved, data]]) {
      const outcome = await mistake([name, ...typed]);
      expect(outcome.err).toContain(
        `'${saved}' is a FIT file, and henderson ${name} takes a formula and a table`,
      );
      expect(corrected(outcome)[0]!.slice(0, 2)).toEqual([name, formula]);
    }
    expect((await mistake([name, formula, printed])).err).toContain("printed with --json");
  });

  it("names data that are not there, or are no table", async () => {
    expect((await mistake([name, formula, nowhere])).err).toContain(`DATA: there is no file '${nowhere}'`);
    expect((await mistake([name, formula, empty])).err).toContain(`'${empty}': the data have 0 rows`);
    expect((await mistake([name, formula, picture])).err).toContain(`'${picture}': the data are binary`);
    expect((await mistake([name, formula, scratch])).err).toContain(
      `'${scratch}' cannot be read: it is a folder`,
    );
    const stdin = '{"schema":"henderson/fit@1"}';
    expect((await mistake([name, formula, "-"], stdin)).err).toContain(
      "standard input is what henderson wrote",
    );
  });

  it.runIf(name === "fit")("does not write over the data", async () => {
    const rows = written("rows.csv", "y,x\n1,1\n2,2\n3,4\n4,4\n");
    for (const save of [["--save", rows], [`--save=${join(scratch, ".", "rows.csv")}`]]) {
      const outcome = await mistake([name, "y ~ x", rows, ...save]);
      expect(outcome.err).toContain("would write the fit over its data");
    }
    expect(readFileSync(rows, "utf8")).toMatch(/^y,x\n/);
  });

  it("knows a formula that the shell took apart", async () => {
    const outcome = await mistake([name, "Reaction", homedir(), "Days", data]);
    expect(corrected(outcome)).toEqual([[name, "Reaction ~ Days", data]]);
    expect(corrected(await mistake(["confint", "Reaction", homedir(), "Days", "--data", data]))).toEqual([
      ["confint", "Reaction ~ Days", "--data", data],
    ]);
  });

  it("names the option whose file is not there, or is of another kind", async () => {
    for (const [option, value] of [
      ["--components", nowhere],
      ["--start", nowhere],
      ["--relationship", `A=pedigree:${nowhere}`],
    ] as const) {
      const outcome = await mistake([name, formula, data, option, value]);
      expect(outcome.err).toContain(`${option}: there is no file '${nowhere}'`);
    }
    expect((await mistake([name, formula, data, "--components", data])).err).toContain("--components: ");
    const relationship = ["--relationship", `A=pedigree:${saved}`];
    expect((await mistake([name, formula, data, ...relationship])).err).toContain(
      `--relationship: '${saved}' is what henderson wrote`,
    );
  });
});

describe("henderson predict", () => {
  it("wants a saved fit, and shows how to make one", async () => {
    expect(corrected(await mistake(["predict", formula, data]))).toEqual([
      ["fit", formula, "data.csv", "--save", "fit.json"],
      ["predict", "fit.json", data],
    ]);
    expect(corrected(await mistake(["predict", data, data]))).toEqual([
      ["fit", "y ~ x + (1 | group)", data, "--save", "fit.json"],
      ["predict", "fit.json", data],
    ]);
    expect((await mistake(["predict", nowhere, data])).err).toContain(`FIT: there is no file '${nowhere}'`);
    expect((await mistake(["predict", picture, data])).err).toContain("of another kind, not a FIT file");
    expect(corrected(await mistake(["predict"]))).toEqual([["predict", "fit.json", "new.csv"]]);
  });

  it("wants new rows", async () => {
    const swapped = await mistake(["predict", data, saved, "--interval", "prediction"]);
    expect(corrected(swapped)).toEqual([["predict", saved, data, "--interval", "prediction"]]);
    const alone = await mistake(["predict", saved]);
    expect(corrected(alone)).toEqual([
      ["predict", saved, "new.csv"],
      ["augment", saved],
    ]);
    for (const rows of [saved, formula, printed]) {
      expect((await mistake(["predict", saved, rows])).err).toContain(`'${rows}' is`);
    }
    expect((await mistake(["predict", saved, nowhere])).err).toContain(
      `NEWDATA: there is no file '${nowhere}'`,
    );
    expect((await mistake(["predict", saved, data, "--data", saved])).err).toContain("--data: ");
    expect((await mistake(["predict", saved, data, "--data", nowhere])).err).toContain(
      "--data: there is no file",
    );
    expect((await mistake(["predict", saved, data, "more"])).err).toContain(
      "'more' is one argument too many",
    );
  });
});

describe("other commands", () => {
  it("pedigree wants a table", async () => {
    for (const wrong of [saved, formula, printed]) {
      expect((await mistake(["pedigree", wrong])).err).toMatch(/'.*' is .*takes a table with columns animal/);
    }
    expect((await mistake(["pedigree", nowhere])).err).toContain(`PEDIGREE: there is no file '${nowhere}'`);
    const nothing = await mistake(["pedigree"]);
    expect(nothing.err).toContain("the argument PEDIGREE is missing");
    expect(corrected(nothing)).toEqual([["pedigree", "pedigree.csv"]]);
    expect((await mistake(["pedigree", data, data])).err).toContain("one argument too many");
  });

  it("simulate-pedigree and explain count their arguments", async () => {
    expect(corrected(await mistake(["simulate-pedigree", "pigs"]))).toEqual([
      ["simulate-pedigree", "pigs", "--seed", "N"],
    ]);
    expect((await mistake(["simulate-pedigree", "--seed", "1"])).err).toContain("PREFIX is missing");
    expect(corrected(await mistake(["test", saved]))).toEqual([["test", saved, "x = 0"]]);
    expect((await mistake(["explain", saved])).err).toContain(`there is no code '${saved}'`);
    expect((await mistake(["explain", "a", "b"])).err).toContain("'b' is one argument too many");
  });

  it("a command that was left out is put in", async () => {
    expect(corrected(await mistake([formula, data]))).toEqual([["fit", formula, data]]);
    expect(corrected(await mistake([data, formula]))).toEqual([["fit", formula, data]]);
    expect((await mistake([saved])).err).toContain("it is a FIT file");
    expect((await mistake(["confnt", saved])).err).toContain("did you mean confint?");
    expect((await mistake(["help", "confnt"])).err).toContain("did you mean confint?");
    expect((await mistake([])).err).toContain("henderson --help");
  });

  it("the null model of a test is named by its option", async () => {
    for (const name of ["bootstrap", "power"]) {
      const against = (model: string): Promise<Outcome> => mistake([name, saved, "--against", model]);
      expect((await against(data)).err).toContain(`--against: '${data}' is a table, not a FIT file`);
      expect((await against(nowhere)).err).toContain(`--against: there is no file '${nowhere}'`);
      expect(corrected(await against(smaller))).toEqual([
        [name, saved, "--against", smaller, "--data", "data.csv"],
      ]);
    }
  });

  it("a second formula, or a file with a tilde in its name, is taken for what it is", async () => {
    const second = await mistake(["confint", formula, smaller, "--data", data]);
    expect(corrected(second)).toEqual([["confint", formula, "--data", data]]);
    const backup = written("rows.csv~", "y,x\n1,1\n2,2\n3,4\n4,4\n");
    expect((await henderson(["fit", "y ~ x", backup])).exitCode).toBe(0);
  });
});

it("with --json the same is said as JSON, with the line to type in the hint", async () => {
  const { exitCode, out, err } = await henderson(["confint", formula, data, "--json"]);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
  expect(JSON.parse(err)).toMatchObject({
    schema: "henderson/error@1",
    code: "cli/usage",
    hint: `henderson confint '${formula}' --json --data ${data}`,
  });
});
