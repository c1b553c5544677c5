import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  cycleViolations,
  fileViolations,
  type Layers,
  layerViolations,
  orphans,
  packageViolations,
  stateViolations,
} from "./architecture/rules.ts";
import { importsOf, readSources, type Sources } from "./architecture/sourceScan.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = readSources(`${root}src`);
const layers = JSON.parse(readFileSync(`${root}layers.json`, "utf8")) as Layers;

describe("the source tree", () => {
  it("is read", () => {
    expect(sources.size).toBeGreaterThan(100);
    expect(importsOf(sources.get("fit/fit.ts")!).length).toBeGreaterThan(5);
  });

  it("imports downwards only, and never what layers.json forbids", () => {
    expect(layerViolations(sources, layers)).toEqual([]);
  });

  it("uses node: modules only in the command line, and packages only where layers.json says", () => {
    expect(packageViolations(sources, layers)).toEqual([]);
  });

  it("has no circle of files, not even through types", () => {
    expect(cycleViolations(sources, true)).toEqual([]);
  });

  it("has no barrels, no junk drawers and no endless files", () => {
    expect(fileViolations(sources, layers)).toEqual([]);
  });

  it("keeps no state in modules", () => {
    expect(stateViolations(sources)).toEqual([]);
  });

  it("has no file that nothing uses", () => {
    expect(
      orphans(sources, [
        "index.ts",
        "tableIndex.ts",
        "reportIndex.ts",
        "inferenceIndex.ts",
        "simulationIndex.ts",
        "distributionsIndex.ts",
        "geneticsIndex.ts",
        "workerIndex.ts",
        "cli/main.ts",
      ]),
    ).toEqual([]);
  });

  it("gives a reason for each exemption", () => {
    for (const reason of Object.values(layers.exempt.longFile)) expect(reason.length).toBeGreaterThan(30);
  });
});

describe("the scanner", () => {
  const seeded = (files: Record<string, string>): Sources => new Map(Object.entries(files));

  it("reads every form of import", () => {
    const source = [
      'import a from "./a.ts";',
      'import {\n  b,\n  type B,\n} from "./b.ts";',
      'import type { C } from "./c.ts";',
      'import "./d.ts";',
      'export { e } from "./e.ts";',
      'export type { F } from "./f.ts";',
      'export * from "./g.ts";',
      'const h = await import("./h.ts");',
      '  // import { no } from "./no.ts";',
      'export const text = "from ./no.ts";',
    ].join("\n");
    expect(importsOf(source).map(({ specifier, typeOnly }) => [specifier, typeOnly])).toEqual([
      ["./a.ts", false],
      ["./b.ts", false],
      ["./c.ts", true],
      ["./d.ts", false],
      ["./e.ts", false],
      ["./f.ts", true],
      ["./g.ts", false],
      ["./h.ts", false],
    ]);
    expect(importsOf(source)[2]!.line).toBe(6);
  });

  it("finds an import that goes up, sideways, to a forbidden folder, to a stranger or nowhere", () => {
    const files = seeded({
      "linalg/a.ts": 'import { f } from "../table/b.ts";\n',
      "table/b.ts": 'import type { F } from "../fit/c.ts";\n',
      "fit/c.ts": 'import { g } from "../base/gone.ts";\n',
      "engines/d.ts": 'export { s } from "../optimize/e.ts";\n',
      "optimize/e.ts": "",
      "report/f.ts": 'import { m } from "../linalg/matrix.ts";\nconst q = await import("../linalg/a.ts");\n',
      "linalg/matrix.ts": "",
      "elsewhere/g.ts": "",
      "engines/linear/h.ts":
        'import { i } from "../blocked/i.ts";\nimport { d } from "../d.ts";\nimport { j } from "./j.ts";\n',
      "engines/linear/j.ts": "",
      "engines/blocked/i.ts": "",
      "engines/k.ts": 'import { i } from "./blocked/i.ts";\n',
    });
    expect(layerViolations(files, layers)).toEqual([
      "linalg/a.ts:1 imports table/b.ts: 'table' is not below 'linalg'",
      "table/b.ts:1 imports fit/c.ts: 'fit' is not below 'table'",
      "fit/c.ts:1 imports base/gone.ts, which does not exist",
      "engines/d.ts:1 imports optimize/e.ts: an engine evaluates an objective and does not know who searches it",
      "report/f.ts:2 imports linalg/a.ts: a report arranges and formats; it may read a matrix, it computes nothing with one",
      "elsewhere/g.ts: folder 'elsewhere' is in no layer",
      "engines/linear/h.ts:1 imports engines/blocked/i.ts: an engine is one algorithm; what several share stands beside them in src/engines",
    ]);
  });

  it("finds packages and node: modules out of place", () => {
    const files = seeded({
      "fit/a.ts": 'import { readFileSync } from "node:fs";\nimport x from "lodash/fp";\n',
      "cli/b.ts": 'import { readFileSync } from "node:fs";\nimport { Command } from "commander";\n',
      "table/c.ts": 'const arrow = await import("@uwdata/flechette");\n',
    });
    expect(packageViolations(files, layers)).toEqual([
      "fit/a.ts:1 imports node:fs: only src/cli may",
      "fit/a.ts:2 imports the package 'lodash', which layers.json does not give to 'fit'",
    ]);
  });

  it("finds circles, and tells those of types apart", () => {
    const files = seeded({
      "fit/a.ts": 'import { b } from "./b.ts";\n',
      "fit/b.ts": 'import { c } from "./c.ts";\n',
      "fit/c.ts": 'import { a } from "./a.ts";\n',
      "fit/d.ts": 'import type { E } from "./e.ts";\n',
      "fit/e.ts": 'import { d } from "./d.ts";\n',
    });
    const value = "files import each other in a circle: fit/a.ts, fit/b.ts, fit/c.ts";
    expect(cycleViolations(files, false)).toEqual([value]);
    expect(cycleViolations(files, true)).toEqual([
      value,
      "files import each other in a circle: fit/d.ts, fit/e.ts",
    ]);
  });

  it("finds barrels, empty names, long files, stale exemptions, changing variables and orphans", () => {
    const files = seeded({
      "index.ts": 'export { a } from "./fit/a.ts";\n',
      "fit/a.ts": "export let count = 0;\n",
      "fit/index.ts": "",
      "fit/helpers.ts": "",
      "fit/Snake_case.ts": "",
      "fit/long.ts": "\n".repeat(501),
      "fit/excused.ts": "\n".repeat(501),
      "fit/short.ts": "",
    });
    const excusing: Layers = {
      ...layers,
      exempt: { longFile: { "fit/excused.ts": "a table", "fit/short.ts": "was long", "fit/gone.ts": "" } },
    };
    expect(fileViolations(files, excusing)).toEqual([
      "fit/index.ts: a barrel; import the file that is meant",
      "fit/helpers.ts: the name says nothing about its content",
      "fit/Snake_case.ts: file names are camelCase",
      "fit/long.ts: 501 lines, the wall is 500",
      "fit/short.ts: no longer too long, take it out of layers.json",
      "fit/gone.ts: exempt in layers.json, but there is no such file",
    ]);
    expect(stateViolations(files)).toEqual([
      "fit/a.ts: module-level variable 'count' can change; pass it instead",
    ]);
    expect(orphans(files, ["index.ts"])).toHaveLength(6);
  });
});
