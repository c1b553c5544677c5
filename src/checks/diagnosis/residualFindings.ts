// Hints from studentized residuals: sizes and shapes, no tests beyond the adjustment for the number of rows.

import { normalCdf } from "../../distributions/normal.ts";
import type { FitResult } from "../../fit/result.ts";
import { fittedValues } from "../../predict/fittedValues.ts";
import { recordLabel } from "../labels.ts";
import { modelResiduals } from "../modelResiduals.ts";
import { brief, type Finding, listed } from "./finding.ts";

export interface ResidualReport {
  readonly rows: number;
  readonly skewness: number;
  /** kurtosis minus that of the normal distribution, 3 */
  readonly excessKurtosis: number;
  /** standard deviation of studentized residuals in the upper third of fitted values over that in the lower */
  readonly spreadRatio: number;
  /** rows beyond chance: studentized residual, and p adjusted for the number of rows */
  readonly outliers: readonly { readonly row: string; readonly studentized: number; readonly p: number }[];
  /** levels whose residual spread is far from that of all: standard deviation over the pooled one */
  readonly spread: readonly { readonly group: string; readonly level: string; readonly ratio: number }[];
}

const SHOWN = 8;
/** Fewer rows say nothing about shapes. */
const ENOUGH = 30;

/** Shape, spread and outliers of the studentized residuals; rows that determine a coefficient alone do not count. */
export function residualReport(fit: FitResult): ResidualReport {
  const t = modelResiduals(fit, "studentized");
  const used = Array.from(t, (_, i) => i).filter((i) => !Number.isNaN(t[i]!));
  const n = used.length;
  const moment = (power: number): number => used.reduce((sum, i) => sum + t[i]! ** power, 0) / n;
  const variance = moment(2);
  const outliers = used
    .map((i) => ({
      row: recordLabel(fit, i),
      studentized: t[i]!,
      p: Math.min(1, 2 * n * normalCdf(Math.abs(t[i]!), { lower: false })),
    }))
    .filter(({ p }) => p < 0.05)
    .sort((a, b) => a.p - b.p);
  return {
    rows: n,
    skewness: moment(3) / variance ** 1.5,
    excessKurtosis: moment(4) / variance ** 2 - 3,
    spreadRatio: spreadRatio(fit, t, used),
    outliers,
    spread: groupSpread(fit, t),
  };
}

function spreadRatio(fit: FitResult, t: Float64Array, used: readonly number[]): number {
  const fitted = fittedValues(fit);
  const order = [...used].sort((a, b) => fitted[a]! - fitted[b]!);
  const third = Math.floor(order.length / 3);
  const sd = (rows: readonly number[]): number =>
    Math.sqrt(rows.reduce((sum, i) => sum + t[i]! ** 2, 0) / rows.length);
  return third === 0 ? 1 : sd(order.slice(-third)) / sd(order.slice(0, third));
}

/** log of a standard deviation from m values has a standard error of about 1 / sqrt(2 (m - 1)). */
function groupSpread(fit: FitResult, t: Float64Array): ResidualReport["spread"] {
  const found: { group: string; level: string; ratio: number; z: number }[] = [];
  const seen = new Set<string>();
  for (const { group, codes, levels, incidence } of fit.model.random) {
    if (incidence !== undefined || seen.has(group)) continue;
    seen.add(group);
    const squares = new Float64Array(levels.length);
    const sums = new Float64Array(levels.length);
    const counts = new Int32Array(levels.length);
    let all = 0;
    let rows = 0;
    codes.forEach((code, i) => {
      if (Number.isNaN(t[i]!)) return;
      sums[code]! += t[i]!;
      squares[code]! += t[i]! ** 2;
      counts[code]!++;
    });
    const within = (l: number): number => squares[l]! - sums[l]! ** 2 / counts[l]!;
    levels.forEach((_, l) => {
      if (counts[l]! < 2) return;
      all += within(l);
      rows += counts[l]! - 1;
    });
    const pooled = Math.sqrt(all / rows);
    levels.forEach((level, l) => {
      if (counts[l]! < 5) return;
      const ratio = Math.sqrt(within(l) / (counts[l]! - 1)) / pooled;
      const z = Math.log(ratio) * Math.sqrt(2 * (counts[l]! - 1));
      if (Math.abs(z) > 3.5) found.push({ group, level, ratio, z });
    });
  }
  return found
    .sort((a, b) => Math.abs(b.z) - Math.abs(a.z))
    .slice(0, SHOWN)
    .map(({ group, level, ratio }) => ({ group, level, ratio }));
}

/** The same in words; nothing is said of the shape of few residuals. */
export function residualFindings(report: ResidualReport): Finding[] {
  const { rows, skewness, excessKurtosis, spreadRatio: ratio, outliers, spread } = report;
  const found: Finding[] = [];
  const add = (weight: number, title: string, message: string, advice: string): void => {
    found.push({ topic: "residuals", level: "attention", weight, title, message, advice });
  };
  if (outliers.length > 0) {
    add(
      30,
      outliers.length === 1 ? "A row far from its prediction" : "Rows far from their predictions",
      `${listed(
        outliers.map(({ row, studentized }) => `row ${row} (${brief(studentized)} standard deviations)`),
        SHOWN,
      )}: beyond what ${rows} rows show by chance`,
      "look for errors of recording; if they are right, say how results change without them",
    );
  }
  if (rows >= ENOUGH && (ratio > 1.6 || ratio < 1 / 1.6)) {
    add(
      28,
      "The residual spread changes with the fitted values",
      `in the upper third of fitted values residuals are ${brief(ratio)} times as variable as in the lower third`,
      ratio > 1
        ? "a log or square-root scale of the response, or precision weights, may suit the data better"
        : "precision weights, or another scale of the response, may suit the data better",
    );
  }
  if (spread.length > 0) {
    add(
      25,
      "Groups with another residual spread",
      listed(
        spread.map(
          ({ group, level, ratio: own }) => `${group} ${level}: ${brief(own)} times that of all groups`,
        ),
        SHOWN,
      ),
      "standard errors are averages over such groups; weights by group would be more efficient",
    );
  }
  // three standard errors beyond shapes that hardly matter
  if (rows >= ENOUGH && Math.abs(skewness) > 0.5 + 3 * Math.sqrt(6 / rows)) {
    add(
      20,
      "Skewed residuals",
      `their skewness is ${brief(skewness)} (0 for a normal distribution)`,
      "another scale of the response may help; estimates of means bear moderate skewness",
    );
  }
  if (rows >= ENOUGH && excessKurtosis > 1 + 3 * Math.sqrt(24 / rows)) {
    add(
      18,
      "Long tails",
      `the excess kurtosis of the residuals is ${brief(excessKurtosis)} (0 for a normal distribution): more extreme rows than a normal distribution has`,
      "estimates and tests give extreme rows much weight; see how they change without them",
    );
  }
  if (found.length === 0) {
    found.push({
      topic: "residuals",
      level: "fine",
      weight: 0,
      title: "Residuals without surprises",
      message: `no row of ${rows} is farther from its prediction than chance explains${rows >= ENOUGH ? `; skewness ${brief(skewness)}, excess kurtosis ${brief(excessKurtosis)}, spread ${brief(ratio)} times as large at high as at low fitted values` : ""}`,
      advice: null,
    });
  }
  return found;
}
