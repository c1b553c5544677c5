// NIST StRD one-way analysis of variance: correct digits of F through `y ~ factor(treatment)`, and of the closed-form
// REML answers of the balanced design through `y ~ 1 + (1 | treatment)`: sigma2 = MSW, tau2 = (MSB - MSW) / r.
import { afterAll, describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { anovaTable } from "../../src/inference/anova.ts";
import { logRelativeError, lreTable, nistSets, nistTable, skippedNote } from "./lre.ts";

interface AnovaSet {
  readonly name: string;
  readonly certified: Readonly<Record<"ss_between" | "ss_within" | "residual_sd" | "F", string>>;
  readonly exact: { readonly F: string };
  readonly reml_oracle: { readonly sigma2: string; readonly tau2: string; readonly beta0: string };
}

/** Digits that must be right; SmLs07-09 lose the rest in the conversion of their data to double precision (F: 4.17). */
const wanted: Readonly<Record<string, number>> = {
  SmLs01: 12,
  SmLs02: 12,
  SmLs03: 12,
  SmLs04: 9,
  SmLs05: 9,
  SmLs06: 9,
  SmLs07: 4,
  SmLs08: 4,
  SmLs09: 4,
  SiRstv: 10,
  AtmWtAg: 8,
};
/** Exact arithmetic on the data as rounded to double precision gives no more: a ceiling below the digits wanted. */
const varianceCeiling: Readonly<Record<string, number>> = { SmLs08: 3.92, SmLs09: 3.91 };
const sets = nistSets<AnovaSet>("anova");
const rows: [string, ...number[]][] = [];

afterAll(() => {
  if (rows.length > 0) console.log(lreTable(rows, ["LRE", "F", "sd", "sigma2", "tau2", "beta0"]));
});

if (sets.length === 0) it.skip(`NIST one-way analysis of variance${skippedNote}`, () => undefined);

describe.each(sets.map((set) => [set.name, set] as const))("%s", (name, set) => {
  const digits = wanted[name]!;
  const table = nistTable("anova", name);
  const fixed = fitFormula("y ~ factor(treatment)", table);
  const random = fitFormula("y ~ 1 + (1 | treatment)", table, { method: "REML" });
  const f = anovaTable(fixed, { type: "I" }).rows.find(({ term }) => term === "factor(treatment)")!.F!;
  const tau2 = Number(set.reml_oracle.tau2);
  const lre = {
    F: logRelativeError(f, Number(set.exact.F)),
    sd: logRelativeError(fixed.sigma, Number(set.certified.residual_sd)),
    sigma2: logRelativeError(random.sigma ** 2, Number(set.reml_oracle.sigma2)),
    tau2: logRelativeError(random.covariances[0]!.values[0]!, tau2),
    beta0: logRelativeError(random.beta[0]!, Number(set.reml_oracle.beta0)),
  };
  rows.push([name, lre.F, lre.sd, lre.sigma2, lre.tau2, lre.beta0]);

  it(`has ${digits} digits of F and of the residual standard deviation`, () => {
    expect(lre.F).toBeGreaterThanOrEqual(digits);
    expect(lre.sd).toBeGreaterThanOrEqual(digits);
  });

  it(`has ${digits} digits of the closed-form REML answers, or all that the data hold`, () => {
    expect(random.convergence.converged).toBe(true);
    expect(lre.sigma2).toBeGreaterThanOrEqual(digits);
    expect(lre.tau2).toBeGreaterThanOrEqual(Math.min(digits, (varianceCeiling[name] ?? 15) - 0.02));
    expect(lre.beta0).toBeGreaterThanOrEqual(digits);
  });
});
