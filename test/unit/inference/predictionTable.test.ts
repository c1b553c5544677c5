import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { naturalCovariances } from "../../../src/fit/solvedFit.ts";
import { pedigreeRelationship } from "../../../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { kenwardRoger } from "../../../src/inference/kenwardRoger.ts";
import { predictionTable } from "../../../src/inference/predictionTable.ts";
import { randomEffects } from "../../../src/inference/randomEffects.ts";
import { varianceParametersOf } from "../../../src/inference/varianceParameters.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Table } from "../../../src/table/table.ts";
import { invert, multiply, transpose } from "../../conformance/denseAlgebra.ts";
import { denseVariance } from "../../conformance/denseDeletion.ts";
import { relationshipMatrix } from "../../conformance/denseEquations.ts";

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

describe("related levels and several traits", () => {
  const read = (name: string): Table =>
    readDelimited(readFileSync(new URL(`../../../examples/genetics/${name}`, import.meta.url)), {}).table;
  const pedigree = pedigreeRelationship(buildPedigree(read("calves-pedigree.csv"))).relationship;
  const calves = read("calves.csv");
  const zeros = new Float64Array(calves.rowCount).map((_, i) => i + 1);
  const withX: Table = {
    rowCount: calves.rowCount,
    columns: new Map([...calves.columns, ["x", { kind: "numeric", name: "x", values: zeros }]]),
  };

  test("animals with and without records have the prediction errors of the equations where nothing else is predicted", () => {
    const fit = fitFormula("wwg ~ 0 + x + (1 | gr(calf, cov = A))", withX, {
      engines: [equationsEngine],
      relationships: { A: pedigree },
      components: { calf: 20, residual: 40 },
    });
    const levels = pedigree.levels;
    const { predictions, se } = predictionTable(
      fit,
      toTable(levels.map((calf) => ({ x: 0, calf: Number(calf) }))),
      { target: "group", ddf: "none" },
    );
    randomEffects(fit).forEach((row, l) => {
      expect(predictions[l]).toBeCloseTo(row.estimate, 9);
      expect(se[l]).toBeCloseTo(row.se!, 9);
    });
  });

  test("fixed groups of a pedigree are part of a prediction and of its error", () => {
    const { relationship } = pedigreeRelationship(
      buildPedigree(read("calves-groups-pedigree.csv"), { groups: ["G1", "G2"] }),
    );
    const fit = fitFormula("wwg ~ 0 + x + (1 | gr(calf, cov = A))", withX, {
      engines: [equationsEngine],
      relationships: { A: relationship },
      components: { calf: 20, residual: 40 },
    });
    const effects = randomEffects(fit);
    const { predictions, se } = predictionTable(
      fit,
      toTable(effects.map(({ level }) => ({ x: 0, calf: level }))),
      { target: "group", ddf: "none" },
    );
    effects.forEach((row, l) => {
      expect(predictions[l]).toBeCloseTo(row.estimate, 8);
      expect(se[l]).toBeCloseTo(row.se!, 8);
    });
  });

  test("two traits with missing records: errors of means plus effects are those of dense matrices", () => {
    const missing = read("calves-missing.csv");
    const known = {
      calf: [
        [20, 18],
        [18, 40],
      ],
      residual: [
        [40, 11],
        [11, 30],
      ],
    };
    const { relationship } = pedigreeRelationship(buildPedigree(read("calves-missing-pedigree.csv")));
    const fit = fitFormula("mvbind(wwg, pwg) ~ 0 + sex + (1 | gr(calf, cov = A))", missing, {
      engines: [equationsEngine],
      relationships: { A: relationship },
      components: known,
    });
    const rows = [
      { sex: "F", calf: 4 },
      { sex: "M", calf: 1 },
    ];
    const sexes = fit.design!.recipe.traits![0]!.fixed.length;
    expect(sexes).toBe(1);
    const table = predictionTable(fit, toTable(rows), { target: "group", ddf: "none" });
    const V = denseVariance(fit.model, naturalCovariances(fit));
    const W = invert(V).inverse;
    const n = fit.nobs;
    const p = fit.beta.length;
    const X = Array.from({ length: n }, (_, i) =>
      Array.from({ length: p }, (_, j) => fit.model.fixed.matrix.values[i + j * n]!),
    );
    const C = invert(multiply(transpose(X), multiply(W, X))).inverse;
    const K = relationshipMatrix(fit.model, 0);
    const traits = fit.model.traits!;
    const levelOf = (r: number): number =>
      fit.model.random[0]!.incidence![traits.trait[r]!]!.find(({ codes }) => codes[r]! >= 0)!.codes[r]!;
    const names = fit.model.fixed.names;
    for (let t = 0; t < 2; t++) {
      rows.forEach(({ sex, calf }, i) => {
        const level = relationship.levels.indexOf(String(calf));
        const x = names.map((name, j) => Number(name === `sex${sex}` && traits.fixedTrait[j] === t));
        expect(x.reduce((a, b) => a + b, 0)).toBe(1);
        const c = Array.from({ length: n }, (_, r) => [
          known.calf[traits.trait[r]!]![t]! * K[levelOf(r)]![level]!,
        ]);
        const Wc = multiply(W, c);
        const d = x.map((value, j) => [value - X.reduce((sum, row, r) => sum + row[j]! * Wc[r]![0]!, 0)]);
        const variance =
          known.calf[t]![t]! * K[level]![level]! -
          multiply(transpose(c), Wc)[0]![0]! +
          multiply(transpose(d), multiply(C, d))[0]![0]!;
        expect(table.se[t * 2 + i]! ** 2).toBeCloseTo(variance, 8);
      });
    }
    const observation = predictionTable(fit, toTable(rows), {
      target: "group",
      ddf: "none",
      interval: "prediction",
    });
    [40, 40, 30, 30].forEach((residual, i) => {
      expect(observation.se[i]! ** 2 - table.se[i]! ** 2).toBeCloseTo(residual, 8);
    });
  });

  test("the uncertainty of estimated variances of related animals is that of dense matrices", () => {
    const fit = fitFormula("gain ~ 0 + sex + (1 | gr(calf, cov = A))", read("gains.csv"), {
      engines: [equationsEngine],
      relationships: { A: pedigree },
    });
    const { values, covariance, at } = varianceParametersOf(fit);
    const { model } = fit;
    const n = fit.nobs;
    const p = fit.beta.length;
    const X = Array.from({ length: n }, (_, i) =>
      Array.from({ length: p }, (_, j) => model.fixed.matrix.values[i + j * n]!),
    );
    const K = relationshipMatrix(model, 0);
    const x = [[1], [0]];
    const level = pedigree.levels.indexOf("7");
    /** y-weights of the prediction of a calf of the first sex */
    const lambda = (psi: Float64Array): number[] => {
      const parts = at(psi);
      const W = invert(denseVariance(model, parts)).inverse;
      const C = invert(multiply(transpose(X), multiply(W, X))).inverse;
      const c = Array.from({ length: n }, (_, r) => [
        parts.random[0]!.values[0]! * K[model.random[0]!.codes[r]!]![level]!,
      ]);
      const Wc = multiply(W, c);
      const XWc = multiply(transpose(X), Wc);
      const own = multiply(
        multiply(W, X),
        multiply(
          C,
          x.map((v, j) => [v[0]! - XWc[j]![0]!]),
        ),
      );
      return own.map((v, i) => v[0]! + Wc[i]![0]!);
    };
    const V = denseVariance(model, at(values));
    const slopes = Array.from(values, (value, a) => {
      const h = 1e-4 * Math.max(1e-3, Math.abs(value));
      const up = values.slice();
      const down = values.slice();
      up[a] = value + h;
      down[a] = value - h;
      const low = lambda(down);
      return lambda(up).map((v, i) => (v - low[i]!) / (2 * h));
    });
    let g3 = 0;
    const q = values.length;
    slopes.forEach((da, a) => {
      slopes.forEach((db, b) => {
        g3 += covariance.values[a + b * q]! * multiply([da], multiply(V, transpose([db])))[0]![0]!;
      });
    });
    const sex = fit.model.fixed.names[0]!.replace("sex", "");
    const row = toTable([{ sex, calf: 7 }]);
    const plain = predictionTable(fit, row, { target: "group", ddf: "none" }).se[0]!;
    const more = predictionTable(fit, row, { target: "group", ddf: "none", thetaUncertainty: true }).se[0]!;
    expect(fit.covariances[0]!.values[0]).toBeGreaterThan(0.01);
    expect((more ** 2 - plain ** 2) / (2 * g3)).toBeCloseTo(1, 4);
  });

  test("a new animal is an unrelated one that is not inbred", () => {
    const fit = fitFormula("wwg ~ 0 + sex + (1 | gr(calf, cov = A))", calves, {
      engines: [equationsEngine],
      relationships: { A: pedigree },
      components: { calf: 20, residual: 40 },
    });
    const row = toTable([{ sex: "M" }]);
    const fresh = predictionTable(fit, row, { target: "new-group", ddf: "none" }).se[0]!;
    const mean = predictionTable(fit, row, { ddf: "none" }).se[0]!;
    expect(fresh ** 2 - mean ** 2).toBeCloseTo(20, 9);
  });
});

describe("Kenward and Roger", () => {
  const table = tableOf("machinesMissing");
  const fit = fitFormula("score ~ Machine + (1 | Worker) + (1 | Worker:Machine)", table);

  test("their covariance and degrees of freedom are those of the mean", () => {
    const { se, df, ddf } = predictionTable(fit, toTable([{ Machine: "A" }]), { ddf: kenwardRoger });
    const [intercept] = coefficientTable(fit, { ddf: kenwardRoger }).rows;
    expect(ddf).toBe("kenward-roger");
    expect(se[0]).toBeCloseTo(intercept!.se!, 10);
    expect(df[0]).toBeCloseTo(intercept!.df!, 8);
  });

  test("with group effects standard errors have the uncertainty of the variances, and a note says so", () => {
    const rows = toTable([{ Machine: "A", Worker: 1 }]);
    const adjusted = predictionTable(fit, rows, { target: "group", ddf: kenwardRoger });
    const plain = predictionTable(fit, rows, { target: "group", thetaUncertainty: true });
    expect(adjusted.se).toEqual(plain.se);
    expect(adjusted.notes.map(({ code }) => code)).toContain("inference/prediction-ddf");
  });

  test("the mean with the uncertainty of the variances is near Kenward and Roger's", () => {
    const rows = toTable([{ Machine: "A" }, { Machine: "B" }]);
    const own = predictionTable(fit, rows, { thetaUncertainty: true }).se;
    const theirs = predictionTable(fit, rows, { ddf: kenwardRoger }).se;
    // observed information here, expected information there
    own.forEach((se, i) => {
      expect(Math.abs(se! / theirs[i]! - 1)).toBeLessThan(0.01);
    });
  });
});
