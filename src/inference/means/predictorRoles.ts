import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Design } from "../../design/design.ts";
import type { Recipe } from "../../design/recipe.ts";
import type { Expression } from "../../formula/expression.ts";
import { columnsOf, visitColumns } from "../../formula/variable.ts";
import type { Table } from "../../table/table.ts";

/** The columns of the fixed part in the order in which the formula names them, with the role that each has there. */
export function predictorRoles(
  design: Design,
  table: Table,
): ReadonlyMap<string, { readonly factor: boolean }> {
  const { recipe } = design;
  const roles = new Map<string, { factor: boolean }>();
  // where columns first stand in the formula
  const places = new Map<string, number>();
  const declared = new Set(recipe.options.factorColumns ?? []);
  for (const { variables, fixed } of recipe.traits ?? [recipe]) {
    for (const text of new Set(fixed.flatMap((term) => term.variables))) {
      const { expression } = variables[text]!;
      visitColumns(expression, ({ name, span }) => {
        places.set(name, Math.min(places.get(name) ?? Number.POSITIVE_INFINITY, span.start));
      });
      const direct = factorColumn(expression);
      for (const name of columnsOf(expression)) {
        const column = table.columns.get(name);
        const factor =
          name === direct
            ? variables[text]!.kind === "factor"
            : (column !== undefined && column.kind !== "numeric") || declared.has(name);
        const known = roles.get(name);
        if (known === undefined) roles.set(name, { factor });
        else if (factor) known.factor = true;
      }
    }
  }
  return new Map([...roles].sort(([a], [b]) => places.get(a)! - places.get(b)!));
}

/** The column that a factor is: `treat`, `factor(dose)`, `relevel(treat, ref = "b")`. */
export function factorColumn(expression: Expression): string | null {
  if (expression.kind === "column") return expression.name;
  if (expression.kind !== "call" || (expression.name !== "factor" && expression.name !== "relevel"))
    return null;
  return expression.arguments.length === 0 ? null : factorColumn(expression.arguments[0]!.value);
}

/** Other names that users give to factors: the text of the variable, `factor(dose)` for `dose`. */
export function variableAliases(recipe: Recipe): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const { variables } of recipe.traits ?? [recipe]) {
    for (const [text, variable] of Object.entries(variables)) {
      const column = variable.kind === "factor" ? factorColumn(variable.expression) : null;
      if (column !== null && column !== text) aliases.set(text, column);
    }
  }
  return aliases;
}

/** Columns that offsets of the model are made of. */
export function offsetColumns(recipe: Recipe): Set<string> {
  const names = new Set<string>();
  for (const { variables, offsets } of recipe.traits ?? [recipe]) {
    for (const text of offsets) columnsOf(variables[text]!.expression, names);
  }
  return names;
}

/** The error for a name that is no variable of the fixed part. */
export function unknownVariable(name: string, known: readonly string[]): HendersonError {
  const closest = nearest(name, known);
  const listed = known.slice(0, 12).join(", ") + (known.length > 12 ? ", ..." : "");
  return new HendersonError(
    "means/unknown-variable",
    `'${name}' is not a variable of the fixed part of the model`,
    {
      hint:
        known.length === 0
          ? "the fixed part has only an intercept: its mean is '~ 1'"
          : closest === null
            ? `the variables are ${listed}`
            : `did you mean '${closest}'? The variables are ${listed}`,
    },
  );
}
