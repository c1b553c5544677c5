import { buildDesign } from "../design/buildDesign.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import type { Table } from "../table/table.ts";
import { fitDesign } from "./fit.ts";
import { type AnovaEstimates, hendersonMethod3 } from "./hendersonMethod3.ts";
import type { FitOptions } from "./options.ts";
import type { FitResult } from "./result.ts";

export interface AnovaFit {
  /** BLUE and BLUP with the variances held at the estimates, negative ones at zero */
  readonly fit: FitResult;
  readonly anova: AnovaEstimates;
}

/**
 * Variances by Henderson's method 3 (the ANOVA estimators where data are balanced), and BLUE and BLUP at them.
 *
 * @throws HendersonError fit/anova-model and those of `fit`
 */
export function fitByAnova(formula: string, data: Table, options: FitOptions = {}): AnovaFit {
  const terms = parseFormula(formula, { columns: [...data.columns.keys()] });
  const design = buildDesign(terms, data, options);
  const anova = hendersonMethod3(design.model);
  const components = Object.fromEntries(
    [...anova.estimates].map(([name, value]) => [name, Math.max(0, value)]),
  );
  return { fit: fitDesign(design, { ...options, components }), anova };
}
