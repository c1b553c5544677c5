import { HendersonError } from "../base/errors.ts";
import { buildDesignWith } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import type { DesignOptions } from "../design/options.ts";
import { fitDesign, fitModel } from "../fit/fit.ts";
import { furtherEngines } from "../fit/furtherEngines.ts";
import type { FitOptions, ModelOptions } from "../fit/options.ts";
import { heldComponents } from "../fit/precision.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import type { ModelFormula } from "../formula/terms.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Table } from "../table/table.ts";
import { takeRows } from "../table/takeRows.ts";

/**
 * The same model fitted to another response.
 *
 * @param response one finite value for each row in the model, in the order of the data; length nobs
 * @param options  how to fit; default the method of the fit
 * @throws predict/response-length
 */
export function refit(fit: FitResult, response: ArrayLike<number>, options: ModelOptions = {}): FitResult {
  requireRows(fit, "refits");
  if (response.length !== fit.nobs) {
    throw new HendersonError(
      "predict/response-length",
      `the new response has ${response.length} values and the model has ${fit.nobs} rows`,
      { hint: "give one value for each row that is in the model, in the order of the data" },
    );
  }
  const values = Float64Array.from(response);
  const bad = values.findIndex((y) => !Number.isFinite(y));
  if (bad >= 0) {
    throw new HendersonError(
      "predict/response-length",
      `value ${bad + 1} of the new response is missing or infinite`,
      {
        hint: "give one finite value for each row that is in the model",
      },
    );
  }
  return fitAgain({ ...fit, model: { ...fit.model, response: values } }, options);
}

/** The same model by maximum likelihood, as comparisons of different fixed effects need it. */
export function refitByLikelihood(fit: FitResult, options: ModelOptions = {}): FitResult {
  requireRows(fit, "refits");
  return fit.method === "ML" ? fit : fitAgain(fit, { ...options, method: "ML" });
}

function fitAgain(fit: FitResult, options: ModelOptions): FitResult {
  const { model, design, method } = fit;
  const all: ModelOptions = {
    ...(method === "OLS" ? {} : { method }),
    // what was known stays known; ANOVA estimates are no such values
    ...(method === "ANOVA" ? {} : { components: heldComponents(fit) }),
    engines: furtherEngines(model),
    ...options,
  };
  if (design === null) return fitModel(model, all);
  return fitDesign(design.model === model ? design : { ...design, model }, all);
}

/**
 * The model without one fixed term, fitted to the same rows (also those where only that term's columns are
 * complete or missing): by ML where it is a mixed model, by least squares otherwise.
 *
 * @param term    text of the term; null fits the whole model
 * @param table   the table that was fitted
 * @param options those of the fit: how its design was made and how it was fitted
 */
export function refitWithout(
  fit: FitResult,
  term: string | null,
  table: Table,
  options: FitOptions,
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
  const { method, start, trace, ...others } = options;
  const byLikelihood = fit.model.random.length > 0 || fit.method === "ML";
  const engines = furtherEngines(fit.model);
  const how: ModelOptions = { engines, ...others, ...(byLikelihood ? { method: "ML" as const } : {}) };
  if (term === null) return fitDesign(design, how);
  return fitDesign(designWithout(design, term, table, options), how);
}

function designWithout(design: Design, term: string, table: Table, options: DesignOptions): Design {
  const { subset, contrasts, reference, ...kept } = options;
  const [trait, ...others] = design.formula.traits;
  const terms = trait!.fixed.terms.filter(({ text }) => text !== term);
  const formula: ModelFormula = {
    ...design.formula,
    traits: [{ ...trait!, fixed: { ...trait!.fixed, terms } }, ...others],
  };
  const left = new Set<string>();
  for (const part of [terms, ...trait!.random.map((random) => random.left.terms)]) {
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
  return buildDesignWith(design.recipe.transforms, formula, takeRows(table, design.keptRows), applicable);
}

/** The entries for names that are left; those of a factor that went with its term would be refused. */
function entriesOf<V>(options: Readonly<Record<string, V>>, left: ReadonlySet<string>): Record<string, V> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => left.has(name)));
}
