import { describe, expect, it } from "vitest";
import { randomStream } from "../../../../src/base/random.ts";
import { createStructure } from "../../../../src/covariance/registry.ts";
import { prepareOneFactor } from "../../../../src/engines/blocked/oneFactor.ts";
import { groupFactors } from "../../../../src/engines/factors.ts";
import { fitModel } from "../../../../src/fit/fit.ts";
import { createMatrix } from "../../../../src/linalg/matrix.ts";
import { fixedEffects } from "../../../../src/model/fixedEffects.ts";
import type { Criterion, Model } from "../../../../src/model/model.ts";

interface Curves {
  readonly levels: number;
  readonly times: number;
  /** degree of the polynomial, fixed and random */
  readonly degree: number;
  /** a further fixed column that differs within levels, the same in each */
  readonly within?: boolean;
  /** a further fixed column that differs in any way */
  readonly irregular?: boolean;
  readonly weights?: boolean;
  readonly shuffled?: boolean;
}

/** Polynomial growth curves with `degree + 1` random coefficients, every level measured at the same times. */
function growthCurves({ levels, times, degree, within, irregular, weights, shuffled }: Curves): Model {
  const stream = randomStream(levels * 100 + times);
  const random = (): number => stream.uniform() - 0.5;
  const n = levels * times;
  const order = Array.from({ length: n }, (_, i) => i);
  if (shuffled) order.sort((a, b) => ((a * 7919) % 1009) - ((b * 7919) % 1009) || a - b);
  const effects = Array.from({ length: levels }, () =>
    Array.from({ length: degree + 1 }, () => 6 * random()),
  );
  const columns = degree + 1 + (within ? 1 : 0) + (irregular ? 1 : 0);
  const X = createMatrix(n, columns);
  const response = new Float64Array(n);
  const codes = new Int32Array(n);
  const powers = Array.from({ length: degree }, () => new Float64Array(n));
  order.forEach((cell, i) => {
    const level = Math.floor(cell / times);
    const time = cell % times;
    codes[i] = level;
    let mean = 0;
    for (let d = 0; d <= degree; d++) {
      const value = time ** d;
      X.values[i + d * n] = value;
      if (d > 0) powers[d - 1]![i] = value;
      mean += (effects[level]![d]! + 3) * value;
    }
    if (within) X.values[i + (degree + 1) * n] = Math.sin(3 * time);
    if (irregular) X.values[i + (columns - 1) * n] = random();
    response[i] = mean + 4 * random();
  });
  const w = weights ? Float64Array.from({ length: n }, () => 1.2 + random()) : undefined;
  const names = Array.from({ length: columns }, (_, c) => `x${c}`);
  return {
    response,
    fixed: fixedEffects(names, X, w).fixed,
    random: [
      {
        component: "g",
        group: "g",
        levels: Array.from({ length: levels }, (_, l) => String(l)),
        codes,
        basis: [null, ...powers],
        coefficientNames: Array.from({ length: degree + 1 }, (_, d) => `t${d}`),
        covariance: createStructure("us", degree + 1),
      },
    ],
    ...(w === undefined ? {} : { weights: w }),
  };
}

const criteria: readonly Criterion[] = ["REML", "ML"];
const shapes: readonly (readonly [string, Curves])[] = [
  ["intercepts", { levels: 7, times: 4, degree: 0 }],
  ["intercepts and a covariate", { levels: 7, times: 5, degree: 0, irregular: true }],
  ["lines", { levels: 12, times: 6, degree: 1 }],
  ["lines in no order, weighted", { levels: 12, times: 6, degree: 1, weights: true, shuffled: true }],
  ["lines and a covariate", { levels: 9, times: 5, degree: 1, irregular: true, shuffled: true }],
  ["parabolas", { levels: 15, times: 8, degree: 2 }],
];

describe("models with one grouping factor", () => {
  it.each([
    ["intercepts", { levels: 8, times: 4, degree: 0 }],
    ["intercepts and a covariate within levels", { levels: 8, times: 5, degree: 0, within: true }],
    ["lines", { levels: 14, times: 6, degree: 1 }],
    ["lines in no order", { levels: 14, times: 6, degree: 1, shuffled: true }],
    ["parabolas", { levels: 20, times: 9, degree: 2 }],
  ] as const)("in balanced data the moment start is the estimate: %s", (_, curves) => {
    for (const method of criteria) {
      const { convergence, theta } = fitModel(growthCurves(curves), { method });
      expect(convergence.iterations, method).toBe(0);
      expect(convergence.boundary, method).toEqual([]);
      expect(theta.every((value) => value !== 0)).toBe(true);
    }
  });

  it.each(shapes)("unrolled loops and plain ones give the same: %s", (_, curves) => {
    const model = growthCurves(curves);
    const [factor] = groupFactors(model.random);
    for (const criterion of criteria) {
      const quick = prepareOneFactor(model, criterion, factor!);
      const plain = prepareOneFactor(model, criterion, factor!, true);
      const theta = quick.start.map((value, a) => value * (1.1 + 0.1 * a));
      const [a, b] = [quick.evaluate(theta, 2), plain.evaluate(theta, 2)];
      expect(a.objective / b.objective).toBeCloseTo(1, 13);
      closeTo(a.gradient, b.gradient);
      closeTo(a.hessian.values, b.hessian.values);
      closeTo(quick.solve(theta).modes[0]!, plain.solve(theta).modes[0]!);
    }
  });

  it.each(shapes)("a gradient alone is the gradient that comes with the Hessian: %s", (_, curves) => {
    const model = growthCurves(curves);
    const [factor] = groupFactors(model.random);
    for (const general of [false, true]) {
      const problem = prepareOneFactor(model, "REML", factor!, general);
      const theta = problem.start.map((value) => 1.3 * value);
      const alone = problem.evaluate(theta, 1).gradient.slice();
      const { gradient, hessian } = problem.evaluate(theta, 2);
      expect([...alone]).toEqual([...gradient]);
      const fresh = prepareOneFactor(model, "REML", factor!, general).evaluate(theta, 2);
      expect([...hessian.values]).toEqual([...fresh.hessian.values]);
    }
  });
});

function closeTo(a: Float64Array, b: Float64Array): void {
  const size = Math.max(...b.map(Math.abs));
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i]!)).toBeLessThan(1e-11 * size);
  });
}
