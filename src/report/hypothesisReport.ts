import type { Note } from "../base/notes.ts";
import type { DenominatorName } from "../inference/denominator.ts";
import type { HypothesisTest } from "../inference/linearHypothesis.ts";
import type { ConfidenceRegion, SimultaneousInterval, SimultaneousMethod } from "../inference/regions.ts";
import { coefficientText } from "./coefficientText.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull, matrixRows } from "./numberArrays.ts";
import { formatNumber, formatPValues } from "./numberFormat.ts";

/** A hypothesis as it was asked for, with what was found. */
export interface HypothesisReport {
  readonly test: HypothesisTest;
  readonly simultaneous: readonly SimultaneousInterval[] | null;
  readonly region: ConfidenceRegion | null;
  /** the boundary of a region of two combinations */
  readonly boundary: readonly (readonly [number, number])[] | null;
}

const DDF_WORDS: Readonly<Record<DenominatorName, string>> = {
  satterthwaite: "Satterthwaite's method",
  "kenward-roger": "Kenward-Roger's method",
  "between-within": "between-within degrees of freedom",
  containment: "degrees of freedom by containment",
  residual: "residual degrees of freedom",
  none: "normal and chi-squared reference",
};

const SIMULTANEOUS_WORDS: Readonly<Record<SimultaneousMethod, string>> = {
  scheffe: "Scheffe's simultaneous limits: they hold for all combinations of the equations",
  bonferroni: "Bonferroni's simultaneous limits",
  sidak: "Sidak's simultaneous limits",
};

/** Every equation with its t test and interval, and the F test of all of them. */
export function hypothesisText(
  { test, simultaneous, region }: HypothesisReport,
  digits: number,
  method: SimultaneousMethod | null,
): string[] {
  const normal = test.ddf === "none";
  const lines = [
    `Linear hypothesis, ${DDF_WORDS[test.ddf]}`,
    "",
    ...coefficientText(
      test.rows.map((row, i) => ({
        name: row.hypothesis,
        estimate: row.estimate,
        se: row.se,
        df: row.df,
        statistic: row.statistic,
        p: row.p,
        interval:
          simultaneous === null ? row.ci : ([simultaneous[i]!.lower, simultaneous[i]!.upper] as const),
      })),
      { digits, dfColumn: !normal, statistic: normal ? "z" : "t", level: test.level },
    ),
  ];
  if (method !== null && simultaneous !== null) lines.push(SIMULTANEOUS_WORDS[method]);
  if (test.rows.length > 1) {
    const chisq = `chi-squared ${formatNumber(test.chisq, digits)} on ${test.df} df, p ${pText(test.chisqP, digits)}`;
    lines.push(
      "",
      normal || test.denDF === null
        ? `Together: ${chisq}`
        : `Together: F ${formatNumber(test.F, digits)} on ${test.df} and ${formatNumber(test.denDF, digits)} df, p ${pText(test.p, digits)} (${chisq})`,
    );
  }
  if (region !== null) lines.push("", ...regionText(region, digits));
  return lines;
}

function regionText({ names, center, axes, level }: ConfidenceRegion, digits: number): string[] {
  const list = (values: readonly number[]): string =>
    `(${values.map((x) => formatNumber(x, digits)).join(", ")})`;
  return [
    `Joint ${100 * level} % region of (${names.join(", ")}): an ellipse around ${list(center)} with half axes`,
    ...axes.map(({ direction, length }) => `  ${formatNumber(length, digits)} along ${list(direction)}`),
  ];
}

function pText(p: number, digits: number): string {
  const [text] = formatPValues([Number.isNaN(p) ? null : p], digits);
  return text === undefined || text === "" ? "not defined" : text;
}

/** `henderson/test@1` */
export function hypothesisJson(reports: readonly HypothesisReport[], more: readonly Note[]): Json {
  const notes = [...more, ...new Set(reports.flatMap(({ test }) => test.notes))];
  return {
    schema: "henderson/test@1",
    ddf: reports[0]?.test.ddf ?? null,
    level: reports[0]?.test.level ?? null,
    tests: reports.map(({ test, simultaneous, region, boundary }) => ({
      equations: test.rows.map((row, i) => ({
        hypothesis: row.hypothesis,
        estimate: row.estimate,
        against: row.against,
        se: row.se,
        df: finiteOrNull(row.df),
        statistic: finiteOrNull(row.statistic),
        p: finiteOrNull(row.p),
        ci: row.ci === null ? null : [...row.ci],
        ...(simultaneous === null ? {} : { simultaneous: [simultaneous[i]!.lower, simultaneous[i]!.upper] }),
      })),
      numDF: test.df,
      denDF: finiteOrNull(test.denDF),
      F: finiteOrNull(test.F),
      p: finiteOrNull(test.p),
      chisq: finiteOrNull(test.chisq),
      chisqP: finiteOrNull(test.chisqP),
      ...(region === null ? {} : { region: regionJson(region, boundary) }),
    })),
    notes: notes.map(noteJson),
  };
}

function regionJson(region: ConfidenceRegion, boundary: HypothesisReport["boundary"]): Json {
  return {
    names: [...region.names],
    center: [...region.center],
    shape: matrixRows(region.shape),
    radius: region.radius,
    numDF: region.numDF,
    denDF: region.denDF,
    axes: region.axes.map(({ direction, length }) => ({ direction: [...direction], length })),
    ...(boundary === null ? {} : { boundary: boundary.map(([x, y]) => [x, y]) }),
  };
}
