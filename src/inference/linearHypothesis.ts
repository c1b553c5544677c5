import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import { dot, quadraticForm } from "../linalg/squareProducts.ts";
import { fixedLabels } from "../model/fixedLabels.ts";
import { waldRow } from "./coefficients.ts";
import {
  type Denominator,
  type DenominatorMethod,
  type DenominatorName,
  denominatorOf,
} from "./denominator.ts";
import { parseHypothesis } from "./hypothesisText.ts";
import { requireFixedEffects } from "./requireFixedEffects.ts";
import { requireLevel } from "./requireLevel.ts";
import { type WaldTest, waldTest } from "./waldTest.ts";

export interface HypothesisOptions {
  readonly ddf?: DenominatorMethod;
  /** confidence level of the intervals, default 0.95 */
  readonly level?: number;
  /** d of C b = d where C is given as rows, one number a row; default zero */
  readonly against?: readonly number[];
}

/** One equation l'b = d on its own. */
export interface HypothesisRow {
  /** `Days = 10`, or the combination of coefficients where rows were given */
  readonly hypothesis: string;
  /** l'b */
  readonly estimate: number;
  /** d */
  readonly against: number;
  readonly se: number;
  /** null where the reference is normal */
  readonly df: number | null;
  /** (l'b - d) / se */
  readonly statistic: number | null;
  /** two-sided */
  readonly p: number | null;
  /** of l'b */
  readonly ci: readonly [number, number] | null;
}

/** The test of all equations together, and of each. */
export interface HypothesisTest extends WaldTest {
  readonly ddf: DenominatorName;
  readonly level: number;
  readonly rows: readonly HypothesisRow[];
  readonly notes: readonly Note[];
}

/** Equations as rows over the kept coefficients. */
interface Hypothesis {
  /** C, rows of length p */
  readonly contrasts: readonly Float64Array[];
  /** d */
  readonly against: readonly number[];
  readonly labels: readonly string[];
  readonly notes: readonly Note[];
}

/**
 * Wald test of C b = d, together and row by row: F (chi-squared without degrees of freedom) and t (z), with the covariance
 * and degrees of freedom of the method.
 *
 * @param hypothesis equations as text, `"Days = 10, (Intercept) - 2 * Days = 0"`, or rows of C with one number for each
 *   kept coefficient (`fit.model.fixed.names`)
 * @throws HendersonError `inference/hypothesis`, `inference/unknown-coefficient`, `inference/not-estimable-combination`,
 *   `inference/contradiction`, `inference/contrast-shape`, `inference/contrast-zero`, `inference/level`
 */
export function linearHypothesis(
  fit: FitResult,
  hypothesis: string | readonly (readonly number[])[],
  options: HypothesisOptions = {},
): HypothesisTest {
  const level = requireLevel(options.level ?? 0.95);
  const { contrasts, against, labels, notes } = hypothesisOf(fit, hypothesis, options.against);
  const denominator = denominatorOf(fit, options.ddf);
  const method = options.ddf === undefined ? {} : { ddf: options.ddf };
  const test = waldTest(
    fit,
    contrasts.map((row) => [...row]),
    against,
    method,
  );
  const rows = contrasts.map((row, i) => testOfRow(row, against[i]!, labels[i]!, denominator, level));
  return { ...test, ddf: denominator.method, level, rows, notes: [...notes, ...denominator.notes] };
}

function testOfRow(
  contrast: Float64Array,
  against: number,
  hypothesis: string,
  { beta, covariance, degreesOfFreedom }: Denominator,
  level: number,
): HypothesisRow {
  const estimate = dot(contrast, beta);
  const se = Math.sqrt(Math.max(0, quadraticForm(covariance.values, contrast)));
  const { df, statistic, p, ci } = waldRow(estimate - against, se, degreesOfFreedom(contrast), level);
  return {
    hypothesis,
    estimate,
    against,
    se,
    df,
    statistic,
    p,
    ci: ci === null ? null : [ci[0] + against, ci[1] + against],
  };
}

/**
 * The equations of a text, or rows as they are, over the kept coefficients. Coefficients that were taken out as aliased
 * may be named where the combination is estimable all the same.
 *
 * @throws as `linearHypothesis`
 */
export function hypothesisOf(
  fit: FitResult,
  hypothesis: string | readonly (readonly number[])[],
  against?: readonly number[],
): Hypothesis {
  requireFixedEffects(fit, "coefficients to test");
  const { contrasts, ...rest } =
    typeof hypothesis === "string" ? fromText(fit, hypothesis) : fromRows(fit, hypothesis, against);
  const dependent = dependentRow(fit, contrasts, rest.against, rest.labels);
  if (dependent === null) return { contrasts, ...rest };
  const note: Note = {
    code: "inference/dependent-equations",
    severity: "info",
    message: `'${rest.labels[dependent]!}' follows from the equations before it, so it adds no degree of freedom`,
  };
  return { contrasts, ...rest, notes: [...rest.notes, note] };
}

function fromRows(
  fit: FitResult,
  rows: readonly (readonly number[])[],
  against: readonly number[] = rows.map(() => 0),
): Hypothesis {
  const names = fixedLabels(fit.model);
  const contrasts = rows.map((row) => Float64Array.from(row));
  // shapes are checked where the rows are used
  const labels = rows.map((row, i) => `${combinationText(row, names)} = ${against[i] ?? 0}`);
  return { contrasts, against, labels, notes: [] };
}

function fromText(fit: FitResult, source: string): Hypothesis {
  const labels = fixedLabels(fit.model);
  const all = fit.design?.coefficients.map(({ name, trait }) =>
    trait === undefined ? name : `${trait}:${name}`,
  );
  const names = all ?? labels;
  const equations = parseHypothesis(source, names);
  const notes: Note[] = [];
  const contrasts = equations.map(({ weights, text, span }) => {
    if (fit.design === null) return weights;
    const kept = new Float64Array(fit.beta.length);
    fit.design.coefficients.forEach(({ column }, i) => {
      if (column >= 0) kept[column] = weights[i]!;
    });
    fit.design.coefficients.forEach(({ column, aliasOf, trait }, i) => {
      if (column >= 0) return;
      const needed = (aliasOf ?? []).reduce((sum, { name, weight }) => {
        const label = trait === undefined ? name : `${trait}:${name}`;
        return sum + weight * weights[names.indexOf(label)]!;
      }, 0);
      if (Math.abs(needed - weights[i]!) <= 1e-9 * (Math.abs(needed) + Math.abs(weights[i]!))) return;
      if (weights[i] === 0) {
        if (!notes.some(({ subject }) => subject === names[i])) notes.push(standsFor(names[i]!, text));
        return;
      }
      throw new HendersonError(
        "inference/not-estimable-combination",
        `'${text}' cannot be tested: the data do not tell '${names[i]!}' apart from ${namesOf(aliasOf ?? [])}`,
        {
          source,
          span,
          hint: "test a combination that the data determine, or leave out columns until none is aliased",
        },
      );
    });
    return kept;
  });
  return {
    contrasts,
    against: equations.map((equation) => equation.against),
    labels: equations.map(({ text }) => (text.includes("=") ? text : `${text} = 0`)),
    notes,
  };
}

function standsFor(alias: string, text: string): Note {
  return {
    code: "inference/aliased-meaning",
    severity: "info",
    subject: alias,
    message: `'${text}' is about coefficients of the model without '${alias}', which was taken out as aliased: with it they could not be told apart`,
  };
}

function namesOf(aliases: readonly { readonly name: string }[]): string {
  return aliases.length === 0 ? "nothing" : aliases.map(({ name }) => `'${name}'`).join(", ");
}

/** `2 * Days - (Intercept)` */
function combinationText(row: readonly number[], names: readonly string[]): string {
  const parts = row.flatMap((weight, i) => {
    if (weight === 0) return [];
    const size = Math.abs(weight);
    const name = names[i] ?? `column ${i + 1}`;
    return [`${weight < 0 ? "- " : "+ "}${size === 1 ? name : `${size} * ${name}`}`];
  });
  if (parts.length === 0) return "0";
  return parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
}

/**
 * The first row that is a combination of those before it, null when there is none; rows in units of the standard errors.
 *
 * @throws HendersonError `inference/contradiction` when its value is not that combination of theirs
 */
function dependentRow(
  fit: FitResult,
  contrasts: readonly Float64Array[],
  against: readonly number[],
  labels: readonly string[],
): number | null {
  const p = fit.beta.length;
  const scales = Float64Array.from({ length: p }, (_, c) =>
    Math.sqrt(Math.max(0, fit.unscaledCovariance.values[c + c * p]!)),
  );
  const basis: { readonly row: Float64Array; readonly value: number }[] = [];
  let found: number | null = null;
  contrasts.forEach((contrast, i) => {
    const row = Float64Array.from(contrast, (weight, c) => weight * (scales[c] ?? 0));
    const size = Math.sqrt(dot(row, row));
    if (!(size > 0)) return;
    let value = against[i]! / size;
    const values = Math.abs(value);
    let largest = values;
    for (let c = 0; c < row.length; c++) row[c]! /= size;
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        const weight = dot(row, known.row);
        for (let c = 0; c < row.length; c++) row[c]! -= weight * known.row[c]!;
        value -= weight * known.value;
        largest = Math.max(largest, Math.abs(weight * known.value));
      }
    }
    const left = Math.sqrt(dot(row, row));
    if (left > 1e-9) {
      basis.push({ row: row.map((weight) => weight / left), value: value / left });
      return;
    }
    if (Math.abs(value) > 1e-9 * largest) {
      throw new HendersonError(
        "inference/contradiction",
        `'${labels[i]!}' contradicts the equations before it: no coefficients satisfy all of them`,
        { hint: "test the equations one by one, each as a hypothesis of its own" },
      );
    }
    found ??= i;
  });
  return found;
}
