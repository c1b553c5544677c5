import type { FitOptions } from "../fit/options.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import { columnsOf } from "../formula/variable.ts";

/**
 * The options for one of several formulas: contrasts and reference levels of factors that only other formulas have are left out.
 * What no formula has stays, so that the misspelling is reported.
 */
export function optionsForFormula(
  formula: string,
  formulas: readonly string[],
  options: FitOptions,
): FitOptions {
  const { contrasts, reference } = options;
  if (formulas.length < 2 || (contrasts === undefined && reference === undefined)) return options;
  const mentioned = new Map(formulas.map((each) => [each, namesIn(each)]));
  const applies = ([name]: readonly [string, unknown]): boolean =>
    mentioned.get(formula)!.has(name) || formulas.every((each) => !mentioned.get(each)!.has(name));
  return {
    ...options,
    ...(contrasts === undefined
      ? {}
      : { contrasts: Object.fromEntries(Object.entries(contrasts).filter(applies)) }),
    ...(reference === undefined
      ? {}
      : { reference: Object.fromEntries(Object.entries(reference).filter(applies)) }),
  };
}

/** Variables of the linear predictors, and the columns that they are made of. */
function namesIn(formula: string): Set<string> {
  const names = new Set<string>();
  for (const { fixed, random } of parseFormula(formula).traits) {
    for (const { terms } of [fixed, ...random.map((term) => term.left)]) {
      for (const { text, expression } of terms.flatMap((term) => term.variables)) {
        names.add(text);
        columnsOf(expression, names);
      }
    }
  }
  return names;
}
