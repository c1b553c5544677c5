import { describe, expect, it } from "vitest";
import { dropTests } from "../../../src/inference/dropTests.ts";
import { kenwardRoger } from "../../../src/inference/kenwardRoger.ts";
import { type RanovaRow, ranova } from "../../../src/inference/ranova.ts";
import { stepwise } from "../../../src/inference/stepwise.ts";
import {
  type FixedReference,
  fitCase,
  type RandomReference,
  reference,
  tableOf,
} from "./varianceReference.ts";

/** lmerTest writes (1 + x | g) where we write (x | g), and orders the factors of an interaction by itself. */
function plain(term: string): string {
  return term.replace("(1 + ", "(");
}

function expectRandom(
  actual: Pick<RanovaRow, "term" | "npar" | "logLik" | "LRT" | "df" | "p">,
  expected: RandomReference,
): void {
  expect(actual.term ?? "<none>").toBe(plain(expected.term));
  expect(actual.npar).toBe(expected.npar);
  expect(actual.logLik).toBeCloseTo(expected.logLik, 6);
  if (expected.LRT === null) return;
  expect(actual.LRT!).toBeCloseTo(Math.max(0, expected.LRT), 5);
  expect(actual.df).toBe(expected.df);
  expect(Math.abs(actual.p! / expected.p! - 1)).toBeLessThan(1e-4);
}

/** `ddf` of lmerTest come from a numeric Hessian: good to about 1e-4. */
function expectFixed(
  actual: {
    readonly term: string;
    readonly F: number | null;
    readonly numDF: number;
    readonly denDF: number | null;
    readonly sumSq: number | null;
    readonly p: number | null;
  },
  expected: FixedReference,
): void {
  expect(actual.term).toBe(expected.term);
  expect(actual.numDF).toBe(expected.numDF);
  expect(Math.abs(actual.F! / expected.F - 1)).toBeLessThan(1e-5);
  expect(Math.abs(actual.sumSq! / expected.sumSq - 1)).toBeLessThan(1e-5);
  expect(Math.abs(actual.denDF! / expected.denDF - 1)).toBeLessThan(1e-3);
  expect(Math.abs(actual.p! / expected.p - 1)).toBeLessThan(2e-3);
}

describe("beside lmerTest", () => {
  for (const expected of reference.tests) {
    const { fit, table, options } = fitCase(expected);

    it(`ranova gives the likelihood ratios of ${expected.formula}`, () => {
      const { rows, criterion } = ranova(fit, table, options);
      expect(criterion).toBe("REML");
      expect(rows.length).toBe(expected.ranova.length);
      for (const [i, row] of rows.entries()) expectRandom(row, expected.ranova[i]!);
    });

    it(`drop1 gives the F tests of ${expected.formula}`, () => {
      const { rows } = dropTests(fit);
      expect(rows.length).toBe(expected.drop1.length);
      for (const [i, row] of rows.entries()) expectFixed(row, expected.drop1[i]!);
      // lmerTest's sums of squares by Kenward and Roger's method are those of the unscaled F
      for (const [i, row] of dropTests(fit, { ddf: kenwardRoger }).rows.entries()) {
        expectFixed(row, { ...expected.kenwardRoger[i]!, sumSq: row.sumSq! });
      }
    });

    it(`step takes the same path from ${expected.formula}`, () => {
      const { random, fixed, formula } = stepwise(fit, table, options);
      expect(random.map((row) => row.eliminated)).toEqual(
        expected.step.random.map((row) => row.eliminated ?? 0),
      );
      for (const [i, row] of random.entries()) expectRandom(row, expected.step.random[i]!);
      expect(fixed.map((row) => [row.term, row.eliminated])).toEqual(
        expected.step.fixed.map((row) => [row.term, row.eliminated]),
      );
      for (const [i, row] of fixed.entries()) expectFixed(row, expected.step.fixed[i]!);
      expect(termsOf(formula)).toEqual(termsOf(expected.step.formula));
    });
  }
});

/** The terms of a formula as a set: R puts interactions behind random terms. */
function termsOf(formula: string): readonly string[] {
  const [left, right] = formula.replaceAll("1 + ", "").split(" ~ ");
  return [left!, ...right!.split(" + ").sort()];
}

describe("the null distribution of a row", () => {
  it("halves the p of one variance, and mixes two distributions for a slope", () => {
    const penicillin = fitCase({ data: "Pastes", formula: "strength ~ 1 + (1 | batch) + (1 | sample)" });
    const [, batch] = ranova(penicillin.fit, penicillin.table).rows;
    expect(batch!.pMixture).toBeCloseTo(batch!.p! / 2, 12);
    const sleep = fitCase({ data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)" });
    const [, days] = ranova(sleep.fit, sleep.table).rows;
    expect(days!.nullDistribution).toEqual({
      exact: true,
      parts: [
        { df: 1, weight: 0.5 },
        { df: 2, weight: 0.5 },
      ],
    });
    expect(days!.pMixture!).toBeLessThan(days!.p!);
  });

  it("is that of semidefinite matrices where several correlated effects go at once", () => {
    const machines = fitCase({ data: "Machines", formula: "score ~ Machine + (Machine | Worker)" });
    const [, row] = ranova(machines.fit, machines.table).rows;
    expect(row!.nullDistribution!.parts.map(({ df }) => df)).toEqual([2, 3, 4, 5]);
    expect(row!.nullDistribution!.exact).toBe(false);
  });

  it("is unknown for a structure whose correlation goes with its variance, and a note says so", () => {
    const { fit, table, options } = fitCase({
      data: "Machines",
      formula: "score ~ Machine + homcs(0 + Machine | Worker)",
    });
    const { rows, notes } = ranova(fit, table, options);
    expect(rows[1]).toMatchObject({ term: "homcs(0 + Machine | Worker)", df: 2, pMixture: null });
    expect(notes.map(({ code }) => code)).toContain("inference/unknown-null");
  });
});

describe("backward elimination", () => {
  const model = {
    data: "TVbo",
    formula: "Coloursaturation ~ TVset * Picture + (1 | Assessor:TVset) + (1 | Assessor)",
  };

  it("keeps what it is told to keep, and refuses names that are no terms", () => {
    const { fit, table, options } = fitCase(model);
    const kept = stepwise(fit, table, { ...options, keep: ["(1 | Assessor)"] });
    expect(kept.formula).toContain("(1 | Assessor)");
    expect(() => stepwise(fit, table, { ...options, keep: ["Assesor"] })).toThrow(/no term 'Assesor'/);
    expect(() => stepwise(fit, table, { ...options, alphaFixed: 5 })).toThrow(/between 0 and 1/);
  });

  it("goes on with a linear model when no random term is left", () => {
    const table = tableOf("Dyestuff2");
    const { fit } = fitCase({ data: "Dyestuff2", formula: "Yield ~ 1 + (1 | Batch)" });
    const { formula, fit: last, random } = stepwise(fit, table);
    expect(formula).toBe("Yield ~ 1");
    expect(last.model.random).toEqual([]);
    expect(random[1]).toMatchObject({ term: "(1 | Batch)", LRT: 0, p: 1, pMixture: 1, eliminated: 1 });
  });

  it("stops when asked and says so", () => {
    const { fit, table, options } = fitCase(model);
    const { notes } = stepwise(fit, table, { ...options, onRound: ({ round }) => round < 2 });
    expect(notes.map(({ code }) => code)).toContain("inference/step-cancelled");
  });

  it("says that tests after a selection are optimistic", () => {
    const { fit, table, options } = fitCase(model);
    expect(stepwise(fit, table, options).notes.map(({ code }) => code)).toContain(
      "inference/after-selection",
    );
  });
});
