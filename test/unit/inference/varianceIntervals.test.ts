import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { componentTable } from "../../../src/inference/componentTable.ts";
import { varianceIntervals } from "../../../src/inference/varianceIntervals.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { fitCase, reference } from "./varianceReference.ts";

describe("standard errors of standard deviations and correlations", () => {
  for (const expected of reference.errors) {
    it(`are those of a numeric Hessian of the dense deviance: ${expected.formula}, ${expected.reml ? "REML" : "ML"}`, () => {
      const { fit } = fitCase(expected, { method: expected.reml ? "REML" : "ML" });
      const found = varianceIntervals(fit);
      expect(found.length).toBe(expected.parameters.length);
      for (const { name, estimate, se } of expected.parameters) {
        const row = found.find((each) => each.name === name)!;
        expect(Math.abs(row.estimate! / estimate - 1), name).toBeLessThan(1e-6);
        expect(Math.abs(row.se! / se - 1), name).toBeLessThan(2e-6);
      }
    });
  }

  it("give the intervals of nlme on the logarithmic scale", () => {
    const { fit } = fitCase({ data: "Oats", formula: "yield ~ nitro + (1 | Block) + (1 | Block:Variety)" });
    const rows = varianceIntervals(fit);
    for (const [group, [lower, , upper]] of Object.entries(reference.intervals)) {
      const row = rows.find(({ name }) => name.endsWith(group))!;
      // nlme's Hessian is numeric
      expect(Math.abs(row.lower! / lower - 1)).toBeLessThan(3e-5);
      expect(Math.abs(row.upper! / upper - 1)).toBeLessThan(3e-5);
    }
  });

  it("do not depend on the scale: the interval of a variance is the square of that of the deviation", () => {
    const { fit } = fitCase({ data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)" });
    const deviations = varianceIntervals(fit);
    const variances = varianceIntervals(fit, { scale: "variance" });
    expect(variances.map(({ name }) => name)).toEqual([
      "var_(Intercept)|Subject",
      "cor_Days.(Intercept)|Subject",
      "var_Days|Subject",
      "sigma^2",
    ]);
    expect(variances[0]!.lower).toBeCloseTo(deviations[0]!.lower! ** 2, 9);
    expect(variances[0]!.se).toBeCloseTo(componentTable(fit).rows[0]!.se!, 12);
  });
});

describe("at the boundary", () => {
  it("a deviation of zero has neither error nor limits", () => {
    const { fit } = fitCase({ data: "Dyestuff2", formula: "Yield ~ 1 + (1 | Batch)" });
    expect(varianceIntervals(fit)[0]).toMatchObject({ estimate: 0, se: null, lower: null, upper: null });
  });

  it("a variance far below its standard error has none to be shown", () => {
    // six groups whose mean square is (1 + 1e-4) times that within: the estimate is 4e-5, its asymptotic error 0.29
    const means = [-1.3, -0.2, 0.4, 1.1, 0.9, -0.9];
    const within = [-2, -1, 0.5, 1, 1.5];
    const between = means.reduce((sum, x) => sum + x * x, 0);
    const scale = Math.sqrt((2.125 * (1 + 1e-4)) / between);
    const rows = means.flatMap((mean, g) => within.map((e) => ({ y: 10 + scale * mean + e, g: `g${g}` })));
    const fit = fitFormula("y ~ 1 + (1 | g)", toTable(rows));
    const [group, residual] = componentTable(fit).rows;
    expect(group!.estimate).toBeGreaterThan(0);
    expect(group!.se).toBeNull();
    expect(residual!.se).toBeCloseTo(0.6123, 3);
  });
});
