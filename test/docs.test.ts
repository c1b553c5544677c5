// The documents are run: every console block by the built command line, every js block by node, every formula
// block by the parser. `npm run snapshots` writes new outputs into the documents.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliCatalogue } from "../src/cli/catalogue.ts";
import { functionSignatures, placedFunctions, structureNames } from "../src/formula/functions.ts";
import { parseFormula } from "../src/formula/parseFormula.ts";
import { codes } from "../src/report/codes.ts";
import { readSources } from "./architecture/sourceScan.ts";
import { errorPage } from "./docs/errorPages.ts";
import {
  anchorsOf,
  type CodeBlock,
  codeBlocks,
  commandsOf,
  linksOf,
  sameOutput,
  withOutputs,
} from "./docs/markdown.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const updating = process.env.HENDERSON_UPDATE_DOCS === "1";
const documents = [
  ...[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "examples/README.md",
    "kernels/README.md",
  ],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];
const texts = new Map(documents.map((path) => [path, readFileSync(join(root, path), "utf8")]));

mkdirSync(join(root, ".tmp"), { recursive: true });
/** inside the package, so that `import "henderson"` means the package itself */
const scratch = mkdtempSync(join(root, ".tmp/docs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function runShell(command: string): string {
  const program = `"${process.execPath}" "${join(root, "dist/cli.js")}"`;
  const script = `henderson() { ${program} "$@"; }; npx() { "$@"; }; cd "${scratch}"; { ${command}\n} 2>&1`;
  const run = spawnSync("bash", ["-c", script], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "" },
  });
  // a defect of ours must not become what is documented
  expect(run.stdout).not.toContain("cli/internal");
  return run.stdout + run.stderr;
}

function runModule(source: string): string {
  const file = join(scratch, "example.mjs");
  writeFileSync(file, source);
  const run = spawnSync(process.execPath, [file], { cwd: scratch, encoding: "utf8" });
  expect(run.stderr).toBe("");
  return run.stdout;
}

function rewrite(document: string, before: string, after: string): void {
  const text = texts.get(document)!.replace(before, () => after);
  texts.set(document, text);
  writeFileSync(join(root, document), text);
}

function fenced(output: string): string {
  return `\`\`\`text\n${output}\`\`\``;
}

/** The text block that follows a program directly: what it prints. */
function outputAfter(document: string, program: CodeBlock, next: CodeBlock | undefined): string | null {
  if (next?.language !== "text") return null;
  return document.includes(`${program.text}\`\`\`\n\n${fenced(next.text)}`) ? next.text : null;
}

describe("documents", () => {
  beforeAll(() => {
    if (!existsSync(join(root, "dist/cli.js"))) throw new Error("dist is not built; run npm run build");
    spawnSync("cp", ["-r", join(root, "examples"), scratch]);
  });

  for (const [document, text] of texts) {
    const blocks = codeBlocks(text);
    for (const [index, block] of blocks.entries()) {
      const name = `${document}:${block.line}`;
      if (block.language === "console") {
        it(`${name}: the commands print what is written`, () => {
          const shown = commandsOf(block);
          expect(shown.length).toBeGreaterThan(0);
          const outputs = shown.map(({ command, output }) => {
            const actual = runShell(command);
            return sameOutput(output, actual) ? output : actual.replace(/\n*$/, "\n");
          });
          const run = withOutputs(block, outputs);
          if (updating && run !== block.text) rewrite(document, block.text, run);
          else expect(run).toBe(block.text);
        });
      }
      if (block.language === "js") {
        const output = outputAfter(text, block, blocks[index + 1]);
        it(`${name}: the program runs and prints what is written`, () => {
          const actual = runModule(block.text);
          if (output === null) expect(actual).toBe("");
          else if (!sameOutput(output, actual)) {
            if (updating) rewrite(document, fenced(output), fenced(actual.replace(/\n*$/, "\n")));
            else expect(actual).toBe(output);
          }
        });
      }
      if (block.language === "formula") {
        it(`${name}: the formulas can be read`, () => {
          for (const line of block.text
            .split("\n")
            .map((one) => one.replace(/\s+#.*$/, ""))
            .filter((one) => one !== "")) {
            expect(() => parseFormula(line), line).not.toThrow();
          }
        });
      }
    }

    it(`${document}: links lead to files and headings that exist`, () => {
      for (const link of linksOf(text)) {
        if (/^[a-z]+:/.test(link)) continue;
        const [path, anchor] = link.split("#") as [string, string | undefined];
        const target = path === "" ? document : relative(root, join(root, dirname(document), path));
        expect(existsSync(join(root, target)), `${document} -> ${link}`).toBe(true);
        if (anchor !== undefined && target.endsWith(".md")) {
          expect(
            anchorsOf(readFileSync(join(root, target), "utf8")).has(anchor),
            `${document} -> ${link}`,
          ).toBe(true);
        }
      }
    });
  }

  it("docs/errors.md says what the catalogues say", async () => {
    await expect(errorPage({ ...codes, ...cliCatalogue })).toMatchFileSnapshot("../docs/errors.md");
  });

  it("docs/formula.md names every function and structure of the language", () => {
    const page = texts.get("docs/formula.md")!;
    for (const name of [...functionSignatures.keys(), ...placedFunctions.keys(), ...structureNames]) {
      expect(new RegExp(`\`[^\`\n]*\\b${name}\\b`).test(page), name).toBe(true);
    }
  });

  it("docs/notation.md names identifiers that exist", () => {
    const words = new Set([...readSources(join(root, "src")).values()].join("\n").match(/[A-Za-z_]\w*/g));
    const rows = texts
      .get("docs/notation.md")!
      .split("\n")
      .filter((line) => line.startsWith("| "));
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows.slice(1)) {
      const ours = row.split("|").at(-2)!;
      for (const [, name] of ours.matchAll(/`([^`/]+)`/g)) {
        for (const word of name!.match(/\w+/g)!) expect(words.has(word), `${row}: ${word}`).toBe(true);
      }
    }
  });

  it("ARCHITECTURE.md and docs/notation.md name files that exist", () => {
    for (const document of ["ARCHITECTURE.md", "docs/notation.md", "CONTRIBUTING.md"]) {
      for (const [, path] of texts
        .get(document)!
        .matchAll(/`((?:src|test|bench|docs|kernels)\/[\w./-]+)`/g)) {
        expect(existsSync(join(root, path!)), `${document}: ${path}`).toBe(true);
      }
    }
  });
});

describe("the checks of documents", () => {
  it("tell a wrong output from a right one", () => {
    expect(sameOutput("a\n...\nd", "a\nb\nc\nd\n")).toBe(true);
    expect(sameOutput("a\n...\nd", "a\nb\nc\n")).toBe(false);
    expect(sameOutput("x 1.5\n", "x 1.6\n")).toBe(false);
    expect(sameOutput("x 1.5\n", "x 1x5\n")).toBe(false);
    expect(sameOutput("x 253.66367039841865\n", "x 253.66367039841899\n")).toBe(true);
    expect(sameOutput("x 253.66367039841865\n", "x 253.66368039841865\n")).toBe(false);
    expect(sameOutput("a  \n\n\nb", "a\nb")).toBe(true);
    const converged = (how: string, gain: string): string =>
      `Converged ${how}; a further step would lower the criterion by ${gain}.\n`;
    const documented = converged("in 3 iterations", "less than 1e-10");
    expect(sameOutput(documented, converged("in 3 iterations", "4e-10"))).toBe(true);
    expect(sameOutput(documented, converged("in 3 iterations", "0.002"))).toBe(false);
    expect(sameOutput(documented, converged("in 4 iterations", "less than 1e-10"))).toBe(false);
    expect(sameOutput(documented, converged("at the starting values", "less than 1e-10"))).toBe(false);
  });

  it("find commands, links and anchors", () => {
    const text = "# A `b` (c)\n\n[x](y.md#z) `[no](link)`\n\n```console\n$ one\n1\n$ two\n2\n```\n";
    expect(codeBlocks(text).map((block) => commandsOf(block))).toEqual([
      [
        { command: "one", output: "1\n" },
        { command: "two", output: "2\n" },
      ],
    ]);
    expect(linksOf(text)).toEqual(["y.md#z"]);
    expect([...anchorsOf(text)]).toEqual(["a-b-c"]);
  });
});
