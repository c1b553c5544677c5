// Whole fits (formula, design, optimization) and designs alone on small data: `npm run bench`.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Bench } from "tinybench";
import { buildDesign } from "../src/design/buildDesign.ts";
import { fit as fitFormula } from "../src/fit/fit.ts";
import { parseFormula } from "../src/formula/parseFormula.ts";
import { readDelimited } from "../src/table/readDelimited.ts";

const cases: readonly (readonly [string, string, string])[] = [
  ["sleepstudy slopes", "examples/sleepstudy.csv", "Reaction ~ Days + (Days | Subject)"],
  ["penicillin", "examples/penicillin.csv", "yield ~ treat + (1 | blend)"],
  ["pastes nested", "examples/pastes.csv", "strength ~ 1 + (1 | batch/cask)"],
  ["machines factor slopes", "examples/machines.csv", "score ~ Machine + (0 + Machine | Worker)"],
  ["oats split plot", "examples/oats.csv", "yield ~ nitro * Variety + (1 | Block/Variety)"],
  ["InstEval, 90 students", "test/reference/data/instEval90.csv", "y ~ service + (1 | s) + (1 | d)"],
  ["star, 8 schools", "test/reference/data/star8.csv", "math ~ gr + sx * eth + (1 | id) + (1 | tch)"],
];

const bench = new Bench({ time: 500, warmupTime: 300 });
for (const [name, path, formula] of cases) {
  const table = readDelimited(readFileSync(resolve(path), "utf8")).table;
  bench.add(`${name}: fit`, () => {
    fitFormula(formula, table);
  });
  bench.add(`${name}: design`, () => {
    buildDesign(parseFormula(formula), table, {});
  });
}
await bench.run();
console.table(bench.table());
