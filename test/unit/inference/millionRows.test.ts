// Kenward and Roger's method where an n x n matrix would have 10^12 entries. In a balanced design with one random line a
// group the answer is known: nothing to adjust, and one degree of freedom less than groups.
import { expect, it } from "vitest";
import { createStructure } from "../../../src/covariance/registry.ts";
import { fitModel } from "../../../src/fit/fit.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { kenwardRoger } from "../../../src/inference/kenwardRoger.ts";
import { createMatrix } from "../../../src/linalg/matrix.ts";
import { fixedEffects } from "../../../src/model/fixedEffects.ts";

it("a million rows in 100,000 groups with a random slope take seconds, and far less than 2 GB", () => {
  const groups = 100_000;
  const size = 10;
  const n = groups * size;
  let seed = 1;
  const uniform = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed + 0.5) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const codes = new Int32Array(n);
  const x = new Float64Array(n);
  const response = new Float64Array(n);
  const X = createMatrix(n, 2);
  for (let g = 0, i = 0; g < groups; g++) {
    const intercept = 10 + normal();
    const slope = 0.3 + 0.5 * normal();
    for (let t = 0; t < size; t++, i++) {
      codes[i] = g;
      x[i] = t;
      X.values[i] = 1;
      X.values[i + n] = t;
      response[i] = intercept + slope * t + 2 * normal();
    }
  }
  const fit = fitModel({
    response,
    fixed: fixedEffects(["(Intercept)", "x"], X).fixed,
    random: [
      {
        component: "g",
        group: "g",
        levels: Array.from({ length: groups }, (_, g) => String(g)),
        codes,
        basis: [null, x],
        coefficientNames: ["(Intercept)", "x"],
        covariance: createStructure("us", 2),
      },
    ],
  });
  const plain = coefficientTable(fit, { ddf: "none" }).rows;
  const before = process.memoryUsage();
  const started = process.cpuUsage();
  const { rows } = coefficientTable(fit, { ddf: kenwardRoger });
  const seconds = process.cpuUsage(started).user / 1e6;
  const after = process.memoryUsage();
  rows.forEach(({ se, df }, i) => {
    expect(df! / (groups - 1)).toBeCloseTo(1, 7);
    expect(se! / plain[i]!.se!).toBeCloseTo(1, 9);
  });
  expect(seconds).toBeLessThan(10);
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(2 ** 30);
}, 120_000);
