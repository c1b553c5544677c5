import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { type AnovaTable, anovaTable } from "../../src/inference/anova.ts";
import { betweenWithin } from "../../src/inference/betweenWithin.ts";
import { coefficientTable } from "../../src/inference/coefficients.ts";
import { type DenominatorMethod, denominatorOf } from "../../src/inference/denominator.ts";
import { kenwardRoger } from "../../src/inference/kenwardRoger.ts";
import { waldTest } from "../../src/inference/waldTest.ts";
import { choleskyInPlace, solveCholesky } from "../../src/linalg/smallCholesky.ts";
import { readDelimited } from "../../src/table/readDelimited.ts";

/** Written by test/reference/generate/smallSample.R: lmerTest, pbkrtest, car and nlme at lme4's polished optimum. */
interface Reference {
  readonly mixed: Readonly<Record<string, MixedReference>>;
  readonly within: Readonly<Record<string, WithinReference>>;
}
type Method = "satterthwaite" | "kenward-roger";
interface TermReference {
  readonly term: string;
  readonly numDF: number;
  readonly denDF: number | null;
  readonly F: number | null;
  readonly p: number | null;
}
interface Given {
  readonly data: string;
  readonly formula: string;
  readonly factors: readonly string[];
  readonly subset: string | null;
}
interface MixedReference extends Given {
  readonly contrasts: Readonly<Record<string, "sum" | "helmert">> | null;
  readonly singular: boolean;
  readonly logLik: number;
  readonly coefficients: Readonly<
    Record<
      Method,
      readonly { name: string; estimate: number; se: number; df: number; t: number; p: number }[]
    >
  >;
  readonly anova?: Readonly<Record<Method, Readonly<Record<"I" | "II" | "III", readonly TermReference[]>>>>;
  readonly adjusted: readonly (readonly number[])[];
  readonly car?: Readonly<Record<string, readonly TermReference[]>>;
  readonly hypothesis?: {
    readonly rows: readonly (readonly number[])[];
    readonly rhs: readonly number[];
  } & Readonly<Record<Method, { numDF: number; denDF: number; F: number; p: number }>>;
}
interface WithinReference extends Given {
  readonly coefficients: Readonly<Record<string, number>>;
  readonly terms: Readonly<Record<string, number>>;
}

const data = (name: string): URL => new URL(`data/${name}`, import.meta.url);
const reference = JSON.parse(readFileSync(data("smallSample.json"), "utf8")) as Reference;
const rules: Readonly<Record<Method, DenominatorMethod>> = {
  satterthwaite: "satterthwaite",
  "kenward-roger": kenwardRoger,
};

/** R's conditions in our notation. */
function fitted(
  { data: name, formula, factors, subset }: Given,
  contrasts: MixedReference["contrasts"] = null,
): FitResult {
  const { table } = readDelimited(readFileSync(data(`${name}.csv`)));
  return fitFormula(formula, table, {
    factors: [...factors],
    ...(subset === null ? {} : { subset }),
    ...(contrasts === null ? {} : { contrasts }),
  });
}

function expectNear(own: number | null, expected: number | null, tolerance: number, what: string): void {
  if (expected === null) {
    expect(own, what).toBeNull();
    return;
  }
  expect(own, what).not.toBeNull();
  expect(Math.abs(own! - expected) / Math.max(1e-12, Math.abs(expected)), what).toBeLessThan(tolerance);
}

/** p moves with t, and the farther out in the tail the more. */
const ofP = (p: number): number => 1e-5 * (1 - Math.log(Math.max(p, 1e-300)));

const methods = ["satterthwaite", "kenward-roger"] as const;
const types = ["I", "II", "III"] as const;

/**
 * Degrees of freedom of our exact derivatives beside lmerTest's numerical ones, and those of pbkrtest. Fai and Cornelius'
 * degrees of freedom of several contrasts depend on the rows, and lmerTest's types II and III turn theirs where nothing
 * contains the term, so that those of machines-missing differ in the fifth digit.
 */
const ofDegrees: Readonly<Record<Method, number>> = { satterthwaite: 5e-6, "kenward-roger": 1e-6 };
const ofTables: Readonly<Record<Method, number>> = { satterthwaite: 2e-5, "kenward-roger": 1e-6 };

function expectTable(own: AnovaTable, expected: readonly TermReference[], tolerance: number): void {
  for (const { term, numDF, denDF, F, p } of expected) {
    const row = own.rows.find((candidate) => candidate.term === term);
    expect(row?.numDF, term).toBe(numDF);
    expectNear(row!.denDF, denDF, tolerance, `denDF of ${term}`);
    expectNear(row!.F, F, 2e-6, `F of ${term}`);
    expectNear(row!.p, p, ofP(p!), `p of ${term}`);
  }
}

describe.each(Object.entries(reference.mixed))("%s", (name, expected) => {
  const fit = fitted(expected, expected.contrasts);

  it("has lme4's optimum", () => {
    expect(Math.abs(fit.logLik - expected.logLik)).toBeLessThan(1e-8);
  });

  it.each(methods)("has the coefficients of lmerTest with ddf %s", (method) => {
    const own = coefficientTable(fit, { ddf: rules[method] }).rows.filter(({ aliased }) => !aliased);
    expect(own.length).toBe(expected.coefficients[method].length);
    expected.coefficients[method].forEach(({ name: coefficient, estimate, se, df, t, p }, i) => {
      const row = own[i]!;
      expect(Math.abs(row.estimate! - estimate), coefficient).toBeLessThan(1e-6 * se);
      expectNear(row.se, se, 1e-6, `se of ${coefficient}`);
      expectNear(row.df, df, ofDegrees[method], `df of ${coefficient}`);
      expect(Math.abs(row.statistic! - t), coefficient).toBeLessThan(1e-6 * (1 + Math.abs(t)));
      expectNear(row.p, p, ofP(p), `p of ${coefficient}`);
    });
  });

  it("has the adjusted covariance of pbkrtest", () => {
    const { values, rows } = denominatorOf(fit, kenwardRoger).covariance;
    const oracle = expected.adjusted;
    oracle.forEach((row, i) => {
      row.forEach((value, j) => {
        const size = Math.sqrt(oracle[i]![i]! * oracle[j]![j]!);
        // the square of standard errors that agree to 1e-6
        expect(Math.abs(values[i + j * rows]! - value)).toBeLessThan(2e-6 * size);
      });
    });
  });

  const tables = expected.anova;
  describe.skipIf(tables === undefined)("tests of terms", () => {
    it.each(types)("of type %s are lmerTest's by either method", (type) => {
      for (const method of methods) {
        expectTable(anovaTable(fit, { type, ddf: rules[method] }), tables![method][type], ofTables[method]);
      }
    });

    it("of car's type II are those of each term freed from the terms that contain it", () => {
      for (const row of expected.car!["2"]!) {
        const test = testOfMargin(fit, row.term);
        expect(test.df, row.term).toBe(row.numDF);
        expectNear(test.denDF, row.denDF, 1e-6, `denDF of ${row.term}`);
        expectNear(test.F, row.F, 2e-6, `F of ${row.term}`);
      }
    });

    it.skipIf(expected.contrasts === null)(
      "of car's type III are ours under contrasts that sum to zero",
      () => {
        expectTable(anovaTable(fit, { type: "III", ddf: kenwardRoger }), expected.car!["3"]!, 1e-6);
      },
    );
  });

  const { hypothesis } = expected;
  it.skipIf(hypothesis === undefined)("has the test of several contrasts against values", () => {
    for (const method of methods) {
      const test = waldTest(fit, hypothesis!.rows, hypothesis!.rhs, { ddf: rules[method] });
      const { numDF, denDF, F, p } = hypothesis![method];
      expect(test.df).toBe(numDF);
      expectNear(test.denDF, denDF, ofTables[method], `denDF of ${name}`);
      expectNear(test.F, F, 2e-6, `F of ${name}`);
      expectNear(test.p, p, ofP(p), `p of ${name}`);
    }
  });
});

/**
 * car's type II of a mixed model: the coefficients of the term, with what their estimates share with those of the terms
 * that contain it (whatever the variables' kind) taken out. lmerTest, and our type II, take it out of the columns of X.
 */
function testOfMargin(fit: FitResult, term: string): ReturnType<typeof waldTest> {
  const { values, rows: p } = denominatorOf(fit, kenwardRoger).covariance;
  const variables = term.split(":");
  const kept = (text: string): number[] =>
    fit
      .design!.fixedTerms.find((candidate) => candidate.text === text)!
      .coefficients.map((c) => fit.design!.coefficients[c]!.column)
      .filter((column) => column >= 0);
  const containing = fit
    .design!.fixedTerms.map(({ text }) => text)
    .filter((text) => text !== term && variables.every((variable) => text.split(":").includes(variable)))
    .flatMap(kept);
  const q = containing.length;
  const shared = Float64Array.from({ length: q * q }, (_, i) => {
    return values[containing[i % q]! + containing[Math.floor(i / q)]! * p]!;
  });
  choleskyInPlace(shared, q);
  const contrasts = kept(term).map((column) => {
    const weights = Float64Array.from(containing, (other) => values[other + column * p]!);
    solveCholesky(shared, q, weights);
    const row = new Array<number>(p).fill(0);
    row[column] = 1;
    containing.forEach((other, k) => {
      row[other] = -weights[k]!;
    });
    return row;
  });
  return waldTest(fit, contrasts, undefined, { ddf: kenwardRoger });
}

describe.each(Object.entries(reference.within))("between-within: %s", (_, expected) => {
  const fit = fitted(expected);

  it("coefficients have the degrees of freedom of nlme's lme", () => {
    const own = coefficientTable(fit, { ddf: betweenWithin }).rows;
    expect(own.map(({ df }) => df)).toEqual(Object.values(expected.coefficients));
  });

  it("terms have the degrees of freedom of nlme's lme", () => {
    const { "(Intercept)": _intercept, ...terms } = expected.terms;
    const own = anovaTable(fit, { ddf: betweenWithin, type: "I" }).rows;
    expect(Object.fromEntries(own.map(({ term, denDF }) => [term, denDF]))).toEqual(terms);
  });
});
