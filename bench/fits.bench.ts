// Whole fits (formula, design, optimization), designs alone, and single evaluations of the criterion without and with its
// derivatives, on small data: `npm run bench`.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Bench } from "tinybench";
import { buildDesign } from "../src/design/buildDesign.ts";
import { fit as fitFormula, prepareProblem } from "../src/fit/fit.ts";
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
  const problem = prepareProblem(buildDesign(parseFormula(formula), table, {}).model, "REML");
  const theta = Float64Array.from(problem.start);
  let count = 0;
  // a point just evaluated is remembered, so each evaluation takes another
  const evaluate = (order: 0 | 1) => (): void => {
    theta[0] = problem.start[0]! * (1 + 1e-7 * (++count % 97));
    problem.evaluate(theta, order);
  };
  bench.add(`${name}: criterion`, evaluate(0));
  bench.add(`${name}: criterion and gradient`, evaluate(1));
}
await bench.run();
console.table(bench.table());
