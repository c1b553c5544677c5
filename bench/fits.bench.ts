// Whole fits (formula, design, optimization) on the example data, and the design alone: npm run bench
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bench, describe } from "vitest";
import { buildDesign } from "../src/design/buildDesign.ts";
import { fit as fitFormula } from "../src/fit/fit.ts";
import { parseFormula } from "../src/formula/parseFormula.ts";
import { readDelimited } from "../src/table/readDelimited.ts";
import type { Table } from "../src/table/table.ts";

function table(path: string): Table {
  return readDelimited(readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), "utf8")).table;
}

const cases: readonly (readonly [string, string, string])[] = [
  ["sleepstudy slopes", "examples/sleepstudy.csv", "Reaction ~ Days + (Days | Subject)"],
  ["penicillin", "examples/penicillin.csv", "yield ~ treat + (1 | blend)"],
  ["pastes nested", "examples/pastes.csv", "strength ~ 1 + (1 | batch/cask)"],
  ["machines factor slopes", "examples/machines.csv", "score ~ Machine + (0 + Machine | Worker)"],
  ["oats split plot", "examples/oats.csv", "yield ~ nitro * Variety + (1 | Block/Variety)"],
  ["InstEval of 90 students", "test/reference/data/instEval90.csv", "y ~ service + (1 | s) + (1 | d)"],
  ["star of 8 schools", "test/reference/data/star8.csv", "math ~ gr + sx * eth + (1 | id) + (1 | tch)"],
];

describe.each(cases)("%s", (_name, path, formula) => {
  const data = table(path);
  bench("fit", () => {
    fitFormula(formula, data);
  });
  bench("design only", () => {
    buildDesign(parseFormula(formula), data, {});
  });
});
