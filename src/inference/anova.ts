import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { Design } from "../design/design.ts";
import { fCdf } from "../distributions/fisherF.ts";
import { hasRows, requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { householderQr } from "../linalg/qr.ts";
import { choleskyOf } from "../linalg/smallCholesky.ts";
import { type ContrastTest, contrastValues } from "./contrastTest.ts";
import { type DenominatorMethod, type DenominatorName, denominatorOf, isMixed } from "./denominator.ts";
import { effectsOf, isContained, isMarginal } from "./estimableFunctions.ts";
import { type AnovaType, hypotheses } from "./hypotheses.ts";
import { sequentialEffects } from "./sequentialEffects.ts";

export interface AnovaOptions {
  /** hypotheses; default III for mixed models, I (sequential) for linear ones */
  readonly type?: AnovaType;
  /** denominator degrees of freedom; default as in `coefficientTable` */
  readonly ddf?: DenominatorMethod;
}

/** The F test of one term; null where nothing is estimable or nothing is left to divide by. */
export interface AnovaRow {
  readonly term: string;
  /** where there are several traits */
  readonly trait?: string;
  /** numDF times meanSq; for a linear model the sum of squares, for a mixed one F in units of sigma2 */
  readonly sumSq: number | null;
  readonly meanSq: number | null;
  readonly numDF: number;
  /** null for a chi-squared reference */
  readonly denDF: number | null;
  readonly F: number | null;
  readonly p: number | null;
}

export interface AnovaTable {
  readonly type: AnovaType;
  readonly ddf: DenominatorName;
  /** terms of the fixed part in order, without the intercept */
  readonly rows: readonly AnovaRow[];
  /** residual row of a linear model, null for mixed models */
  readonly residual: { readonly df: number; readonly sumSq: number; readonly meanSq: number | null } | null;
  readonly notes: readonly Note[];
}

/**
 * F tests of the terms of the fixed part.
 *
 * Type III is SAS's, whatever the contrasts of the factors: it agrees with lmerTest, and with car under
 * sum contrasts. In type II a term is adjusted for every term that does not contain it; containing means
 * SAS's containment (same covariates, more factors) in mixed models, as in lmerTest, and plain
 * marginality in linear models, as in car. Types I and II of a weighted mixed model use the unweighted
 * crossproduct of X, as lmerTest does.
 *
 * @throws HendersonError `inference/needs-formula` when the fit has no design
 */
export function anovaTable(fit: FitResult, options: AnovaOptions = {}): AnovaTable {
  const { design } = fit;
  if (design === null) {
    throw new HendersonError(
      "inference/needs-formula",
      "the terms of an analysis of variance come from a formula, and this model was given as numbers",
      { hint: "test contrasts of its coefficients with waldTest" },
    );
  }
  const mixed = isMixed(fit);
  const type = options.type ?? (mixed ? "III" : "I");
  const denominator = denominatorOf(fit, options.ddf);
  const effects = effectsOf(design);
  const rowsOf = hypotheses(
    type,
    effects,
    triangleOf(fit),
    mixed || type === "III" ? isContained : isMarginal,
  );
  const sigma2 = fit.sigma * fit.sigma;
  // a fit without its rows has contrasts of b only
  const effectsOfY = type === "I" && !mixed && hasRows(fit) ? sequentialEffects(fit) : null;
  const notes: Note[] = [...denominator.notes];
  const rows: AnovaRow[] = [];
  for (const [i, effect] of effects.entries()) {
    if (effect.text === "(Intercept)") continue;
    const contrasts = rowsOf[i]!;
    if (effect.byContrastsAlone && type !== "I") notes.push(noMargin(effect.text));
    if (contrasts.length < effect.kept.length || contrasts.length === 0) {
      notes.push(notEstimable(effect.text, contrasts.length, effect.kept.length));
    }
    const named = traitOf(design, i, effect.text);
    const untested = { ...named, sumSq: null, meanSq: null, numDF: 0, denDF: null, F: null, p: null };
    if (contrasts.length === 0) {
      rows.push(untested);
      continue;
    }
    const { numDF, denDF, F, p } =
      effectsOfY === null
        ? denominator.test(contrasts, contrastValues(contrasts, denominator.beta), effect.kept)
        : sequentialTest(effect.kept, effectsOfY, sigma2, denominator.degreesOfFreedom(contrasts[0]!));
    rows.push(
      numDF > 0 && Number.isFinite(F)
        ? {
            ...named,
            sumSq: F * numDF * sigma2,
            meanSq: F * sigma2,
            numDF,
            denDF: Number.isFinite(denDF) ? denDF : null,
            F,
            p: Number.isNaN(p) ? null : p,
          }
        : { ...untested, numDF },
    );
  }
  return { type, ddf: denominator.method, rows, residual: mixed ? null : residualRow(fit), notes };
}

/** The term, and the trait it is about where there are several. */
function traitOf(design: Design, index: number, term: string): Pick<AnovaRow, "term" | "trait"> {
  const trait = design.fixedTerms[index]?.trait;
  return trait === undefined ? { term } : { term, trait };
}

/** F test of a term of a linear model after the terms before it. */
function sequentialTest(
  columns: readonly number[],
  effects: Float64Array,
  sigma2: number,
  denDF: number,
): Omit<ContrastTest, "chisq"> {
  const numDF = columns.length;
  let sumSq = 0;
  for (const column of columns) sumSq += effects[column]! ** 2;
  const F = sumSq / sigma2 / numDF;
  return { F, numDF, denDF, p: fCdf(F, numDF, denDF, { lower: false }) };
}

/** R of X = Q R (with W^1/2 X for a weighted linear model), from the crossproduct in working coordinates. */
function triangleOf(fit: FitResult): Matrix {
  const { fixed, weights } = fit.model;
  const p = fixed.transform.rows;
  if (weights !== undefined && isMixed(fit)) {
    requireRows(fit, "tests of types I and II of a weighted mixed model");
    const { packed } = householderQr(fixed.matrix, new Float64Array(p));
    const n = fixed.matrix.rows;
    return upperTriangle(p, (i, j) => packed[i + j * n]!);
  }
  const lower = choleskyOf(fixed.crossproduct.values, p);
  return upperTriangle(p, (i, j) => {
    let sum = 0;
    for (let k = i; k <= j; k++) sum += lower[k + i * p]! * fixed.transform.values[k + j * p]!;
    return sum;
  });
}

function upperTriangle(p: number, entry: (i: number, j: number) => number): Matrix {
  const out = createMatrix(p, p);
  for (let j = 0; j < p; j++) for (let i = 0; i <= j; i++) out.values[i + j * p] = entry(i, j);
  return out;
}

function residualRow(fit: FitResult): AnovaTable["residual"] {
  const df = fit.nobs - fit.beta.length;
  const sumSq = fit.residualSumOfSquares;
  // of the method: sumSq / df unless the fit is by ML
  return { df, sumSq, meanSq: df > 0 ? fit.sigma * fit.sigma : null };
}

function noMargin(term: string): Note {
  return {
    code: "inference/no-margin",
    severity: "warning",
    message: `the tests of '${term}' and of the terms inside it depend on the contrasts of its factors, because the formula leaves out a margin of it`,
    hint: "add the margin to the formula",
    subject: term,
  };
}

function notEstimable(term: string, estimable: number, parameters: number): Note {
  return {
    code: "inference/not-estimable",
    severity: "warning",
    message:
      estimable === 0
        ? `the term '${term}' cannot be tested: the data do not identify it apart from the other terms`
        : `only ${estimable} of ${parameters} degrees of freedom of the term '${term}' can be tested in this type of hypothesis`,
    subject: term,
  };
}
