import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { FitOptions } from "../fit/options.ts";
import type { FitResult } from "../fit/result.ts";
import { formulaText } from "../formula/formulaText.ts";
import { fittedRows } from "../predict/fittedRows.ts";
import { refitFormula } from "../predict/refitFormula.ts";
import type { Table } from "../table/table.ts";
import type { AnovaRow } from "./anova.ts";
import { type DenominatorMethod, type DenominatorName, isMixed } from "./denominator.ts";
import { dropTests } from "./dropTests.ts";
import { formulaOf, type RanovaRow, ranova } from "./ranova.ts";

export interface StepOptions extends FitOptions {
  /** random terms with a larger p are taken out, default 0.1; null keeps them all */
  readonly alphaRandom?: number | null;
  /** fixed terms with a larger p are taken out, default 0.05; null keeps them all */
  readonly alphaFixed?: number | null;
  /** p of random terms: `chisq` (default, as lmerTest's step), or `mixture`, which holds at the boundary */
  readonly randomP?: "chisq" | "mixture";
  /** texts of fixed terms and random terms that stay */
  readonly keep?: readonly string[];
  /** denominator degrees of freedom of the fixed terms */
  readonly ddf?: DenominatorMethod;
  /** called before each round; return false to stop with the model that was reached */
  readonly onRound?: (progress: StepProgress) => boolean | undefined;
}

export interface StepProgress {
  readonly round: number;
  readonly part: "random" | "fixed";
  readonly formula: string;
}

/** A term on the path: when it was taken out (0: it stayed), and its test at that time (terms that stayed: the last). */
export type StepRandomRow = RanovaRow & { readonly eliminated: number };
export type StepFixedRow = AnovaRow & { readonly eliminated: number };

export interface StepResult {
  /** the model that the path leads to */
  readonly formula: string;
  readonly fit: FitResult;
  /** in the order of elimination, then terms that stayed; the first row is the whole model, term null */
  readonly random: readonly StepRandomRow[];
  readonly fixed: readonly StepFixedRow[];
  readonly ddf: DenominatorName | null;
  readonly notes: readonly Note[];
}

/**
 * Backward elimination as lmerTest's step: first the random terms by likelihood ratio, the one with the largest p above
 * `alphaRandom` each time; then the fixed terms by F, the largest p above `alphaFixed` among those that are marginal to no
 * other.
 *
 * P values of a model that was found this way are too small; the note says so.
 *
 * @param table   the table that was fitted
 * @throws HendersonError inference/needs-formula, inference/step-alpha, inference/step-keep
 * @cite Kuznetsova, Brockhoff & Christensen (2017), J. Stat. Softw. 82(13)
 */
export function stepwise(fit: FitResult, table: Table, options: StepOptions = {}): StepResult {
  const {
    alphaRandom = 0.1,
    alphaFixed = 0.05,
    randomP = "chisq",
    keep = [],
    ddf,
    onRound,
    ...how
  } = options;
  for (const alpha of [alphaRandom, alphaFixed]) requireAlpha(alpha);
  if (fit.model.traits !== undefined) {
    throw new HendersonError(
      "inference/one-trait",
      `backward elimination takes one trait at a time, and this model has ${fit.model.traits.names.join(", ")}`,
      { hint: "fit each trait by itself, or look at drop1 and ranova, which take several" },
    );
  }
  formulaOf(fit); // refuses models that were given as numbers
  const kept = fittedRows(table, fit.design!);
  let current = fit;
  // rows of a refit are counted in the table that it was given
  let rowsOf = table;
  const refit = (formula: string): void => {
    current = refitFormula(current, formula, rowsOf, how);
    rowsOf = kept;
  };
  let round = 0;
  let stopped = false;
  const goOn = (part: StepProgress["part"]): boolean => {
    round++;
    stopped ||= onRound?.({ round, part, formula: formulaText(formulaOf(current)) }) === false;
    return !stopped;
  };
  const notes: Note[] = [];
  const random: StepRandomRow[] = [];
  const known = new Set<string>();

  while (alphaRandom !== null && isMixed(current) && goOn("random")) {
    const tested = ranova(current, rowsOf, how);
    for (const row of tested.rows) if (row.term !== null) known.add(row.term);
    const p = (row: RanovaRow): number => (randomP === "mixture" ? row.pMixture : null) ?? row.p ?? 1;
    const [whole, ...tests] = tested.rows;
    if (random.length === 0) {
      random.push({ ...whole!, eliminated: 0 });
      notes.push(...tested.notes);
    }
    const worst = tests
      .filter((row) => !keep.includes(row.term!))
      .reduce<RanovaRow | null>((best, row) => (best === null || p(row) > p(best) ? row : best), null);
    if (worst === null || !(p(worst) > alphaRandom)) {
      random.push(...tests.map((row) => ({ ...row, eliminated: 0 })));
      break;
    }
    random.push({ ...worst, eliminated: random.length });
    refit(worst.formula);
  }

  const fixed: StepFixedRow[] = [];
  let method: DenominatorName | null = null;
  while (alphaFixed !== null && goOn("fixed")) {
    const { rows, ddf: used, notes: told } = dropTests(current, ddf === undefined ? {} : { ddf });
    if (method === null) notes.push(...told);
    method = used;
    for (const row of rows) known.add(row.term);
    const p = (row: AnovaRow): number => row.p ?? 1;
    const worst = rows
      .filter((row) => !keep.includes(row.term))
      .reduce<AnovaRow | null>((best, row) => (best === null || p(row) > p(best) ? row : best), null);
    if (worst === null || !(p(worst) > alphaFixed)) {
      fixed.push(...rows.map((row) => ({ ...row, eliminated: 0 })));
      break;
    }
    fixed.push({ ...worst, eliminated: fixed.length + 1 });
    refit(formulaWithout(current, worst.term));
  }
  requireKept(keep, known, fit);
  if (stopped) {
    notes.push({
      code: "inference/step-cancelled",
      severity: "warning",
      message: "stopped before the end: the model is that of the last complete round",
    });
  }
  if ([...random, ...fixed].some(({ eliminated }) => eliminated > 0)) notes.push(selectionNote());
  return {
    formula: formulaText(formulaOf(current)),
    fit: current,
    random,
    fixed,
    ddf: method,
    notes: unique(notes),
  };
}

function formulaWithout(fit: FitResult, term: string): string {
  const formula = formulaOf(fit);
  const traits = formula.traits.map((trait) => ({
    ...trait,
    fixed: { ...trait.fixed, terms: trait.fixed.terms.filter(({ text }) => text !== term) },
  }));
  return formulaText({ traits });
}

function requireAlpha(alpha: number | null): void {
  if (alpha === null || (alpha >= 0 && alpha <= 1)) return;
  throw new HendersonError(
    "inference/step-alpha",
    `a limit for p lies between 0 and 1, and ${Number.isNaN(alpha) ? "this one is not a number" : `${alpha} does not`}`,
    { hint: "write 5 % as 0.05" },
  );
}

function requireKept(keep: readonly string[], known: ReadonlySet<string>, fit: FitResult): void {
  const terms = new Set([
    ...known,
    ...formulaOf(fit).traits.flatMap(({ fixed }) => fixed.terms.map(({ text }) => text)),
  ]);
  const wrong = keep.find((term) => !terms.has(term));
  if (wrong === undefined) return;
  throw new HendersonError("inference/step-keep", `there is no term '${wrong}' to keep`, {
    hint: `the terms are ${[...terms].join("; ")}`,
  });
}

/** What the p values of a selected model mean. */
function selectionNote(): Note {
  return {
    code: "inference/after-selection",
    severity: "info",
    message:
      "terms were selected by their p values, so tests and intervals of the final model are too optimistic",
  };
}

function unique(notes: readonly Note[]): readonly Note[] {
  return notes.filter((note, i) => notes.findIndex(({ message }) => message === note.message) === i);
}
