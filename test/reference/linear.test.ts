// Linear models against R's lm: no search, so nearly every digit must agree.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ContrastName } from "../../src/design/contrasts.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { anovaTable } from "../../src/inference/anova.ts";
import { coefficientTable } from "../../src/inference/coefficients.ts";
import { fittedValues } from "../../src/predict/fittedValues.ts";
import { hashOf, type ReferenceSource, referenceTable } from "./referenceCase.ts";

interface LinearCase {
  readonly name: string;
  readonly formula: string;
  readonly data: string;
  readonly options: {
    readonly weights?: string;
    readonly contrasts?: Readonly<Record<string, ContrastName>>;
    readonly reference?: Readonly<Record<string, string>>;
    readonly factors?: readonly string[];
  };
  readonly nobs: number;
  readonly sigma: number;
  readonly logLik: number;
  readonly AIC: number;
  readonly BIC: number;
  /** aliased ones included, with null estimate */
  readonly terms: readonly string[];
  readonly estimates: readonly (number | null)[];
  readonly se: readonly (number | null)[];
  readonly anova: {
    readonly terms: readonly string[];
    readonly df: readonly number[];
    readonly sumSq: readonly number[];
    readonly F: readonly number[];
    readonly p: readonly number[];
  };
  readonly fittedHead: readonly number[];
}

const file = JSON.parse(readFileSync(new URL("linear.json", import.meta.url), "utf8")) as {
  readonly source: ReferenceSource;
  readonly cases: readonly LinearCase[];
};
const relative = (ours: number, theirs: number): number =>
  Math.abs(ours - theirs) / Math.max(1e-300, Math.abs(theirs));

it("the linear reference cases come from the committed script", () => {
  for (const [script, hash] of Object.entries(file.source.scripts))
    expect(hash, script).toBe(hashOf(`generate/${script}`));
});

describe.each(file.cases.map((reference) => [reference.name, reference] as const))(
  "lm, %s",
  (_name, reference) => {
    const fit = fitFormula(reference.formula, referenceTable(reference.data), reference.options);

    it("has R's coefficients, standard errors and aliased columns", () => {
      expect(fit.nobs).toBe(reference.nobs);
      const { rows } = coefficientTable(fit);
      expect(rows.map(({ name }) => name)).toEqual(reference.terms);
      rows.forEach(({ name, estimate, se }, j) => {
        const theirs = reference.estimates[j]!;
        if (theirs === null) {
          expect([estimate, se], name).toEqual([null, null]);
          return;
        }
        expect(Math.abs(estimate! - theirs) / reference.se[j]!, name).toBeLessThan(1e-10);
        expect(relative(se!, reference.se[j]!), `se of ${name}`).toBeLessThan(1e-10);
      });
    });

    it("has R's sigma, likelihood and information criteria", () => {
      expect(relative(fit.sigma, reference.sigma)).toBeLessThan(1e-11);
      expect(relative(fit.logLik, reference.logLik)).toBeLessThan(1e-11);
      expect(relative(fit.AIC, reference.AIC)).toBeLessThan(1e-11);
      expect(relative(fit.BIC, reference.BIC)).toBeLessThan(1e-11);
    });

    it("has R's sequential analysis of variance", () => {
      const { rows } = anovaTable(fit, { type: "I" });
      const tested = rows.filter(({ numDF }) => numDF > 0);
      expect(tested.map(({ term }) => term)).toEqual(reference.anova.terms);
      tested.forEach((row, i) => {
        expect(row.numDF, row.term).toBe(reference.anova.df[i]);
        expect(relative(row.sumSq!, reference.anova.sumSq[i]!), row.term).toBeLessThan(1e-9);
        expect(relative(row.F!, reference.anova.F[i]!), row.term).toBeLessThan(1e-9);
        expect(relative(row.p!, reference.anova.p[i]!), row.term).toBeLessThan(1e-8);
      });
    });

    it("has R's fitted values", () => {
      const values = fittedValues(fit);
      reference.fittedHead.forEach((theirs, i) => {
        expect(Math.abs(values[i]! - theirs) / reference.sigma).toBeLessThan(1e-10);
      });
    });
  },
);
