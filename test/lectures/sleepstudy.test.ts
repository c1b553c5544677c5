// Lecture 004 (Futschik, Linear mixed models), sleepstudy. The printed output is that of lme4 0.999375.
import { describe, expect, it } from "vitest";
import { fit as fitFormula, prepareProblem } from "../../src/fit/fit.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { fittedValues } from "../../src/predict/fittedValues.ts";
import { toTable } from "../../src/table/fromObjects.ts";
import type { NumericColumn, Table } from "../../src/table/table.ts";
import { example, expectPrinted, standardErrors, variances } from "./printed.ts";

const table = example("sleepstudy.csv");

/** AIC, BIC, logLik, deviance and REMLdev as the lecture's header line has them. */
function expectHeader(fit: FitResult, header: readonly [string, string, string, string, string]): void {
  const [aic, bic, logLik, deviance, remlCriterion] = header;
  expectPrinted(fit.AIC, aic, "AIC");
  expectPrinted(fit.BIC, bic, "BIC");
  expectPrinted(fit.logLik, logLik, "logLik");
  expectPrinted(fit.deviance, deviance, "deviance");
  const atTheta = prepareProblem(fit.model, fit.method === "ML" ? "ML" : "REML").solve(fit.theta);
  expectPrinted(atTheta.remlCriterion, remlCriterion, "REMLdev");
}

describe("D4 sleepstudy, random intercept by REML", () => {
  const fit = fitFormula("Reaction ~ Days + (1 | Subject)", table, { method: "REML" });

  it("D4 has the printed criteria", () => {
    expectHeader(fit, ["1794", "1807", "-893.2", "1794", "1786"]);
  });

  it("D4 has the printed variances, standard deviations and numbers of observations and groups", () => {
    const [subject, residual] = variances(fit);
    expectPrinted(subject!, "1378.18");
    expectPrinted(Math.sqrt(subject!), "37.124");
    expectPrinted(residual!, "960.46");
    expectPrinted(fit.sigma, "30.991");
    expect([fit.nobs, fit.model.random[0]!.levels.length]).toEqual([180, 18]);
  });

  it("D4 has the printed fixed effects, standard errors and t values", () => {
    const se = standardErrors(fit);
    expectPrinted(fit.beta[0]!, "251.4051");
    expectPrinted(fit.beta[1]!, "10.4673");
    expectPrinted(se[1]!, "0.8042");
    expectPrinted(fit.beta[1]! / se[1]!, "13.02");
    // 9.7459 and 25.80 are printed, 8e-4 and 0.005 off: the old program took the standard errors from the last theta it
    // had tried, not from the one it returned. The printed variances themselves give
    // sqrt((1378.18 + 960.46 * 285 / 825) / 18) = 9.7467.
    expectPrinted(se[0]!, "9.7467");
    expect(Math.abs(se[0]! - 9.7459)).toBeLessThan(1e-3);
    expect(Math.abs(fit.beta[0]! / se[0]! - 25.8)).toBeLessThan(0.01);
  });
});

describe("D5 sleepstudy, random intercept by ML", () => {
  const fit = fitFormula("Reaction ~ Days + (1 | Subject)", table, { method: "ML" });

  it("D5 has the printed criteria", () => {
    expectHeader(fit, ["1802", "1815", "-897", "1794", "1786"]);
  });

  it("D5 has the printed variances and standard deviations", () => {
    const [subject, residual] = variances(fit);
    expectPrinted(subject!, "1296.87");
    expectPrinted(Math.sqrt(subject!), "36.012");
    expectPrinted(residual!, "954.53");
    expectPrinted(fit.sigma, "30.895");
  });

  it("D5 has the printed fixed effects, standard errors and t values", () => {
    const se = standardErrors(fit);
    expectPrinted(fit.beta[0]!, "251.4051");
    expectPrinted(fit.beta[1]!, "10.4673");
    expectPrinted(se[1]!, "0.8017");
    expectPrinted(fit.beta[1]! / se[1]!, "13.06");
    // printed 9.5053 and 26.45, off as in D4; from the printed variances: sqrt((1296.87 + 954.53 * 285 / 825) / 18)
    expectPrinted(se[0]!, "9.5062");
    expect(Math.abs(se[0]! - 9.5053)).toBeLessThan(1e-3);
    expectPrinted(fit.beta[0]! / se[0]!, "26.45");
  });
});

/** ranef of the lecture: subject, intercept, slope. */
const printedModes: readonly (readonly [string, number, number])[] = [
  ["308", 1.51382, 9.3241219],
  ["309", -40.3749105, -8.5997562],
  ["310", -39.1816682, -5.3881596],
  ["330", 24.5182907, -4.9689806],
  ["331", 22.9140346, -3.1941494],
];

describe("D6 sleepstudy, uncorrelated random slope by REML", () => {
  const fit = fitFormula("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", table, { method: "REML" });

  it("D6 has the printed criteria", () => {
    expectHeader(fit, ["1754", "1770", "-871.8", "1752", "1744"]);
  });

  it("D6 has the printed variances and standard deviations", () => {
    const [intercept, slope, residual] = variances(fit);
    expectPrinted(Math.sqrt(intercept!), "25.0513");
    expectPrinted(slope!, "35.858");
    expectPrinted(Math.sqrt(slope!), "5.9882");
    expectPrinted(residual!, "653.584");
    expectPrinted(fit.sigma, "25.5653");
    // printed 627.568; the optimum is 627.56908 and the square of the printed standard deviation is 627.5676
    expectPrinted(intercept!, "627.569");
    expectPrinted(intercept!, "627.57");
  });

  it("D6 has the printed fixed effects, standard errors and t values", () => {
    const se = standardErrors(fit);
    expectPrinted(fit.beta[0]!, "251.405");
    expectPrinted(fit.beta[1]!, "10.467");
    expectPrinted(se[0]!, "6.885");
    expectPrinted(se[1]!, "1.560");
    // 1.559 and 6.71 are printed: from the last theta tried, as in D4
    expect(Math.abs(se[1]! - 1.559)).toBeLessThan(1e-3);
    expectPrinted(fit.beta[0]! / se[0]!, "36.51");
    expectPrinted(fit.beta[1]! / se[1]!, "6.71");
  });

  it("D6 has the random effects of the five subjects, to a thousandth of the printed ones", () => {
    for (const [subject, intercept, slope] of printedModes) {
      const level = fit.model.random[0]!.levels.indexOf(subject);
      expect(Math.abs(fit.modes[0]![level]! - intercept)).toBeLessThan(1.2e-3);
      expect(Math.abs(fit.modes[1]![level]! - slope)).toBeLessThan(1.2e-3);
    }
  });

  it("D6 gives the printed random effects to every digit at the two thetas they were printed from", () => {
    // lme4 0.999375 multiplied Lambda at the returned theta with spherical effects at the last theta tried;
    // these two were recovered from the ten printed numbers, and no single diagonal theta gives them closer than 8e-4
    const lastTried = Float64Array.of(0.97989507, 0.2342078);
    const returned = [0.97989507, 0.23423062];
    const { modes } = prepareProblem(fit.model, "REML").solve(lastTried);
    for (const [subject, intercept, slope] of printedModes) {
      const level = fit.model.random[0]!.levels.indexOf(subject);
      expect(Math.abs((modes[0]![level]! / lastTried[0]!) * returned[0]! - intercept)).toBeLessThan(2e-6);
      expect(Math.abs((modes[1]![level]! / lastTried[1]!) * returned[1]! - slope)).toBeLessThan(2e-6);
    }
  });
});

/** The table with a column Days2 = Days / 10. */
function withRescaledDays(source: Table): Table {
  const column = (name: string): number[] => Array.from((source.columns.get(name) as NumericColumn).values);
  const days = column("Days");
  return toTable({
    Reaction: column("Reaction"),
    Days: days,
    Days2: days.map((day) => day / 10),
    Subject: column("Subject"),
  });
}

describe("D7 sleepstudy, rescaled random slope Days2 = Days / 10", () => {
  const fit = fitFormula("Reaction ~ Days + (1 | Subject) + (0 + Days2 | Subject)", withRescaledDays(table), {
    method: "REML",
  });

  it("D7 has the printed criteria, the same as D6", () => {
    expectHeader(fit, ["1754", "1770", "-871.8", "1752", "1744"]);
    const unscaled = fitFormula("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", table, {
      method: "REML",
    });
    expect(Math.abs(fit.logLik - unscaled.logLik)).toBeLessThan(1e-8);
  });

  it("D7 has the printed variances and standard deviations", () => {
    const [intercept, slope, residual] = variances(fit);
    expectPrinted(intercept!, "627.57");
    expectPrinted(Math.sqrt(intercept!), "25.051");
    expectPrinted(slope!, "3585.82");
    expectPrinted(Math.sqrt(slope!), "59.882");
    expectPrinted(residual!, "653.58");
    expectPrinted(fit.sigma, "25.565");
  });

  it("D7 has the printed fixed effects", () => {
    const se = standardErrors(fit);
    expectPrinted(fit.beta[0]!, "251.405");
    expectPrinted(fit.beta[1]!, "10.467");
    expectPrinted(se[0]!, "6.885");
    expectPrinted(fit.beta[0]! / se[0]!, "36.51");
    expectPrinted(fit.beta[1]! / se[1]!, "6.71");
  });
});

describe("D8 sleepstudy, predictions with and without random effects", () => {
  const fit = fitFormula("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", table, { method: "REML" });
  const group = fittedValues(fit, "group");
  const mean = fittedValues(fit, "mean");
  const printed308 = [
    252.9189, 272.7103, 292.5017, 312.2931, 332.0846, 351.876, 371.6674, 391.4588, 411.2502, 431.0416,
  ];
  const printed309 = [
    211.0302, 212.8977, 214.7653, 216.6328, 218.5003, 220.3678, 222.2354, 224.1029, 225.9704, 227.838,
  ];
  const printedFixed = [
    "251.4051",
    "261.8724",
    "272.3397",
    "282.8070",
    "293.2742",
    "303.7415",
    "314.2088",
    "324.6761",
    "335.1434",
    "345.6107",
  ];

  it("D8 has the printed predictions without random effects, ten days of both subjects", () => {
    printedFixed.forEach((text, day) => {
      expectPrinted(mean[day]!, text);
      expectPrinted(mean[10 + day]!, text);
    });
  });

  it("D8 has the predictions with random effects, to what the printed random effects are off (see D6)", () => {
    printed308.forEach((value, day) => {
      expect(Math.abs(group[day]! - value)).toBeLessThan(1.2e-3 * (1 + day));
    });
    printed309.forEach((value, day) => {
      expect(Math.abs(group[10 + day]! - value)).toBeLessThan(1.2e-3 * (1 + day));
    });
  });

  it("D8 gives the printed predictions to every digit from the random effects of D6's two thetas", () => {
    const lastTried = Float64Array.of(0.97989507, 0.2342078);
    const { modes } = prepareProblem(fit.model, "REML").solve(lastTried);
    const slopeScale = 0.23423062 / lastTried[1]!;
    [printed308, printed309].forEach((printed, s) => {
      printed.forEach((value, day) => {
        const ours = mean[10 * s + day]! + modes[0]![s]! + slopeScale * modes[1]![s]! * day;
        expectPrinted(ours, value.toFixed(4));
      });
    });
  });

  it("D8 has the printed means over the ten days", () => {
    const average = (values: Float64Array, from: number): number =>
      values.slice(from, from + 10).reduce((a, b) => a + b) / 10;
    expectPrinted(average(mean, 0), "298.5079");
    expectPrinted(average(fit.model.response, 0), "342.1338");
    expectPrinted(average(fit.model.response, 10), "215.2330");
    expect(Math.abs(average(group, 0) - 341.9803)).toBeLessThan(5e-3);
    expect(Math.abs(average(group, 10) - 219.4341)).toBeLessThan(5e-3);
  });

  it("D8 borrows strength: fitted values are (I - W) X b + W y with W = Z D Z' (I + Z D Z')^-1", () => {
    // subject 308 in closed form through the 2 x 2 identity W = Z (Z'Z + D^-1)^-1 Z'
    const [d1, d2] = [fit.theta[0]! ** 2, fit.theta[1]! ** 2];
    const [a, b, c] = [10 + 1 / d1, 45, 285 + 1 / d2];
    const determinant = a * c - b * b;
    const residual = Array.from({ length: 10 }, (_, day) => fit.model.response[day]! - mean[day]!);
    const r0 = residual.reduce((sum, value) => sum + value, 0);
    const r1 = residual.reduce((sum, value, day) => sum + value * day, 0);
    const intercept = (c * r0 - b * r1) / determinant;
    const slope = (a * r1 - b * r0) / determinant;
    for (let day = 0; day < 10; day++)
      expect(group[day]!).toBeCloseTo(mean[day]! + intercept + slope * day, 8);
  });
});
