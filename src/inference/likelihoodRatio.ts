import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { mixtureNote, unknownNote } from "./mixtureNotes.ts";
import { mixtureTail, type NullDistribution, varianceNull } from "./varianceNull.ts";

export interface CompareOptions {
  /** fits the same model by ML; needed when REML fits have different fixed effects */
  readonly refit?: (fit: FitResult) => FitResult;
  /** one name a fit; default their formulas */
  readonly names?: readonly string[];
}

/** A fit in the table; chisq, df and p compare it with the row above. */
export interface ComparisonRow {
  readonly name: string;
  /** position in the argument of `compareFits` */
  readonly index: number;
  readonly npar: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly logLik: number;
  /** -2 logLik */
  readonly deviance: number;
  readonly chisq: number | null;
  readonly df: number | null;
  /** by chi-squared on df; null in the first row and where df is zero */
  readonly p: number | null;
  /** by the mixture that holds where variances are zero under the null hypothesis; null where nothing is on a boundary */
  readonly pMixture: number | null;
  readonly nullDistribution: NullDistribution | null;
}

export interface Comparison {
  /** by number of parameters, as lme4's anova() */
  readonly rows: readonly ComparisonRow[];
  /** likelihood of the rows */
  readonly criterion: "REML" | "ML";
  readonly notes: readonly Note[];
}

/**
 * Likelihood-ratio and information-criterion table of several fits of the same data.
 *
 * REML likelihoods compare only models with the same fixed effects in the same coding; other REML fits are
 * refitted by ML through `refit`, and a note says which. The table does not check that fixed effects are
 * nested. Where the larger model has further variances, `p` ignores that they cannot be negative and is conservative;
 * `pMixture` does not (see varianceNull.ts), and a note says which distribution that is, or that none is known.
 *
 * @throws HendersonError `inference/one-fit`, `inference/different-data`, `inference/needs-refit`
 */
export function compareFits(fits: readonly FitResult[], options: CompareOptions = {}): Comparison {
  if (fits.length < 2) {
    throw new HendersonError(
      "inference/one-fit",
      `a likelihood-ratio table needs two fits or more, and ${fits.length} came`,
      { hint: "for F tests of the terms of one fit use its analysis-of-variance table" },
    );
  }
  const names = fits.map((fit, i) => options.names?.[i] ?? fit.design?.formula.source ?? `model ${i + 1}`);
  requireSameData(fits, names);
  const notes: Note[] = [];
  const compared = comparable(fits, names, options.refit, notes);
  const order = compared.map((_, i) => i);
  order.sort((i, j) => compared[i]!.degreesOfFreedom - compared[j]!.degreesOfFreedom || i - j);
  let previous: FitResult | null = null;
  const unknown: string[] = [];
  const rows: ComparisonRow[] = [];
  for (const index of order) {
    const fit: FitResult = compared[index]!;
    rows.push({
      name: names[index]!,
      index,
      npar: fit.degreesOfFreedom,
      AIC: fit.AIC,
      BIC: fit.BIC,
      logLik: fit.logLik,
      deviance: -2 * fit.logLik,
      ...ratio(previous, fit, () => unknown.push(names[index]!)),
    });
    previous = fit;
  }
  const tested = rows.filter((row) => row.nullDistribution !== null);
  if (tested.length > 0) notes.push(mixtureNote(tested.some((row) => row.nullDistribution?.exact === false)));
  if (unknown.length > 0) notes.push(unknownNote(unknown));
  return { rows, criterion: compared[0]!.method === "REML" ? "REML" : "ML", notes };
}

function ratio(
  smaller: FitResult | null,
  larger: FitResult,
  onUnknown: () => void,
): Pick<ComparisonRow, "chisq" | "df" | "p" | "pMixture" | "nullDistribution"> {
  if (smaller === null) return { chisq: null, df: null, p: null, pMixture: null, nullDistribution: null };
  const chisq = Math.max(0, 2 * (larger.logLik - smaller.logLik));
  const df = larger.degreesOfFreedom - smaller.degreesOfFreedom;
  const p = df > 0 ? chiSquaredCdf(chisq, df, { lower: false }) : null;
  const distribution = df > 0 ? varianceNull(smaller, larger) : "regular";
  if (distribution === "unknown") onUnknown();
  if (typeof distribution === "string") return { chisq, df, p, pMixture: null, nullDistribution: null };
  return { chisq, df, p, pMixture: mixtureTail(distribution, chisq), nullDistribution: distribution };
}

/** The fits with likelihoods that may be compared: all ML, or all REML with one and the same X. */
function comparable(
  fits: readonly FitResult[],
  names: readonly string[],
  refit: CompareOptions["refit"],
  notes: Note[],
): readonly FitResult[] {
  const restricted = fits.filter((fit) => fit.method === "REML");
  const alike = restricted.length === fits.length && fits.every((fit) => sameFixedEffects(fits[0]!, fit));
  if (restricted.length === 0 || alike) return fits;
  if (refit === undefined) {
    throw new HendersonError(
      "inference/needs-refit",
      "REML likelihoods of models with different fixed effects cannot be compared",
      { hint: "fit the models by ML" },
    );
  }
  notes.push({
    code: "inference/refitted",
    severity: "info",
    message: `refitted by ML before comparing: ${names.filter((_, i) => fits[i]!.method === "REML").join("; ")}`,
  });
  return fits.map((fit) => (fit.method === "REML" ? refit(fit) : fit));
}

/** @throws HendersonError `inference/different-data`, `fit/needs-data` */
function requireSameData(fits: readonly FitResult[], names: readonly string[]): void {
  const first = fits[0]!;
  for (const [i, fit] of fits.entries()) {
    requireRows(fit, "comparisons");
    if (fit.nobs !== first.nobs) {
      throw new HendersonError(
        "inference/different-data",
        `'${names[0]}' has ${first.nobs} observations and '${names[i]}' has ${fit.nobs}`,
        { hint: "rows with missing values in any of the models must be left out of all of them" },
      );
    }
    if (!sameNumbers(first.model.response, fit.model.response)) {
      throw new HendersonError(
        "inference/different-data",
        `'${names[0]}' and '${names[i]}' do not have the same response`,
        {
          hint: "likelihoods compare models of one response in one unit, so log(y) cannot be compared with y",
        },
      );
    }
    if (!sameWeights(first, fit)) {
      throw new HendersonError(
        "inference/different-data",
        `'${names[0]}' and '${names[i]}' do not have the same weights`,
        { hint: "fit them with the same weights" },
      );
    }
  }
}

function sameFixedEffects(a: FitResult, b: FitResult): boolean {
  const x = a.model.fixed.matrix;
  const z = b.model.fixed.matrix;
  return x.columns === z.columns && sameNumbers(x.values, z.values);
}

function sameWeights(a: FitResult, b: FitResult): boolean {
  const u = a.model.weights;
  const v = b.model.weights;
  if (u !== undefined && v !== undefined) return sameNumbers(u, v);
  return (u ?? v ?? []).every((weight) => weight === 1);
}

function sameNumbers(x: Float64Array, y: Float64Array): boolean {
  return x === y || (x.length === y.length && x.every((value, i) => value === y[i]));
}
