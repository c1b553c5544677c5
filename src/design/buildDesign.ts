import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { parseExpression } from "../formula/parseExpression.ts";
import type { ModelFormula } from "../formula/terms.ts";
import type { Table } from "../table/table.ts";
import { aliasedNote, coefficientsOf, fixedTermsOf } from "./coefficients.ts";
import type { Design } from "./design.ts";
import { encodeFixed } from "./encodeFixed.ts";
import { noteUnusedLevels, requireLevelsOfTrait } from "./levelNotes.ts";
import type { DesignOptions } from "./options.ts";
import { encodeRandom } from "./randomTerms.ts";
import type { Recipe } from "./recipe.ts";
import { predictorTexts, recipeOf } from "./recipeOf.ts";
import { rowsOfSubset } from "./rows.ts";
import { weightsOf } from "./rowVectors.ts";
import { type Scope, unknownColumn } from "./scope.ts";
import { concatenate, recordRows, stackFixed, traitRecords } from "./stackTraits.ts";
import { manyFactorsNote } from "./termStructure.ts";
import { countDropped, traitData } from "./traitRecords.ts";
import { traitsOf } from "./traits.ts";
import { applyFactorOptions } from "./variables.ts";

/**
 * Formula and table become a model: rows are chosen, variables evaluated and coded, aliased columns taken out.
 * Records of several traits are stacked, trait outermost.
 *
 * @throws HendersonError with codes `design/...` (see catalogue.ts)
 */
export function buildDesign(formula: ModelFormula, table: Table, options: DesignOptions = {}): Design {
  return buildDesignWith({}, formula, table, options);
}

/**
 * The design with constants of data-dependent transforms that are known already, by text of the call: models that
 * are to be nested must share their bases, also where they are fitted to some of the rows.
 */
export function buildDesignWith(
  constants: Recipe["transforms"],
  formula: ModelFormula,
  table: Table,
  options: DesignOptions,
): Design {
  const { source } = formula;
  const plan = traitsOf(formula);
  if (table.rowCount === 0) throw new HendersonError("design/no-rows", "the data have no rows");
  const alone = plan.traits.length === 1;
  const held = new Set(options.held);
  const notes: Note[] = [];
  const scope = trainingScope(constants, formula, table, options, notes);
  const weighting = options.weights === undefined ? null : weightsOf(options.weights, scope);

  const traits = plan.traits.map((trait) =>
    traitData(trait, scope, weighting, options.missing ?? "omit", alone, notes),
  );
  const dropped = countDropped(traits, scope, notes);
  const predictors = traits.map(({ formula: own }) => predictorTexts(own));
  const factors = traits.map((trait, t) => ({ ...trait, predictors: predictors[t]! }));
  applyFactorOptions(factors, options);
  for (const trait of factors) {
    if (!alone) requireLevelsOfTrait(trait);
    noteUnusedLevels(trait, trait.dropped > 0 && options.subset === undefined, alone, notes);
  }

  const encoded = traits.map((trait) => encodeFixed(trait, weighting, source, held.has("residual"), alone));
  encoded.forEach(({ independent, encoded: terms }, t) => {
    if (independent.aliased.length > 0) {
      notes.push(aliasedNote(independent, terms, alone ? null : traits[t]!.name));
    }
  });
  let first = 0;
  const placed = traits.map(({ name, variables, rowCount }) => {
    first += rowCount;
    return { name, variables, rowCount, first: first - rowCount };
  });
  const weights = weighting === null ? undefined : concatenate(encoded.map((trait) => trait.weights!));
  const random = encodeRandom(plan.traits, placed, {
    source,
    rowCount: first,
    shared: plan.shared,
    relationships: options.relationships ?? {},
    residualIsScaled: weights !== undefined && varies(weights),
    held,
  });
  for (const term of random.terms) {
    const note = manyFactorsNote(term);
    if (note !== null) notes.push(note);
  }
  const rows = recordRows(traits);
  const offset = encoded.every((trait) => trait.offset === null)
    ? null
    : concatenate(encoded.map((trait) => trait.offset ?? new Float64Array(trait.response.length)));
  return {
    formula,
    model: {
      response: concatenate(encoded.map(({ response }) => response)),
      fixed: stackFixed(encoded.map(({ independent }) => independent.fixed)),
      random: random.terms,
      ...(weights === undefined ? {} : { weights }),
      ...(offset === null ? {} : { offset }),
      ...(alone ? {} : { traits: traitRecords(traits, encoded, rows!, scope.rowCount) }),
    },
    recipe: recipeOf(source, factors, encoded, scope.constants, random.recipes, options),
    coefficients: coefficientsOf(encoded, traits),
    fixedTerms: fixedTermsOf(encoded, traits),
    keptRows: tableRows(scope, rows),
    dropped,
    excludedBySubset: table.rowCount - scope.rowCount,
    responseName: traits.map(({ name }) => name).join(", "),
    notes: distinct(notes),
    ...(alone ? {} : { droppedRecords: traits.map(({ name, dropped: count }) => ({ trait: name, count })) }),
  };
}

function trainingScope(
  constants: Recipe["transforms"],
  formula: ModelFormula,
  table: Table,
  options: DesignOptions,
  notes: Note[],
): Scope {
  const factorColumns = options.factors === undefined ? null : new Set(options.factors);
  for (const name of factorColumns ?? []) {
    if (!table.columns.has(name)) throw unknownColumn(table, name);
  }
  const scope: Scope = {
    table,
    rows: null,
    rowCount: table.rowCount,
    factorColumns,
    source: formula.source,
    constants: { ...constants },
    learning: true,
    notes,
  };
  if (options.subset === undefined) return scope;
  const rows = rowsOfSubset(parseExpression(options.subset), {
    ...scope,
    source: options.subset,
    constants: {},
  });
  return rows === null ? scope : { ...scope, rows, rowCount: rows.length };
}

/** Rows of the user's table behind the records of the model. */
function tableRows(scope: Scope, local: Int32Array | null): Int32Array {
  if (local === null) return scope.rows ?? consecutive(scope.rowCount);
  return scope.rows === null ? local : local.map((i) => scope.rows![i]!);
}

function consecutive(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  return rows;
}

function varies(values: Float64Array): boolean {
  return values.some((value) => value !== values[0]);
}

/** Notes without repetitions: traits share columns. */
function distinct(notes: readonly Note[]): Note[] {
  if (notes.length < 2) return [...notes];
  const texts = new Set<string>();
  return notes.filter(({ code, message }) => {
    const text = `${code} ${message}`;
    return !texts.has(text) && texts.add(text);
  });
}
