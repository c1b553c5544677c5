// NIST StRD linear regression: correct digits of estimates, standard errors, residual standard deviation and F,
// against the exact values (rational arithmetic on the decimal data, 40 digits).
import { afterAll, describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { anovaTable } from "../../src/inference/anova.ts";
import { variationExplained } from "../../src/predict/variationExplained.ts";
import { logRelativeError, lreTable, nistSets, nistTable, skippedNote, worst } from "./lre.ts";

interface RegressionSet {
  readonly name: string;
  readonly model: string;
  readonly certified: { readonly anova: readonly (readonly string[])[] };
  readonly exact: {
    readonly beta: readonly string[];
    readonly se: readonly string[];
    readonly residual_sd: string;
  };
}

/** Digits that must be right. */
const wanted: Readonly<Record<string, number>> = {
  Norris: 10,
  Pontius: 10,
  NoInt1: 10,
  NoInt2: 10,
  Longley: 10,
  Wampler1: 8,
  Wampler2: 8,
  Wampler3: 8,
  Wampler4: 8,
  Wampler5: 8,
  Filip: 7,
};
const sets = nistSets<RegressionSet>("lls");
const rows: [string, ...number[]][] = [];

afterAll(() => {
  if (rows.length > 0) console.log(lreTable(rows, ["LRE", "beta", "se", "sd", "F", "sumSq"]));
});

if (sets.length === 0) it.skip(`NIST linear regression${skippedNote}`, () => undefined);

describe.each(sets.map((set) => [set.name, set] as const))("%s", (name, set) => {
  const digits = wanted[name]!;
  const fit = fitFormula(set.model, nistTable("lls", name));
  const p = fit.beta.length;
  const se = Array.from(fit.beta, (_, j) => fit.sigma * Math.sqrt(fit.unscaledCovariance.values[j + j * p]!));
  // certified to 15 digits; infinite where the residual is exactly zero
  const certifiedF = set.certified.anova[0]!.at(-1)!;
  const f = variationExplained(fit)!.statistic;
  const sequential = anovaTable(fit, { type: "I" }).rows.reduce((sum, row) => sum + row.sumSq!, 0);
  const exactF = Number(certifiedF);
  const lre = {
    beta: worst(fit.beta, set.exact.beta),
    se: worst(se, set.exact.se),
    sd: logRelativeError(fit.sigma, Number(set.exact.residual_sd)),
    // an infinite F is reached to as many digits as the residual is zero
    sumSq: logRelativeError(sequential, Number(set.certified.anova[0]![2])),
    F: Number.isFinite(exactF) ? logRelativeError(f!, exactF) : logRelativeError(f === null ? 0 : 1 / f, 0),
  };
  rows.push([name, lre.beta, lre.se, lre.sd, lre.F, lre.sumSq]);

  it(`keeps every column and has ${digits} digits of the estimates`, () => {
    expect(fit.design!.coefficients.every(({ column }) => column >= 0)).toBe(true);
    expect(lre.beta).toBeGreaterThanOrEqual(digits);
  });

  it(`has ${digits} digits of the standard errors and the residual standard deviation`, () => {
    expect(lre.se).toBeGreaterThanOrEqual(digits);
    expect(lre.sd).toBeGreaterThanOrEqual(digits);
  });

  it(`has ${digits} digits of F`, () => {
    expect(lre.F).toBeGreaterThanOrEqual(digits);
  });

  it(`has ${digits} digits of the sum of squares of the sequential analysis of variance`, () => {
    expect(lre.sumSq).toBeGreaterThanOrEqual(digits);
  });
});
