import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type CoefficientLine,
  coefficientText,
  correlationText,
} from "../../../src/report/coefficientText.ts";
import { residualQuartiles } from "../../../src/report/residualText.ts";
import { comparisonText, linearAnovaText, mixedAnovaText } from "../../../src/report/testText.ts";
import { textTable } from "../../../src/report/textTable.ts";
import { varianceText } from "../../../src/report/varianceText.ts";

interface MixedFit {
  names: string[];
  coefficients: number[][];
  vcov: number[][];
  variances: { group: string; terms: string[]; covariance: number[][] }[];
  sigma: number;
  residuals: number[];
}

/** Full-precision values and printed text, both from R: test/golden/generate/printedTables.R */
const folder = new URL("../../golden/r/", import.meta.url);
const reference = JSON.parse(readFileSync(new URL("numberFormats.json", folder), "utf8")) as {
  fits: Record<string, MixedFit>;
  linearFits: Record<string, { names: string[]; coefficients: number[][] }>;
  anovas: Record<string, (number | "NA")[][]>;
  comparison: Record<string, (number | "NA")[]>;
};
const printed = (name: string): string[] =>
  readFileSync(new URL(`${name}.txt`, folder), "utf8")
    .split("\n")
    .map((line) => line.trimEnd());
/** The lines under a heading up to the next empty line. */
const section = (name: string, heading: string): string[] => {
  const lines = printed(name);
  const start = lines.findIndex((line) => line.startsWith(heading)) + 1;
  const length = lines.slice(start).findIndex((line) => line === "" || line.startsWith("Number of obs"));
  return lines.slice(start, length < 0 ? undefined : start + length);
};
const coefficientLine = (name: string, [estimate, se, df, statistic, p]: number[]): CoefficientLine => ({
  name,
  estimate: estimate!,
  se: se!,
  df: df!,
  statistic: statistic!,
  p: p!,
  interval: null,
});

describe.each(Object.entries(reference.fits))("sections of the summary of %s", (name, fit) => {
  it("prints fixed effects as lmerTest", () => {
    const lines = fit.names.map((term, i) => coefficientLine(term, fit.coefficients[i]!));
    expect(coefficientText(lines, { digits: 4, dfColumn: true, statistic: "t", level: null })).toEqual(
      section(name, "Fixed effects:"),
    );
  });

  it("prints variances as lme4", () => {
    const components = fit.variances.map(({ group, terms, covariance }) => {
      const sd = covariance.map((row, i) => Math.sqrt(row[i]!));
      const corr = covariance.map((row, i) => row.map((entry, j) => entry / (sd[i]! * sd[j]!)));
      return { component: group, group, structure: "us", levels: 1, terms, cov: covariance, sd, corr };
    });
    const { sigma } = fit;
    const residual = { component: "Residual", group: "Residual", structure: "us", levels: 0, terms: [""] };
    const all = [...components, { ...residual, cov: [[sigma ** 2]], sd: [sigma], corr: [[1]] }];
    expect(varianceText(all, 4)).toEqual(section(name, "Random effects:"));
  });

  it("prints the quartiles of scaled residuals as lme4", () => {
    expect(residualQuartiles(Float64Array.from(fit.residuals), 4)).toEqual(
      section(name, "Scaled residuals:"),
    );
  });

  it.skipIf(fit.names.length === 1 || fit.names.length > 12)(
    "prints correlations of fixed effects as lme4",
    () => {
      const { vcov } = fit;
      const lines = correlationText(
        fit.names,
        (i, j) => vcov[i]![j]! / Math.sqrt(vcov[i]![i]! * vcov[j]![j]!),
      );
      expect(lines).toEqual(section(name, "Correlation of Fixed Effects:"));
    },
  );
});

describe.each(Object.entries(reference.linearFits))("coefficients of the linear model %s", (name, fit) => {
  it("are printed as by lm", () => {
    const lines = fit.names.map((term, i): CoefficientLine => {
      const [estimate, se, statistic, p] = fit.coefficients[i]!;
      return coefficientLine(term, [estimate!, se!, 0, statistic!, p!]);
    });
    expect(coefficientText(lines, { digits: 4, dfColumn: false, statistic: "t", level: null })).toEqual(
      section(name, "Coefficients:"),
    );
  });
});

const orNull = (x: number | "NA" | undefined): number | null => (typeof x === "number" ? x : null);

describe("tables of tests", () => {
  it.each(["cake-anova", "sleepstudy-anova"])("prints the F tests of %s as lmerTest", (name) => {
    const terms = name === "cake-anova" ? ["recipe", "temperature", "recipe:temperature"] : ["Days"];
    const lines = reference.anovas[name]!.map(([sumOfSquares, , numDF, denDF, statistic, p], i) => ({
      term: terms[i]!,
      sumOfSquares: orNull(sumOfSquares),
      numDF: Number(numDF),
      denDF: orNull(denDF),
      statistic: orNull(statistic),
      p: orNull(p),
    }));
    expect(mixedAnovaText(lines)).toEqual(printed(name).slice(1, -1));
  });

  it("prints the sequential table of a linear model as lm", () => {
    const terms = ["Days", "Subject", "Residuals"];
    const lines = reference.anovas["sleepstudy-linear-anova"]!.map(
      ([df, sumOfSquares, , statistic, p], i) => ({
        term: terms[i]!,
        sumOfSquares: orNull(sumOfSquares),
        numDF: Number(df),
        denDF: null,
        statistic: orNull(statistic),
        p: orNull(p),
      }),
    );
    expect(linearAnovaText(lines)).toEqual(printed("sleepstudy-linear-anova").slice(3, -1));
  });

  it("prints likelihood-ratio tests as lme4", () => {
    const value = (column: string, i: number): number | null => orNull(reference.comparison[column]![i]);
    const lines = ["m0", "m1"].map((name, i) => ({
      name,
      npar: value("npar", i)!,
      AIC: value("AIC", i)!,
      BIC: value("BIC", i)!,
      logLik: value("logLik", i)!,
      deviance: value("deviance", i)!,
      chisq: value("Chisq", i),
      df: value("Df", i),
      p: value("Pr(>Chisq)", i),
    }));
    expect(comparisonText(lines)).toEqual(printed("sleepstudy-comparison").slice(4, -1));
  });
});

describe("coefficient table", () => {
  it("shows confidence limits at the end of the line and NA for aliased coefficients", () => {
    const table = coefficientText(
      [
        { name: "a", estimate: 1.25, se: 0.5, df: 10, statistic: 2.5, p: 0.03145, interval: [0.1359, 2.364] },
        { name: "b", estimate: null, se: null, df: null, statistic: null, p: null, interval: null },
      ],
      { digits: 4, dfColumn: true, statistic: "t", level: 0.9 },
    );
    expect(table).toEqual([
      "  Estimate Std. Error    df t value Pr(>|t|)  5 % 95 %",
      "a     1.25       0.50 10.00     2.5   0.0314 0.14 2.36",
      "b       NA         NA    NA      NA       NA   NA   NA",
    ]);
  });
});

describe("textTable", () => {
  it("has room for more lines than a function call has arguments", () => {
    const cells = Array.from({ length: 300_000 }, (_, i) => String(i));
    expect(textTable([{ heading: "i", cells, align: "right" }]).at(-1)).toBe("299999");
  });
});
