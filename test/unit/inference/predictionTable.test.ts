import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { predictionTable } from "../../../src/inference/predictionTable.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Table } from "../../../src/table/table.ts";

/** A case of test/reference/data/prediction.json: dense matrices at lme4's estimates, by generate/prediction.R. */
interface PredictionCase {
  readonly data: string;
  readonly formula: string;
  readonly weights: string | null;
  readonly new: readonly Record<string, string | number>[];
  readonly prediction: readonly number[];
  readonly mean: readonly number[];
  readonly group: readonly number[];
  readonly newGroup: readonly number[];
  readonly sigma: number;
  readonly dfMean?: readonly number[];
  readonly dfGroup: readonly number[];
  readonly dfNewGroup: readonly number[];
  readonly dfMeanObservation: readonly number[];
  readonly dfGroupObservation: readonly number[];
  readonly dfNewGroupObservation: readonly number[];
  readonly g3: readonly number[];
  readonly realized: readonly number[];
  readonly glmmTMB?: readonly number[];
}

const folder = new URL("../../reference/data/", import.meta.url);
const cases: [string, PredictionCase][] = Object.entries(
  JSON.parse(readFileSync(new URL("prediction.json", folder), "utf8")).cases,
);
const tableOf = (name: string): Table =>
  readDelimited(readFileSync(new URL(`${name}.csv`, folder)), {}).table;

/** lme4's search ends at 1e-7 of theta; degrees of freedom are ratios of numeric derivatives in R. */
const SE = 1e-6;
const DF = 2e-4;

function expectRelative(got: readonly (number | null)[], want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! / value - 1), `${got[i]} for ${value}`).toBeLessThan(tolerance);
  });
}

describe.each(cases)("%s", (_, reference) => {
  const table = tableOf(reference.data);
  const fit = fitFormula(reference.formula, table, {
    ...(reference.weights === null ? {} : { weights: reference.weights }),
  });
  const rows = toTable(reference.new.map((row) => ({ ...row })));
  const confidence = (target: "mean" | "group" | "new-group") => predictionTable(fit, rows, { target });
  const observation = (target: "mean" | "group" | "new-group") =>
    predictionTable(fit, rows, { target, interval: "prediction" });

  test("the group prediction and the standard errors of all targets are those of dense matrices", () => {
    const group = confidence("group");
    expectRelative(group.predictions, reference.prediction, SE);
    expectRelative(group.se, reference.group, SE);
    expectRelative(confidence("mean").se, reference.mean, SE);
    expectRelative(confidence("new-group").se, reference.newGroup, SE);
  });

  test("a new observation adds the residual variance", () => {
    expectRelative(
      observation("group").se,
      reference.group.map((se) => Math.hypot(se, reference.sigma)),
      SE,
    );
    expectRelative(
      observation("new-group").se,
      reference.newGroup.map((se) => Math.hypot(se, reference.sigma)),
      SE,
    );
  });

  test.skipIf(reference.dfMean === undefined)(
    "degrees of freedom are Satterthwaite's of the whole variance",
    () => {
      expectRelative(confidence("mean").df, reference.dfMean!, DF);
      expectRelative(confidence("group").df, reference.dfGroup, DF);
      expectRelative(confidence("new-group").df, reference.dfNewGroup, DF);
      expectRelative(observation("mean").df, reference.dfMeanObservation, DF);
      expectRelative(observation("group").df, reference.dfGroupObservation, DF);
      expectRelative(observation("new-group").df, reference.dfNewGroupObservation, DF);
    },
  );

  test.skipIf(reference.dfMean === undefined)("estimated variances add twice g3", () => {
    const { se } = predictionTable(fit, rows, { target: "group", thetaUncertainty: true });
    expectRelative(
      se,
      reference.group.map((own, i) => Math.sqrt(own * own + 2 * reference.g3[i]!)),
      1e-5,
    );
  });

  test.skipIf(reference.glmmTMB === undefined)(
    "glmmTMB agrees once the derivative at the data is added",
    () => {
      // glmmTMB searches less far than lme4, and differentiates numerically
      expectRelative(
        reference.group.map((own, i) => Math.sqrt(own * own + reference.realized[i]!)),
        reference.glmmTMB!,
        2e-3,
      );
    },
  );
});

describe("rows and options", () => {
  const table = tableOf("sleepstudy");
  const fit = fitFormula("Reaction ~ Days + (Days | Subject)", table);

  test("the mean at the origin has the standard error and df of the intercept", () => {
    const { se, df, lower, upper } = predictionTable(fit, toTable([{ Days: 0 }]));
    const [intercept] = coefficientTable(fit).rows;
    expect(se[0]).toBeCloseTo(intercept!.se!, 10);
    expect(df[0]).toBeCloseTo(intercept!.df!, 10);
    expect([lower[0], upper[0]]).toEqual([
      expect.closeTo(intercept!.ci![0], 8),
      expect.closeTo(intercept!.ci![1], 8),
    ]);
  });

  test("a new group needs no column for its name", () => {
    const { se, predictions } = predictionTable(fit, toTable([{ Days: 3 }]), { target: "new-group" });
    expect(predictions[0]).toBeCloseTo(fit.beta[0]! + 3 * fit.beta[1]!, 10);
    const [a, b, , d] = fit.covariances[0]!.values;
    const mean = predictionTable(fit, toTable([{ Days: 3 }])).se[0]!;
    expect(se[0]).toBeCloseTo(Math.sqrt(mean ** 2 + a! + 6 * b! + 9 * d!), 10);
  });

  test("unknown levels are refused, or predicted as new groups with their variance", () => {
    const rows = toTable([
      { Days: 3, Subject: "308" },
      { Days: 3, Subject: "nobody" },
    ]);
    expect(() => predictionTable(fit, rows, { target: "group" })).toThrow(/'nobody'/);
    const zero = predictionTable(fit, rows, { target: "group", newLevels: "zero" });
    const fresh = predictionTable(fit, rows, { target: "new-group" });
    expect(zero.se[1]).toBeCloseTo(fresh.se[1]!, 9);
    expect(zero.df[1]).toBeCloseTo(fresh.df[1]!, 4);
    expect(zero.se[0]).toBeLessThan(zero.se[1]!);
    expect(zero.notes[0]!.message).toContain("with their variance");
  });

  test("missing predictors and missing groups have no prediction", () => {
    const rows = toTable([
      { Days: null, Subject: "308" },
      { Days: 3, Subject: null },
      { Days: 3, Subject: "309" },
    ]);
    const { se, predictions, lower } = predictionTable(fit, rows, { target: "group" });
    expect(predictions.map((x) => x === null)).toEqual([true, true, false]);
    expect(se.map((x) => x === null)).toEqual([true, true, false]);
    expect(lower.map((x) => x === null)).toEqual([true, true, false]);
  });

  test("methods for degrees of freedom: residual, none, and levels of confidence", () => {
    const rows = toTable([{ Days: 3, Subject: "308" }]);
    const residual = predictionTable(fit, rows, { target: "group", ddf: "residual" });
    expect(residual.df[0]).toBe(178);
    const none = predictionTable(fit, rows, { target: "group", ddf: "none", level: 0.9 });
    expect(none.df[0]).toBeNull();
    expect(none.upper[0]! - none.lower[0]!).toBeCloseTo(2 * 1.6448536269514722 * none.se[0]!, 9);
    expect(() => predictionTable(fit, rows, { level: 95 })).toThrow(/95 is not a confidence level/);
  });

  test("an observation of an average group is told apart from one of a new group", () => {
    const { notes } = predictionTable(fit, toTable([{ Days: 3 }]), { interval: "prediction" });
    expect(notes.map(({ code }) => code)).toContain("inference/average-group");
  });

  test("asking does not change what is computed afterwards", () => {
    const rows = toTable([{ Days: 3, Subject: "308" }]);
    const first = predictionTable(fit, rows, { target: "group", thetaUncertainty: true });
    const again = predictionTable(fit, rows, { target: "group", thetaUncertainty: true });
    expect(again).toEqual(first);
  });

  test("a linear model has the intervals of the textbook", () => {
    const linear = fitFormula("Reaction ~ Days", table);
    const rows = toTable([{ Days: 4 }]);
    const { se, df } = predictionTable(linear, rows, { interval: "prediction" });
    const mean = predictionTable(linear, rows).se[0]!;
    expect(df[0]).toBe(178);
    expect(se[0]).toBeCloseTo(Math.hypot(mean, linear.sigma), 10);
  });
});

describe("what the data do not tell", () => {
  const rows = Array.from({ length: 24 }, (_, i) => ({
    y: Math.sin(5 * i) + i / 6,
    a: i % 2 === 0 ? "a1" : "a2",
    b: i % 2 === 0 ? "b1" : "b2",
    g: `g${i % 6}`,
  }));
  const fit = fitFormula("y ~ a + b + (1 | g)", toTable(rows));

  test("combinations that never occurred are not predicted", () => {
    const { predictions, se, notes } = predictionTable(
      fit,
      toTable([
        { a: "a1", b: "b1" },
        { a: "a1", b: "b2" },
      ]),
    );
    expect(predictions[0]).not.toBeNull();
    expect([predictions[1], se[1]]).toEqual([null, null]);
    expect(notes.map(({ code }) => code)).toContain("inference/row-not-estimable");
  });
});
