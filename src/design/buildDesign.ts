import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { parseExpression } from "../formula/parseExpression.ts";
import type { ModelFormula, TraitFormula } from "../formula/terms.ts";
import { fixedEffects } from "../model/fixedEffects.ts";
import type { Table } from "../table/table.ts";
import { codeTerms } from "./coding.ts";
import { aliasedNote, coefficientsOf, fixedTermsOf } from "./coefficients.ts";
import type { Design } from "./design.ts";
import { encodeTerms } from "./encodeTerms.ts";
import type { DesignOptions } from "./options.ts";
import { encodeRandom } from "./randomTerms.ts";
import type { Recipe, VariableRecipe } from "./recipe.ts";
import { completeRows, droppedNote, missingRows, rowsOfSubset } from "./rows.ts";
import { offsetOf, responseOf, weightsOf } from "./rowVectors.ts";
import { type Scope, unknownColumn } from "./scope.ts";
import {
  applyFactorOptions,
  asFactor,
  asPredictor,
  checkFinite,
  isFactor,
  keepRows,
  prepareVariables,
  requiredVariables,
  type Variables,
} from "./variables.ts";

/**
 * Formula and table become a model: rows are chosen, variables evaluated and coded, aliased columns taken out.
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
  const trait = singleTrait(formula);
  if (table.rowCount === 0) throw new HendersonError("design/no-rows", "the data have no rows");
  const held = new Set(options.held);
  const notes: Note[] = [];
  const scope = { ...trainingScope(formula, table, options, notes), constants: { ...constants } };
  const variables = prepareVariables(trait, scope);
  const weighting = options.weights === undefined ? null : weightsOf(options.weights, scope);

  const required = requiredVariables(trait, variables);
  const all = weighting === null ? required : [...required, weighting.variable];
  const missing = missingRows(all, scope.rowCount);
  const complete = completeRows(missing, scope, options.missing ?? "omit");
  const local = weighting === null ? complete : weighting.positiveRows(complete, notes);
  if (local !== null) keepRows(variables, local);
  const rowCount = local === null ? scope.rowCount : local.length;
  const dropped = scope.rowCount - (complete === null ? scope.rowCount : complete.length);
  if (dropped > 0) notes.push(droppedNote(missing, dropped, scope.rowCount));
  checkFinite(required, local);

  const predictors = predictorTexts(trait);
  applyFactorOptions(variables, predictors, options, rowCount);
  noteUnusedLevels(variables, predictors, dropped > 0 && options.subset === undefined, rowCount, notes);

  const response = responseOf(trait, variables, rowCount, source);
  const offset = offsetOf(trait, variables, rowCount);
  const weights = weighting?.values(local);
  const coding = codeTerms(trait.fixed, (text) => isFactor(variables.get(text)!));
  const encoded = encodeTerms(
    trait.fixed.intercept,
    coding,
    (text) => asPredictor(variables.get(text)!, rowCount),
    rowCount,
  );
  const independent = fixedEffects(encoded.names, encoded.matrix, weights);
  if (independent.kept.length >= rowCount && !held.has("residual")) {
    throw new HendersonError(
      "design/too-many-coefficients",
      `the fixed part has ${independent.kept.length} coefficients for ${rowCount} rows, so nothing is left to estimate the variance`,
      { hint: "use fewer terms, or check that numeric columns were not read as text" },
    );
  }
  if (independent.aliased.length > 0) notes.push(aliasedNote(independent, encoded));
  const random = encodeRandom([trait], [{ name: "", variables, rowCount, first: 0 }], {
    source,
    rowCount,
    shared: false,
    relationships: options.relationships ?? {},
    residualIsScaled: weights !== undefined && varies(weights),
    held,
  });
  return {
    formula,
    model: {
      response,
      fixed: independent.fixed,
      random: random.terms,
      ...(weights === undefined ? {} : { weights }),
      ...(offset === null ? {} : { offset }),
    },
    recipe: {
      formula: source,
      variables: variableRecipes(variables, predictors, trait, rowCount),
      transforms: scope.constants,
      intercept: trait.fixed.intercept,
      fixed: coding,
      offsets: trait.fixed.offsets.map((variable) => variable.text),
      columns: encoded.matrix.columns,
      kept: independent.kept,
      random: random.recipes,
      options: {
        ...(options.weights === undefined ? {} : { weights: options.weights }),
        ...(options.factors === undefined ? {} : { factorColumns: options.factors }),
      },
    },
    coefficients: coefficientsOf(encoded, independent, trait.fixed.intercept),
    fixedTerms: fixedTermsOf(encoded, coding, trait.fixed.intercept),
    keptRows: tableRows(scope, local),
    dropped,
    excludedBySubset: table.rowCount - scope.rowCount,
    responseName: trait.response.kind === "single" ? trait.response.variable.text : "",
    notes,
  };
}

/** @throws HendersonError `design/not-yet` for several traits, cbind and mvbind */
function singleTrait(formula: ModelFormula): TraitFormula {
  const trait = formula.traits[0]!;
  const refuse = (what: string, span: { start: number; end: number }): HendersonError =>
    new HendersonError("design/not-yet", `${what} cannot be fitted yet`, {
      hint: "fit one trait at a time, with a single response",
      source: formula.source,
      span,
    });
  if (formula.traits.length > 1) throw refuse("several traits", formula.traits[1]!.response.span);
  if (trait.response.kind !== "single")
    throw refuse(`a response ${trait.response.kind}(...)`, trait.response.span);
  return trait;
}

function trainingScope(formula: ModelFormula, table: Table, options: DesignOptions, notes: Note[]): Scope {
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
    constants: {},
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

/** Texts of the variables of the fixed part and of the left sides of bars. */
function predictorTexts(trait: TraitFormula): Set<string> {
  const texts = new Set<string>();
  for (const term of trait.fixed.terms) for (const variable of term.variables) texts.add(variable.text);
  for (const random of trait.random) {
    for (const term of random.left.terms) for (const variable of term.variables) texts.add(variable.text);
  }
  return texts;
}

function noteUnusedLevels(
  variables: Variables,
  predictors: ReadonlySet<string>,
  lostRows: boolean,
  rowCount: number,
  notes: Note[],
): void {
  for (const text of predictors) {
    const variable = variables.get(text)!;
    const { vector } = variable;
    if (vector.kind !== "factor" || !(lostRows || (vector.ordered && variable.expression.kind === "call")))
      continue;
    const used = asFactor(variable, rowCount).levels;
    if (used.length === vector.levels.length) continue;
    const unused = vector.levels.filter((level) => !used.includes(level));
    const listed = unused.slice(0, 5).join(", ") + (unused.length > 5 ? ", ..." : "");
    notes.push({
      code: "design/unused-levels",
      severity: "info",
      message: `${unused.length === 1 ? "One level" : `${unused.length} levels`} of ${text} (${listed}) occur${unused.length === 1 ? "s" : ""} in no row that is used and ${unused.length === 1 ? "has" : "have"} no coefficient.`,
      subject: text,
    });
  }
}

function variableRecipes(
  variables: Variables,
  predictors: ReadonlySet<string>,
  trait: TraitFormula,
  rowCount: number,
): Record<string, VariableRecipe> {
  const recipes: [string, VariableRecipe][] = [];
  const offsets = trait.fixed.offsets;
  for (const [text, variable] of variables) {
    const { expression } = variable;
    if (predictors.has(text)) {
      const encoded = asPredictor(variable, rowCount);
      recipes.push([
        text,
        encoded.kind === "factor"
          ? { kind: "factor", expression, levels: encoded.levels, contrast: encoded.contrast }
          : { kind: "numeric", expression, columns: encoded.columns },
      ]);
    } else if (offsets.some((offset) => offset.text === text)) {
      recipes.push([text, { kind: "numeric", expression, columns: 1 }]);
    } else if (variable.factor !== null) {
      recipes.push([text, { kind: "grouping", expression }]);
    }
  }
  return Object.fromEntries(recipes);
}

/** Rows of the user's table behind the rows of the model. */
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
