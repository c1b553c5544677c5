import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { argumentOf, isFormula, isSameFile } from "../../../../src/cli/arguments/argumentKind.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-kinds-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
}

describe("a word of the command line", () => {
  it.each([
    ["rows.csv", "y,x\n1,2\n", "table"],
    ["semicolons", "y;x\n1;2\n", "table"],
    ["rows.json", '[{"y":1}]', "table"],
    ["rows.csv.gz", gzipSync("y,x\n1,2\n"), "table"],
    ["rows.parquet", "PAR1\u0015", "table"],
    ["parquet-without-name", "PAR1\u0015", "table"],
    ["rows.csv~", "y,x\n1,2\n", "table"],
    ["empty.csv", "", "table"],
    ["fit.json", '{ "schema": "henderson/fit@1", "formula": "y ~ x" }', "fit"],
    ["later.json", '{"schema":"henderson/fit@9"}', "fit"],
    ["means.json", '{"schema":"henderson/means@1"}', "output"],
    ["other.json", '{"schema":"x"}', "file"],
    ["picture.png", "\u0089PNG\r\n\0,\0", "file"],
    ["words", "one line without delimiter", "file"],
  ])("%s is told by its first bytes, then by its name", (name, content, kind) => {
    expect(argumentOf(file(name, content)).kind).toBe(kind);
  });

  it("that is no file is a formula, standard input, a folder or nothing", () => {
    expect(argumentOf("y ~ x").kind).toBe("formula");
    expect(argumentOf("-").kind).toBe("stdin");
    expect(argumentOf(scratch).kind).toBe("folder");
    expect(argumentOf("none.json").kind).toBe("missing");
    expect(argumentOf("~/fit.json").kind).toBe("missing");
    expect(argumentOf(`y ~ ${"x + ".repeat(5000)}1`).kind).toBe("formula");
    expect(isFormula(file("odd ~ name", "y,x\n"))).toBe(false);
  });

  it.skipIf(process.platform === "win32")("that is a pipe or a device is not read before its time", () => {
    expect(argumentOf("/dev/null").kind).toBe("unseen");
  });

  it("tells the formula of a FIT file, with its escapes", () => {
    const path = file("escaped.json", JSON.stringify({ schema: "henderson/fit@1", formula: 'y ~ `a "b"`' }));
    expect(argumentOf(path).formula).toBe('y ~ `a "b"`');
  });

  it("is the same file under another name of it", () => {
    const path = file("same.csv", "y\n1\n");
    expect(isSameFile(path, join(scratch, "..", basename(scratch), "same.csv"))).toBe(true);
    expect(isSameFile(path, file("copy.csv", "y\n1\n"))).toBe(false);
    expect(isSameFile(path, join(scratch, "none"))).toBe(false);
  });
});
