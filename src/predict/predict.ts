import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { EncodedRows } from "../design/design.ts";
import { encodeRows } from "../design/encodeRows.ts";
import type { Recipe } from "../design/recipe.ts";
import type { FitResult } from "../fit/result.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Column, Table } from "../table/table.ts";
import { addRandomPart, encodedFixedPart, type PredictionTarget } from "./linearPredictor.ts";

/** What to do with a level of a grouping factor that was not in the data of the fit. */
export type NewLevels = "error" | "zero";

export interface PredictOptions {
  /** `mean` (default): the population, fixed effects only; `group`: with the random effects of the row's levels. */
  readonly target?: PredictionTarget;
  /** `error` (default) refuses unknown levels by name; `zero` predicts the population mean for them. Only for `group`. */
  readonly newLevels?: NewLevels;
}

export interface PredictResult {
  readonly target: PredictionTarget;
  /** one per row of the table, of several traits all rows of the first and then of the next; null where a predictor is missing */
  readonly predictions: readonly (number | null)[];
  /** where there are several */
  readonly traits?: readonly string[];
  readonly notes: readonly Note[];
}

/** As many unknown levels are named in a message. */
const NAMED_LEVELS = 10;

/**
 * Predictions for the rows of a table, encoded with the levels, contrasts and constants of the fit.
 *
 * Works on a fit loaded without its data. Columns that the model does not use may be absent.
 *
 * @throws predict/new-levels an unknown level of a grouping factor while `newLevels` is "error"
 * @throws predict/no-recipe the fit was made from a Model directly, so new rows cannot be encoded
 */
export function predict(fit: FitResult, table: Table, options: PredictOptions = {}): PredictResult {
  const { target = "mean", newLevels = "error" } = options;
  if (fit.design === null) {
    throw new HendersonError(
      "predict/no-recipe",
      "this fit was made from a model without a formula, so new rows cannot be encoded",
      {
        hint: "fit a formula and a table, or multiply the coefficients with your own matrix",
      },
    );
  }
  const rows = encodeRows(fit.design.recipe, table, { random: target === "group" });
  const notes: Note[] = [...rows.notes];
  const values = encodedFixedPart(fit, rows);
  if (target === "group") {
    notes.push(...checkLevels(fit, rows, newLevels));
    addRandomPart(fit, rows.random, values);
    markMissingGroups(fit.design.recipe, table, values);
  }
  const predictions = Array.from(values, (x, i) => (rows.missing[i] === 1 || Number.isNaN(x) ? null : x));
  const missing = predictions.reduce((count: number, x) => count + (x === null ? 1 : 0), 0);
  if (missing > 0) {
    notes.push({
      code: "predict/missing-predictors",
      severity: "info",
      message: `${missing} of ${predictions.length} rows ${missing === 1 ? "has" : "have"} a missing predictor and no prediction`,
    });
  }
  return { target, predictions, ...(rows.traits === undefined ? {} : { traits: rows.traits }), notes };
}

/**
 * A row whose group or random slope is missing has no prediction at group level: NaN. Of several levels a row,
 * mm(first, second), those that are missing contribute nothing.
 */
function markMissingGroups(recipe: Recipe, table: Table, values: Float64Array): void {
  for (const term of recipe.random) {
    const parts = term.blocks ?? [{ trait: 0, layers: [term.groupVariables], terms: term.terms }];
    for (const { trait = 0, layers, terms } of parts) {
      const variables = recipe.traits?.[trait]?.variables ?? recipe.variables;
      const names = new Set<string>();
      const groups = layers.length === 1 ? layers[0]! : [];
      for (const text of [...groups, ...terms.flatMap((each) => each.variables)]) {
        columnsOf((variables[text] ?? recipe.variables[text]!).expression, names);
      }
      for (const name of names) {
        const column = table.columns.get(name);
        if (column === undefined) continue;
        const first = trait * table.rowCount;
        for (let i = 0; i < table.rowCount; i++) if (isMissing(column, i)) values[first + i] = Number.NaN;
      }
    }
  }
}

function isMissing(column: Column, row: number): boolean {
  switch (column.kind) {
    case "numeric":
      return Number.isNaN(column.values[row]);
    case "text":
      return column.codes[row]! < 0;
    case "logical":
      return column.values[row] === 255;
  }
}

/** Unknown levels of every grouping factor, once a factor: an error, or a note when they stand for zero. */
function checkLevels(fit: FitResult, rows: EncodedRows, newLevels: NewLevels): Note[] {
  const notes: Note[] = [];
  const seen = new Set<string>();
  fit.model.random.forEach((term, t) => {
    const { unknownLevels } = rows.random[t]!;
    if (unknownLevels.size === 0 || seen.has(term.group)) return;
    seen.add(term.group);
    const levels = [...unknownLevels.keys()];
    const named = levels.slice(0, NAMED_LEVELS).map((level) => `'${level}'`);
    const rest = levels.length > NAMED_LEVELS ? ` and ${levels.length - NAMED_LEVELS} more` : "";
    const list = `${named.join(", ")}${rest}`;
    if (newLevels === "error") {
      throw new HendersonError(
        "predict/new-levels",
        `${term.group} has levels that were not in the data of the fit: ${list}`,
        {
          hint: `predict their population mean with newLevels: "zero" (--new-levels zero), or leave group effects out with target "mean"`,
        },
      );
    }
    const rowCount = [...unknownLevels.values()].reduce((a, b) => a + b, 0);
    notes.push({
      code: "predict/new-levels-as-zero",
      severity: "info",
      message: `${rowCount === 1 ? "1 row has a level" : `${rowCount} rows have levels`} of ${term.group} that the data of the fit did not have (${list}); such effects are taken as zero`,
      subject: term.component,
    });
  });
  return notes;
}
