import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Expression } from "../formula/expression.ts";
import type { TraitFormula, Variable } from "../formula/terms.ts";
import { factorOf, notFinite, numericColumn, typeError, withReference } from "./coerce.ts";
import { type ContrastName, contrastNamed } from "./contrasts.ts";
import type { EncodedVariable } from "./encodeTerms.ts";
import { evaluate } from "./evaluate.ts";
import type { DesignOptions } from "./options.ts";
import { rowNumber, type Scope } from "./scope.ts";
import { allFinite, type FactorVector, gather, type Vector } from "./vector.ts";

/** A variable of the formula over the rows that are used. */
export interface PreparedVariable {
  readonly text: string;
  readonly expression: Expression;
  readonly scope: Scope;
  vector: Vector;
  /** as a factor, made on first need */
  factor: FactorVector | null;
  /** as columns of a linear predictor, made on first need */
  encoded: EncodedVariable | null;
  contrast: ContrastName;
}

/** The distinct variables of a formula, by text. */
export type Variables = Map<string, PreparedVariable>;

/** Evaluates every variable of the trait once, response first. */
export function prepareVariables(trait: TraitFormula, scope: Scope): Variables {
  const variables: Variables = new Map();
  for (const { text, expression } of variablesOf(trait)) {
    if (variables.has(text)) continue;
    const vector = evaluate(expression, scope);
    variables.set(text, {
      text,
      expression,
      scope,
      vector,
      factor: null,
      encoded: null,
      contrast: "treatment",
    });
  }
  return variables;
}

/** Variables of a trait, response first, in order of appearance; some more than once. */
function variablesOf(trait: TraitFormula): Variable[] {
  const found: Variable[] = [];
  if (trait.response.kind === "single") found.push(trait.response.variable);
  for (const term of trait.fixed.terms) found.push(...term.variables);
  found.push(...trait.fixed.offsets);
  for (const { left, grouping } of trait.random) {
    for (const term of left.terms) found.push(...term.variables);
    if (grouping.kind === "gr") found.push(grouping.variable);
    else found.push(...grouping.variables);
  }
  return found;
}

/**
 * The variables without which a row cannot be used: all but the members of mm(), of which those that are there
 * count (groups differ in size).
 */
export function requiredVariables(trait: TraitFormula, variables: Variables): PreparedVariable[] {
  if (!trait.random.some(({ grouping }) => grouping.kind === "mm")) return [...variables.values()];
  const others: TraitFormula = {
    ...trait,
    random: trait.random.map((term) =>
      term.grouping.kind === "mm" ? { ...term, grouping: { ...term.grouping, variables: [] } } : term,
    ),
  };
  const texts = new Set(variablesOf(others).map(({ text }) => text));
  return [...variables.values()].filter(({ text }) => texts.has(text));
}

/** Restricts every variable to the given rows of its scope. */
export function keepRows(variables: Variables, rows: Int32Array): void {
  for (const variable of variables.values()) variable.vector = gather(variable.vector, rows);
}

/**
 * Refuses values that are infinite, or undefined where their columns are not missing.
 *
 * @param rows rows of the scope that were kept, null for all
 * @throws HendersonError `design/not-finite`
 */
export function checkFinite(variables: Iterable<PreparedVariable>, rows: Int32Array | null): void {
  for (const { vector, text, expression, scope } of variables) {
    if (vector.kind === "constant" && typeof vector.value === "number" && !Number.isFinite(vector.value)) {
      throw notFinite(text, vector.value, 1, { source: scope.source, span: expression.span });
    }
    if (vector.kind !== "numeric") continue;
    const { values } = vector;
    if (allFinite(values)) continue;
    const n = values.length / vector.columns;
    const at = values.findIndex((value) => !Number.isFinite(value));
    const row = rows === null ? at % n : rows[at % n]!;
    throw notFinite(text, values[at]!, rowNumber(scope, row), {
      source: scope.source,
      span: expression.span,
    });
  }
}

/**
 * The variable as a factor with ordered, used levels.
 *
 * @throws HendersonError `design/type` for a basis of several columns
 */
export function asFactor(variable: PreparedVariable, rowCount: number): FactorVector {
  if (variable.factor !== null) return variable.factor;
  const { vector, text, expression, scope } = variable;
  if (vector.kind === "numeric" && vector.columns > 1) {
    throw typeError(`${text} has ${vector.columns} columns, so it cannot group rows`, expression, scope);
  }
  variable.factor = factorOf(vector, rowCount);
  return variable.factor;
}

/** Whether the variable is a factor in a linear predictor: text, logical, factor(), or declared so. */
export function isFactor(variable: PreparedVariable): boolean {
  return variable.vector.kind === "factor" || variable.vector.kind === "logical";
}

/**
 * The variable as columns of a linear predictor.
 *
 * @throws HendersonError `design/one-level`
 */
export function asPredictor(variable: PreparedVariable, rowCount: number): EncodedVariable {
  if (variable.encoded !== null) return variable.encoded;
  const { vector, text, expression, scope } = variable;
  if (isFactor(variable)) {
    const { codes, levels } = asFactor(variable, rowCount);
    if (levels.length < 2) {
      throw new HendersonError(
        "design/one-level",
        `the factor ${text} has only the level '${levels[0] ?? ""}' in the rows used`,
        {
          hint: "a factor needs two or more levels to have an effect; leave it out of the formula",
          source: scope.source,
          span: expression.span,
        },
      );
    }
    variable.encoded = { kind: "factor", codes, levels, contrast: variable.contrast };
  } else if (vector.kind === "numeric") {
    variable.encoded = vector;
  } else {
    const values = numericColumn(vector, expression, { ...scope, rowCount });
    variable.encoded = { kind: "numeric", values, columns: 1, labels: null };
  }
  return variable.encoded;
}

/** Variables of a trait, and which of them are in linear predictors. */
export interface FactorOwner {
  readonly variables: Variables;
  readonly predictors: ReadonlySet<string>;
  readonly rowCount: number;
}

/**
 * Applies contrasts and reference levels of the options to the factors they name, in whichever traits have them.
 *
 * @throws HendersonError `design/unknown-factor`, `design/unknown-contrast`, `design/unknown-level`
 */
export function applyFactorOptions(traits: readonly FactorOwner[], options: DesignOptions): void {
  for (const [name, contrast] of Object.entries(options.contrasts ?? {})) {
    const named = contrastNamed(contrast, name);
    for (const { variable } of factorsNamed(name, traits, "contrasts")) variable.contrast = named;
  }
  for (const [name, given] of Object.entries(options.reference ?? {})) {
    const level = String(given);
    const found = factorsNamed(name, traits, "a reference level");
    const having = found.filter(({ variable, rowCount }) =>
      asFactor(variable, rowCount).levels.includes(level),
    );
    // a trait may lack the level in its records; when all do, the first one says so
    for (const { variable, rowCount } of having.length > 0 ? having : found) {
      variable.factor = withReference(asFactor(variable, rowCount), level, variable.text, null);
    }
  }
}

interface OwnedVariable {
  readonly variable: PreparedVariable;
  readonly rowCount: number;
}

/** Factors in linear predictors with that text, or made from that column alone. */
function factorsNamed(name: string, traits: readonly FactorOwner[], what: string): OwnedVariable[] {
  const owned = traits.flatMap(({ variables, predictors, rowCount }) =>
    [...predictors].map((text) => ({ variable: variables.get(text)!, rowCount })),
  );
  const factors = owned.filter(({ variable }) => isFactor(variable));
  const exact = factors.filter(({ variable }) => variable.text === name);
  if (exact.length > 0) return exact;
  const made = factors.filter(({ variable: { expression } }) => {
    if (expression.kind === "column") return expression.name === name;
    const first = expression.kind === "call" ? expression.arguments[0]?.value : undefined;
    return first?.kind === "column" && first.name === name;
  });
  if (made.length > 0) return made;
  const texts = [...new Set(factors.map(({ variable }) => variable.text))];
  const numeric = owned.some(({ variable }) => variable.text === name);
  if (!numeric && traits.some(({ variables }) => variables.has(name))) {
    throw new HendersonError(
      "design/unknown-factor",
      `'${name}' only groups random effects, and ${what} would not change their levels`,
      { hint: `leave the option out, or put ${name} into the fixed effects` },
    );
  }
  const closest = nearest(name, texts);
  const known = texts.join(", ");
  throw new HendersonError(
    "design/unknown-factor",
    numeric
      ? `${name} is numeric, so it cannot have ${what}`
      : `${what} was asked for '${name}', which is not a factor of the formula`.replace(
          "contrasts was",
          "contrasts were",
        ),
    {
      hint: numeric
        ? `declare ${name} to be a factor, or write factor(${name})`
        : closest !== null
          ? `did you mean '${closest}'?`
          : known === ""
            ? "the formula has no factors"
            : `the factors are ${known}`,
    },
  );
}
