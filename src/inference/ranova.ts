import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { FitOptions } from "../fit/options.ts";
import type { FitResult } from "../fit/result.ts";
import { formulaText, randomTermText } from "../formula/formulaText.ts";
import type { LinearPredictor, ModelFormula, RandomTermSyntax, Term } from "../formula/terms.ts";
import { refitFormula } from "../predict/refitFormula.ts";
import type { Table } from "../table/table.ts";
import { mixtureNote, unknownNote } from "./mixtureNotes.ts";
import { mixtureTail, type NullDistribution, varianceNull } from "./varianceNull.ts";

/** A model without a random term, or with a smaller one, against the whole model (the first row, term null). */
export interface RanovaRow {
  /** `(1 | plate)`, `Days in (Days | Subject)` */
  readonly term: string | null;
  /** formula of the model of the row */
  readonly formula: string;
  readonly npar: number;
  readonly logLik: number;
  readonly AIC: number;
  readonly LRT: number | null;
  readonly df: number | null;
  /** by chi-squared on df, as lmerTest's ranova: conservative, because variances cannot be negative */
  readonly p: number | null;
  /** by the mixture that holds at the boundary; null where it is not known */
  readonly pMixture: number | null;
  readonly nullDistribution: NullDistribution | null;
  readonly converged: boolean;
}

export interface RanovaTable {
  /** likelihood that is compared */
  readonly criterion: "REML" | "ML";
  readonly rows: readonly RanovaRow[];
  readonly notes: readonly Note[];
}

export interface RanovaOptions extends FitOptions {
  /** take whole terms out instead of one coefficient after the other; default false */
  readonly whole?: boolean;
}

/**
 * Likelihood-ratio tests of the random terms: `(x | g)` is reduced to `(1 | g)`, `(1 | g)` is taken out, one at a time.
 *
 * The models have the same fixed effects, so REML likelihoods compare. Each row has the naive p and that of the mixture of
 * chi-squared distributions that holds where variances are zero under the null hypothesis.
 *
 * @param table   the table that was fitted
 * @param options those of the fit
 * @throws HendersonError inference/needs-formula, inference/no-random-terms
 * @cite Self & Liang (1987), JASA 82, 605; Stram & Lee (1994), Biometrics 50, 1171
 */
export function ranova(fit: FitResult, table: Table, options: RanovaOptions = {}): RanovaTable {
  const { whole = false, ...how } = options;
  const formula = formulaOf(fit);
  const steps = reductions(formula, fit, whole);
  if (steps.length === 0) {
    throw new HendersonError("inference/no-random-terms", "the model has no random terms to test", {
      hint: "terms of a linear model are tested by anova and drop1",
    });
  }
  const rows: RanovaRow[] = [{ term: null, formula: formulaText(formula), ...of(fit), ...nothing }];
  for (const step of steps) {
    const without = refitFormula(fit, step.formula, table, how);
    rows.push({ term: step.term, formula: step.formula, ...of(without), ...compared(without, fit) });
  }
  return { criterion: fit.method === "ML" ? "ML" : "REML", rows, notes: notesOf(rows, fit) };
}

/** The formula of a fit. @throws inference/needs-formula */
export function formulaOf(fit: FitResult): ModelFormula {
  if (fit.design !== null) return fit.design.formula;
  throw new HendersonError(
    "inference/needs-formula",
    "terms come from a formula, and this model was given as numbers",
    { hint: "compare fits with and without terms instead" },
  );
}

/** Part of a log-likelihood below which a difference is rounding. */
const ROUNDING = 1e-10;

const nothing = { LRT: null, df: null, p: null, pMixture: null, nullDistribution: null };

function of(fit: FitResult): Pick<RanovaRow, "npar" | "logLik" | "AIC" | "converged"> {
  return {
    npar: fit.degreesOfFreedom,
    logLik: fit.logLik,
    AIC: fit.AIC,
    converged: fit.convergence.converged,
  };
}

function compared(
  smaller: FitResult,
  larger: FitResult,
): Pick<RanovaRow, "LRT" | "df" | "p" | "pMixture" | "nullDistribution"> {
  const gain = 2 * (larger.logLik - smaller.logLik);
  // what is rounding is zero: half of a mixture sits there
  const LRT = gain > ROUNDING * Math.max(1, Math.abs(larger.logLik)) ? gain : 0;
  const df = larger.degreesOfFreedom - smaller.degreesOfFreedom;
  const distribution = varianceNull(smaller, larger);
  const nullDistribution = typeof distribution === "string" ? null : distribution;
  return {
    LRT,
    df,
    p: df > 0 ? chiSquaredCdf(LRT, df, { lower: false }) : null,
    pMixture: nullDistribution === null ? null : mixtureTail(nullDistribution, LRT),
    nullDistribution,
  };
}

interface Reduction {
  readonly term: string;
  readonly formula: string;
}

function reductions(formula: ModelFormula, fit: FitResult, whole: boolean): readonly Reduction[] {
  const found: Reduction[] = [];
  formula.traits.forEach((trait, t) => {
    trait.random.forEach((random, r) => {
      for (const { term, smaller } of smallerTerms(random, fit, whole)) {
        const others = trait.random.flatMap((other, o) => {
          if (o !== r) return [other];
          return smaller === null ? [] : [smaller];
        });
        const traits = formula.traits.map((each, e) => (e === t ? { ...each, random: others } : each));
        found.push({ term, formula: formulaText({ traits }) });
      }
    });
  });
  return found;
}

/** What a random term can be reduced to, null for nothing; as lmerTest reduces terms. */
function smallerTerms(
  random: RandomTermSyntax,
  fit: FitResult,
  whole: boolean,
): readonly { readonly term: string; readonly smaller: RandomTermSyntax | null }[] {
  const text = randomTermText(random);
  const { left, structure, uncorrelated } = random;
  const withLeft = (predictor: LinearPredictor): RandomTermSyntax => ({ ...random, left: predictor });
  if (uncorrelated && !whole) {
    // every coefficient is a term of its own
    const found: { term: string; smaller: RandomTermSyntax | null }[] = [];
    if (left.intercept) {
      const rest = left.terms.length === 0 ? null : withLeft({ ...left, intercept: false });
      found.push({ term: `(1) in ${text}`, smaller: rest });
    }
    for (const dropped of droppable(left.terms)) {
      const terms = left.terms.filter((term) => term !== dropped);
      const rest = terms.length === 0 && !left.intercept ? null : withLeft({ ...left, terms });
      found.push({ term: `${dropped.text} in ${text}`, smaller: rest });
    }
    return found;
  }
  if (whole || left.terms.length === 0 || structure !== "us") return [{ term: text, smaller: null }];
  return droppable(left.terms).map((dropped) => {
    const terms = left.terms.filter((term) => term !== dropped);
    const term = `${dropped.text} in ${text}`;
    if (left.intercept || terms.length > 0) return { term, smaller: withLeft({ ...left, terms }) };
    // the columns of a factor hold the constant, those of a covariate do not
    const factor = dropped.variables.every(
      (variable) => fit.design!.recipe.variables[variable.text]?.kind === "factor",
    );
    return { term, smaller: factor ? withLeft({ ...left, terms, intercept: true }) : null };
  });
}

/** Terms that are not inside another one. */
function droppable(terms: readonly Term[]): readonly Term[] {
  const names = (term: Term): ReadonlySet<string> => new Set(term.variables.map(({ text }) => text));
  return terms.filter(
    (term) =>
      !terms.some(
        (other) =>
          other.variables.length > term.variables.length &&
          [...names(term)].every((name) => names(other).has(name)),
      ),
  );
}

function notesOf(rows: readonly RanovaRow[], fit: FitResult): readonly Note[] {
  const notes: Note[] = [];
  const tested = rows.slice(1);
  if (tested.some((row) => row.pMixture !== null))
    notes.push(mixtureNote(tested.some((row) => row.nullDistribution?.exact === false)));
  const unknown = tested.filter((row) => row.nullDistribution === null).map((row) => row.term!);
  if (unknown.length > 0) notes.push(unknownNote(unknown));
  const failed = rows.filter((row) => !row.converged).map((row) => row.term ?? "the whole model");
  if (failed.length > 0) {
    notes.push({
      code: "inference/refit-not-converged",
      severity: "warning",
      message: `did not converge without: ${failed.join("; ")}; tests with these likelihoods mean little`,
      hint: "look at the model of that row by itself",
    });
  }
  if (fit.convergence.boundary.length > 0) notes.push(nuisanceNote());
  return notes;
}

function nuisanceNote(): Note {
  return {
    code: "inference/boundary-nuisance",
    severity: "info",
    message:
      "a variance that is not tested is itself estimated on the boundary: the mixtures suppose that it is not zero, and are conservative where it is",
  };
}
