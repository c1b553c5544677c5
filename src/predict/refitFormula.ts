import { HendersonError } from "../base/errors.ts";
import { buildDesignWith } from "../design/buildDesign.ts";
import { fitDesign } from "../fit/fit.ts";
import { furtherEngines } from "../fit/furtherEngines.ts";
import type { FitOptions } from "../fit/options.ts";
import { heldComponents } from "../fit/precision.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import type { LinearPredictor, ModelFormula } from "../formula/terms.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Table } from "../table/table.ts";
import { fittedRows } from "./fittedRows.ts";

/**
 * Another formula fitted to the rows of a fit, with its transforms (bases of splines and polynomials) and its options; known
 * components and options of factors that the formula no longer has are left out. By the method of the fit; a model
 * without random terms too, so that likelihoods compare.
 *
 * @param table   the table that was fitted
 * @param options those of the fit: how its design was made and how it was fitted
 * @throws HendersonError predict/no-recipe, and those of a fit
 */
export function refitFormula(
  fit: FitResult,
  formula: string,
  table: Table,
  options: FitOptions = {},
): FitResult {
  requireRows(fit, "refits");
  if (fit.design === null) {
    throw new HendersonError(
      "predict/no-recipe",
      "this fit was made from a model without a formula, so it has no terms",
      { hint: "fit a formula and a table" },
    );
  }
  const { subset, contrasts, reference, start, startComponents, trace, components, held, method, ...kept } =
    options;
  const parsed = parseFormula(formula, { columns: [...table.columns.keys()] });
  const factors = factorsOf(parsed, fit.design.recipe.variables);
  const known = stillHeld(fit, parsed);
  const design = buildDesignWith(fit.design.recipe.transforms, parsed, fittedRows(table, fit.design), {
    ...kept,
    held: Object.keys(known),
    ...(contrasts === undefined ? {} : { contrasts: entriesOf(contrasts, factors) }),
    ...(reference === undefined ? {} : { reference: entriesOf(reference, factors) }),
  });
  return fitDesign(design, {
    ...kept,
    engines: furtherEngines(fit.model),
    components: known,
    method: fit.method === "ML" ? "ML" : "REML",
  });
}

/** Held covariances of groups that the formula still has, by rows. */
function stillHeld(fit: FitResult, formula: ModelFormula): Record<string, number[][]> {
  const groups = new Set(
    formula.traits.flatMap(({ random }) => random.map(({ id, grouping }) => id ?? grouping.name)),
  );
  const groupOf = (component: string): string =>
    fit.model.random.find((term) => term.component === component)?.group ?? component;
  return Object.fromEntries(
    Object.entries(heldComponents(fit)).filter(([name]) => name === "residual" || groups.has(groupOf(name))),
  );
}

/** Names of the columns and variables that are factors in the formula; options for others would be refused. */
function factorsOf(
  formula: ModelFormula,
  variables: Readonly<Record<string, { readonly kind: string }>>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const predictors: LinearPredictor[] = formula.traits.flatMap(({ fixed, random }) => [
    fixed,
    ...random.map(({ left }) => left),
  ]);
  for (const { terms } of predictors) {
    for (const { text, expression } of terms.flatMap((term) => term.variables)) {
      if (variables[text]?.kind !== "factor") continue;
      found.add(text);
      columnsOf(expression, found);
    }
  }
  return found;
}

function entriesOf<V>(options: Readonly<Record<string, V>>, left: ReadonlySet<string>): Record<string, V> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => left.has(name)));
}
