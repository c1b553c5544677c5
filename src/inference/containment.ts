/*
 * Degrees of freedom by containment, the default of SAS's PROC MIXED (SAS/STAT, DDFM=CONTAIN): a fixed effect has the
 * smallest rank contribution to [X Z] among the random effects that contain it, taken in the order of the model, and
 * n - rank [X Z] where none contains it. Random effects are coefficients: (1 + x | g) has g and x:g.
 *
 * SAS reads containment off the names. Here a random effect contains a fixed coefficient when its column is in the span of
 * the effect's columns (constant within the levels of g; a multiple of x within the levels of g), which is the same
 * where names tell it, and does not depend on how subjects are numbered.
 */
import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { sequentialRanks } from "../engines/equations/sequentialRanks.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { RandomTerm } from "../model/model.ts";
import { columnDenominator } from "./columnDenominator.ts";
import { type DenominatorRule, isMixed, waldDenominator } from "./denominator.ts";

const cache = new WeakMap<FitResult, readonly number[]>();

/**
 * Degrees of freedom by containment, to be given as `ddf`; for nested, split-plot and crossed designs. A contrast of
 * several coefficients has the smallest of theirs.
 *
 * Its `apply` throws HendersonError `inference/not-contained` for relationships, several levels a record and several
 * traits, and `fit/needs-data`.
 */
export const containment: DenominatorRule = {
  name: "containment",
  apply(fit) {
    if (!isMixed(fit)) {
      const residual = fit.nobs - fit.beta.length;
      return waldDenominator(fit, "containment", () => residual);
    }
    let perColumn = cache.get(fit);
    if (perColumn === undefined) {
      perColumn = degreesByContainment(fit);
      cache.set(fit, perColumn);
    }
    return columnDenominator(fit, "containment", perColumn, withoutDegrees(fit, perColumn));
  },
};

function degreesByContainment(fit: FitResult): number[] {
  requireRows(fit, "degrees of freedom by containment");
  const { model } = fit;
  for (const { group, incidence, relationship } of model.random) {
    if (incidence === undefined && relationship === undefined && model.traits === undefined) continue;
    throw new HendersonError(
      "inference/not-contained",
      `degrees of freedom by containment need independent groups with one level a record, and '${group}' is none`,
      { hint: "use 'kenward-roger' or 'satterthwaite', which hold for any covariance" },
    );
  }
  const effects = model.random.flatMap(({ basis }, term) =>
    basis.map((_, coefficient) => ({ term, coefficient })),
  );
  const ranks = sequentialRanks(model, effects, chooseKernels());
  const residual = fit.nobs - ranks.at(-1)!;
  const { matrix, names } = model.fixed;
  const n = matrix.rows;
  return names.map((_, c) => {
    const column = matrix.values.subarray(c * n, (c + 1) * n);
    let df = Number.POSITIVE_INFINITY;
    effects.forEach(({ term, coefficient }, e) => {
      if (contains(model.random[term]!, coefficient, column)) df = Math.min(df, ranks[e + 1]! - ranks[e]!);
    });
    return df === Number.POSITIVE_INFINITY ? residual : df;
  });
}

/** Whether the column is a multiple of the coefficient's basis within every level. */
function contains({ codes, levels, basis }: RandomTerm, coefficient: number, column: Float64Array): boolean {
  const z = basis[coefficient]!;
  const products = new Float64Array(levels.length);
  const squares = new Float64Array(levels.length);
  const own = new Float64Array(levels.length);
  for (let i = 0; i < codes.length; i++) {
    const level = codes[i]!;
    const value = z === null ? 1 : z[i]!;
    products[level]! += value * column[i]!;
    squares[level]! += value * value;
    own[level]! += column[i]! * column[i]!;
  }
  return own.every((size, level) => {
    if (size === 0) return true;
    const explained = squares[level]! > 0 ? products[level]! ** 2 / squares[level]! : 0;
    return size - explained <= 1e-12 * size;
  });
}

function withoutDegrees(fit: FitResult, perColumn: readonly number[]): Note[] {
  const names = fit.model.fixed.names.filter((_, c) => !(perColumn[c]! > 0));
  if (names.length === 0) return [];
  return [
    {
      code: "inference/no-degrees-of-freedom",
      severity: "warning",
      message: `${names.map((name) => `'${name}'`).join(", ")} ${names.length === 1 ? "has" : "have"} no degrees of freedom by containment, so there is no test and no interval: the random effect that contains ${names.length === 1 ? "it" : "them"} adds nothing to the fixed effects and the random effects before it`,
      hint: "use another method of degrees of freedom",
    },
  ];
}
