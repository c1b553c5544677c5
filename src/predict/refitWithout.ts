import { HendersonError } from "../base/errors.ts";
import { buildDesignWith } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import type { DesignOptions } from "../design/options.ts";
import { fitDesign } from "../fit/fit.ts";
import { furtherEngines } from "../fit/furtherEngines.ts";
import type { FitOptions, ModelOptions } from "../fit/options.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import type { ModelFormula } from "../formula/terms.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Table } from "../table/table.ts";
import { fittedRows } from "./fittedRows.ts";

/**
 * The model without one fixed term, fitted to the same rows (also those where only that term's columns are
 * complete or missing): by ML where it is a mixed model, by least squares otherwise.
 *
 * @param term    text of the term; null fits the whole model
 * @param table   the table that was fitted
 * @param options those of the fit: how its design was made and how it was fitted
 * @param trait   number of the trait that loses the term, where there are several; default the first
 * @throws HendersonError predict/no-recipe, predict/other-records
 */
export function refitWithout(
  fit: FitResult,
  term: string | null,
  table: Table,
  options: FitOptions,
  trait: number = 0,
): FitResult {
  requireRows(fit, "refits");
  const { design } = fit;
  if (design === null) {
    throw new HendersonError(
      "predict/no-recipe",
      "this fit was made from a model without a formula, so it has no terms",
      {
        hint: "fit a formula and a table",
      },
    );
  }
  const { method, start, startComponents, trace, ...others } = options;
  const byLikelihood = fit.model.random.length > 0 || fit.method === "ML";
  const engines = furtherEngines(fit.model);
  const how: ModelOptions = { engines, ...others, ...(byLikelihood ? { method: "ML" as const } : {}) };
  if (term === null) return fitDesign(design, how);
  const smaller = designWithout(design, term, table, options, trait);
  if (smaller.model.response.length !== fit.nobs) {
    throw new HendersonError(
      "predict/other-records",
      `without ${term} the trait ${fit.model.traits?.names[trait] ?? ""} has ${smaller.model.response.length - fit.nobs} more records, so the likelihoods do not compare`,
      { hint: "leave out the rows in which a column of that term is missing" },
    );
  }
  return fitDesign(smaller, how);
}

function designWithout(
  design: Design,
  term: string,
  table: Table,
  options: DesignOptions,
  index: number,
): Design {
  const { subset, contrasts, reference, ...kept } = options;
  const traits = design.formula.traits.map((trait, t) =>
    t === index
      ? {
          ...trait,
          fixed: { ...trait.fixed, terms: trait.fixed.terms.filter(({ text }) => text !== term) },
        }
      : trait,
  );
  const formula: ModelFormula = { ...design.formula, traits };
  const left = new Set<string>();
  for (const part of traits.flatMap(({ fixed, random }) => [
    fixed.terms,
    ...random.map((one) => one.left.terms),
  ])) {
    for (const { variables } of part) {
      for (const { text, expression } of variables) {
        if (design.recipe.variables[text]?.kind !== "factor") continue;
        left.add(text);
        columnsOf(expression, left);
      }
    }
  }
  const applicable: DesignOptions = {
    ...kept,
    ...(contrasts === undefined ? {} : { contrasts: entriesOf(contrasts, left) }),
    ...(reference === undefined ? {} : { reference: entriesOf(reference, left) }),
  };
  return buildDesignWith(design.recipe.transforms, formula, fittedRows(table, design), applicable);
}

/** The entries for names that are left; those of a factor that went with its term would be refused. */
function entriesOf<V>(options: Readonly<Record<string, V>>, left: ReadonlySet<string>): Record<string, V> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => left.has(name)));
}
