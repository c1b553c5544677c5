import { describe, expect, it } from "vitest";
import { caret } from "../../../src/base/caret.ts";
import { fQuantile } from "../../../src/distributions/fisherF.ts";
import { chiSquaredQuantile } from "../../../src/distributions/gamma.ts";
import { tQuantile } from "../../../src/distributions/studentT.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { anovaTable } from "../../../src/inference/anova.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { parseHypothesis } from "../../../src/inference/hypothesisText.ts";
import { kenwardRoger } from "../../../src/inference/kenwardRoger.ts";
import { linearHypothesis } from "../../../src/inference/linearHypothesis.ts";
import {
  confidenceRegion,
  regionBoundary,
  regionContains,
  simultaneousIntervals,
} from "../../../src/inference/regions.ts";
import { waldTest } from "../../../src/inference/waldTest.ts";
import { errorOf } from "../base/errorOf.ts";
import { tableNamed } from "./reference.ts";

const names = ["(Intercept)", "Days", "I(x^2)", "treatB", "x:treatB", "poly(Time, 2)1", "a", "a:b"];
const sleep = fitFormula("Reaction ~ Days + (Days | Subject)", tableNamed("sleepstudy"));

/** Coefficients with their weights, and the value. */
function read(source: string): [Record<string, number>, number][] {
  return parseHypothesis(source, names).map(({ weights, against }) => [
    Object.fromEntries(names.flatMap((name, i) => (weights[i] === 0 ? [] : [[name, weights[i]!]]))),
    against,
  ]);
}

describe("a hypothesis as text", () => {
  it("is equations between sums of coefficients", () => {
    expect(read("Days = 10, (Intercept) - 2*Days = 0")).toEqual([
      [{ Days: 1 }, 10],
      [{ "(Intercept)": 1, Days: -2 }, 0],
    ]);
    expect(read("2 * (Days - 3) / 4 + 1 = treatB - 1e-1")).toEqual([[{ Days: 0.5, treatB: -1 }, 0.4]]);
    expect(read("-Days == -.5")).toEqual([[{ Days: -1 }, -0.5]]);
  });

  it("without an equals sign is compared with zero, and a chain is one equation each", () => {
    expect(read("Days")).toEqual([[{ Days: 1 }, 0]]);
    expect(read("Days = treatB = 2")).toEqual([
      [{ Days: 1, treatB: -1 }, 0],
      [{ treatB: 1 }, 2],
    ]);
  });

  it("takes the longest name that stands at a place, whatever it looks like", () => {
    expect(read("I(x^2) - x:treatB = a:b")).toEqual([[{ "I(x^2)": 1, "x:treatB": -1, "a:b": -1 }, 0]]);
    expect(read("poly(Time,2)1 = a")).toEqual([[{ "poly(Time, 2)1": 1, a: -1 }, 0]]);
    expect(read("`a:b`+`(Intercept)`")).toEqual([[{ "a:b": 1, "(Intercept)": 1 }, 0]]);
  });

  it.each([
    ["Day = 0", "inference/unknown-coefficient", "Day", "did you mean 'Days'"],
    ["Days + `trt` = 0", "inference/unknown-coefficient", "`trt`", ""],
    ["2Days = 0", "inference/hypothesis", "2Days", "2 * Days"],
    ["Days * treatB = 0", "inference/hypothesis", "Days * treatB", ""],
    ["1 / Days", "inference/hypothesis", "1 / Days", ""],
    ["Days / 0", "inference/hypothesis", "Days / 0", ""],
    ["3 = 2", "inference/hypothesis", "3 = 2", ""],
    ["Days - Days", "inference/hypothesis", "Days - Days", ""],
    ["Days =", "inference/hypothesis", "", ""],
    ["Days = 1,", "inference/hypothesis", "", ""],
    ["(Days = 1", "inference/hypothesis", "(", ""],
    ["Days = 1; treatB", "inference/hypothesis", ";", ""],
    ["`Days", "inference/hypothesis", "`", ""],
    ["", "inference/hypothesis", "", ""],
    ["Days ~ 0", "inference/hypothesis", "~", ""],
  ])("'%s' is refused at its place", (source, code, marked, hint) => {
    const error = errorOf(() => parseHypothesis(source, names));
    expect(error.code).toBe(code);
    expect(source.slice(error.span!.start, error.span!.end)).toBe(marked);
    expect(`${error.message} ${error.hint}`).toContain(hint);
    expect(caret(error.source!, error.span!)).toContain("^");
  });
});

describe("linearHypothesis", () => {
  it("has the t tests of the coefficients and the F test of all", () => {
    for (const ddf of ["satterthwaite", kenwardRoger, "residual", "none"] as const) {
      const test = linearHypothesis(sleep, "(Intercept) = 0, Days = 0", { ddf });
      coefficientTable(sleep, { ddf }).rows.forEach(({ estimate, se, df, statistic, p, ci }, i) => {
        const row = test.rows[i]!;
        expect(row).toMatchObject({ estimate, df, ci, against: 0 });
        expect(row.se / se!).toBeCloseTo(1, 12);
        expect(row.statistic! / statistic!).toBeCloseTo(1, 12);
        expect(Math.log(row.p! / p!)).toBeCloseTo(0, 8);
      });
      expect(test.F).toBe(
        waldTest(
          sleep,
          [
            [1, 0],
            [0, 1],
          ],
          [0, 0],
          { ddf },
        ).F,
      );
    }
  });

  it("shifts the test by the value and not the interval", () => {
    const [row] = linearHypothesis(sleep, "Days = 10").rows;
    const [, zero] = coefficientTable(sleep).rows;
    expect(row!.statistic).toBeCloseTo((zero!.estimate! - 10) / zero!.se!, 12);
    row!.ci!.forEach((limit, i) => {
      expect(limit).toBeCloseTo(zero!.ci![i]!, 10);
    });
  });

  it("names rows that were given as numbers", () => {
    const rows = [
      [0, 1],
      [-1, 2.5],
    ];
    const test = linearHypothesis(sleep, rows, { against: [10, 0] });
    expect(test.rows.map(({ hypothesis }) => hypothesis)).toEqual([
      "Days = 10",
      "-(Intercept) + 2.5 * Days = 0",
    ]);
    expect(test.F).toBe(waldTest(sleep, rows, [10, 0]).F);
    expect(errorOf(() => linearHypothesis(sleep, [[1]])).code).toBe("inference/contrast-shape");
    expect(errorOf(() => linearHypothesis(sleep, [[0, 0]])).code).toBe("inference/contrast-zero");
    expect(errorOf(() => linearHypothesis(sleep, "Days", { level: 95 })).code).toBe("inference/level");
  });

  it("counts an equation that follows from the others once, and refuses one that contradicts them", () => {
    const test = linearHypothesis(sleep, "Days = 10, 2 * Days = 20, (Intercept) = 250");
    expect(test.df).toBe(2);
    expect(test.notes.map(({ code, message }) => [code, message])).toEqual([
      [
        "inference/dependent-equations",
        "'2 * Days = 20' follows from the equations before it, so it adds no degree of freedom",
      ],
    ]);
    expect(test.F).toBeCloseTo(linearHypothesis(sleep, "Days = 10, (Intercept) = 250").F, 10);
    const error = errorOf(() => linearHypothesis(sleep, "Days = 10, Days = 11"));
    expect(error.code).toBe("inference/contradiction");
  });

  it("about aliased coefficients: tests what the data determine, and names what they do not", () => {
    const fit = fitFormula("Reaction ~ Days + I(2 * Days) + (1 | Subject)", tableNamed("sleepstudy"));
    const plain = fitFormula("Reaction ~ Days + (1 | Subject)", tableNamed("sleepstudy"));
    // the slope is Days + 2 I(2 * Days), however it is split
    const test = linearHypothesis(fit, "Days + 2 * I(2*Days) = 10");
    expect(test.F).toBeCloseTo(linearHypothesis(plain, "Days = 10").F, 8);
    expect(test.notes).toEqual([]);
    const error = errorOf(() => linearHypothesis(fit, "(Intercept) = 1, I(2 * Days) = 0"));
    expect(error.code).toBe("inference/not-estimable-combination");
    expect(error.message).toBe(
      "'I(2 * Days) = 0' cannot be tested: the data do not tell 'I(2 * Days)' apart from 'Days'",
    );
    expect(error.source!.slice(error.span!.start, error.span!.end)).toBe("I(2 * Days) = 0");
    expect(linearHypothesis(fit, "Days = 10").notes.map(({ code }) => code)).toEqual([
      "inference/aliased-meaning",
    ]);
  });

  it("of all coefficients of a term is the test of the term", () => {
    const fit = fitFormula("y ~ a + b + x + (1 | g)", tableNamed("inferenceCells"));
    const test = linearHypothesis(fit, "bb2 = 0, bb3 = 0, bb4 = 0", { ddf: kenwardRoger });
    const row = anovaTable(fit, { type: "III", ddf: kenwardRoger }).rows[1]!;
    expect(test.F / row.F!).toBeCloseTo(1, 9);
    expect(test.denDF! / row.denDF!).toBeCloseTo(1, 9);
  });
});

describe("joint regions", () => {
  it.each(["satterthwaite", kenwardRoger, "none"] as const)(
    "have the values on their boundary that the joint test rejects at just 1 - level",
    (ddf) => {
      const region = confidenceRegion(sleep, "(Intercept), Days", { ddf, level: 0.9 });
      const boundary = regionBoundary(region, 12);
      expect(boundary).toHaveLength(13);
      expect(boundary[12]).toEqual(boundary[0]);
      for (const point of boundary) {
        const test = waldTest(
          sleep,
          [
            [1, 0],
            [0, 1],
          ],
          point,
          { ddf },
        );
        expect(test.p).toBeCloseTo(0.1, 9);
        const inside = point.map((x, i) => region.center[i]! + 0.999 * (x - region.center[i]!));
        const outside = point.map((x, i) => region.center[i]! + 1.001 * (x - region.center[i]!));
        expect([regionContains(region, inside), regionContains(region, outside)]).toEqual([true, false]);
      }
      expect(region.names).toEqual(["(Intercept)", "Days"]);
      expect(regionContains(region, region.center)).toBe(true);
    },
  );

  it("have the axes of their shape", () => {
    const { axes, shape, radius, center } = confidenceRegion(sleep, "(Intercept), Days, ".slice(0, -2));
    expect(axes).toHaveLength(2);
    expect(axes[0]!.length).toBeGreaterThan(axes[1]!.length);
    const [d] = axes;
    const tip = d!.direction.map((x, i) => center[i]! + d!.length * x);
    expect(regionContains({ ...confidenceRegion(sleep, "(Intercept), Days") }, tip)).toBe(true);
    expect((axes[0]!.length * axes[1]!.length) / radius ** 2).toBeCloseTo(
      Math.sqrt(shape.values[0]! * shape.values[3]! - shape.values[1]! ** 2),
      9,
    );
  });

  it("of one combination are its interval, and of dependent ones do not exist", () => {
    const region = confidenceRegion(sleep, "Days", { ddf: kenwardRoger });
    const [, { ci }] = coefficientTable(sleep, { ddf: kenwardRoger }).rows as [
      unknown,
      { ci: [number, number] },
    ];
    expect(region.center[0]! + region.axes[0]!.length).toBeCloseTo(ci[1], 9);
    expect(errorOf(() => confidenceRegion(sleep, "Days, 2 * Days")).code).toBe("inference/region-rank");
    expect(errorOf(() => confidenceRegion(sleep, "Days = 10")).code).toBe("inference/hypothesis");
    expect(errorOf(() => regionBoundary(region)).code).toBe("inference/region-point");
    expect(errorOf(() => regionContains(region, [Number.NaN])).message).not.toContain("NaN");
  });
});

describe("simultaneous intervals", () => {
  it("by Scheffe are the shadows of the joint region", () => {
    const region = confidenceRegion(sleep, "(Intercept), Days", { ddf: kenwardRoger });
    const intervals = simultaneousIntervals(sleep, "(Intercept), Days, (Intercept) + 5 * Days", {
      ddf: kenwardRoger,
      method: "scheffe",
    });
    const boundary = regionBoundary(region, 200_000);
    [(p: number[]) => p[0]!, (p: number[]) => p[1]!, (p: number[]) => p[0]! + 5 * p[1]!].forEach((of, i) => {
      const values = boundary.map(of);
      let highest = Number.NEGATIVE_INFINITY;
      for (const value of values) highest = Math.max(highest, value);
      expect(highest).toBeCloseTo(intervals[i]!.upper, 6);
    });
  });

  it("by Bonferroni and Sidak have the t quantile of a smaller tail, Sidak the shorter ones", () => {
    const options = { ddf: "residual", level: 0.9 } as const;
    const [bonferroni] = simultaneousIntervals(sleep, "(Intercept), Days", options);
    const [sidak] = simultaneousIntervals(sleep, "(Intercept), Days", { ...options, method: "sidak" });
    expect(bonferroni!.critical).toBeCloseTo(tQuantile(0.025, 178, { lower: false }), 10);
    expect(sidak!.critical).toBeCloseTo(tQuantile((1 - Math.sqrt(0.9)) / 2, 178, { lower: false }), 10);
    expect(sidak!.critical).toBeLessThan(bonferroni!.critical);
    const [scheffe] = simultaneousIntervals(sleep, "(Intercept), Days", { ...options, method: "scheffe" });
    expect(scheffe!.critical).toBeCloseTo(Math.sqrt(2 * fQuantile(0.9, 2, 178)), 10);
    const [normal] = simultaneousIntervals(sleep, "(Intercept), Days", { ddf: "none", method: "scheffe" });
    expect(normal!.critical).toBeCloseTo(Math.sqrt(chiSquaredQuantile(0.95, 2)), 10);
  });
});
