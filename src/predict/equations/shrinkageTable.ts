import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { ComponentValues } from "../../fit/componentValues.ts";
import type { Model } from "../../model/model.ts";
import { knownModel } from "./knownModel.ts";
import { equationsOf } from "./mixedModelEquations.ts";

export interface ShrinkageTable {
  /** component whose variance ratio runs through the table */
  readonly component: string;
  /** every effect, then the differences */
  readonly labels: readonly string[];
  readonly rows: readonly ShrinkageRow[];
}

export interface ShrinkageRow {
  /** residual variance / variance of the component */
  readonly lambda: number;
  /** solutions of the mixed model equations, then the differences */
  readonly values: readonly number[];
}

export interface ShrinkageOptions {
  /** component whose ratio is varied; needed where the model has several */
  readonly component?: string;
  /** known variances of the other components, and `residual` (default 1) */
  readonly components?: ComponentValues;
  /** pairs of labels whose differences are shown too, `["sexF", "sexM"]` */
  readonly differences?: readonly (readonly [string, string])[];
}

/**
 * How the solutions of the mixed model equations change with the variance ratio lambda: from least squares with the
 * effects as fixed (lambda near 0) to effects of zero (lambda large).
 *
 * @throws HendersonError predict/shrinkage, and those of mixedModelEquations
 */
export function shrinkageTable(
  model: Model,
  lambdas: readonly number[],
  options: ShrinkageOptions = {},
): ShrinkageTable {
  const component = options.component ?? onlyComponent(model);
  const term = model.random.find((each) => each.component === component);
  if (term === undefined) {
    const names = model.random.map((each) => each.component);
    throw new HendersonError("predict/shrinkage", `the model has no random term '${component}'`, {
      hint: `the closest is '${nearest(component, names) ?? names[0]}'; there are ${names.join(", ")}`,
    });
  }
  if (term.covariance.size > 1) {
    throw new HendersonError(
      "predict/shrinkage",
      `'${component}' has ${term.covariance.size} coefficients, so one variance ratio does not tell its shrinkage`,
      { hint: "show the table for a term with one coefficient, as (1 | dam)" },
    );
  }
  const bad = lambdas.find((lambda) => !(lambda > 0 && Number.isFinite(lambda)));
  if (lambdas.length === 0 || bad !== undefined) {
    throw new HendersonError("predict/shrinkage", "variance ratios must be positive numbers", {
      hint: "lambda is the residual variance divided by the variance of the effects, as 1e-4, 1, 20",
    });
  }
  const { residual = 1, ...others } = options.components ?? {};
  if (typeof residual !== "number") {
    throw new HendersonError("predict/shrinkage", "with several traits there is no one variance ratio", {
      hint: "show the table for one trait",
    });
  }
  const pairs = options.differences ?? [];
  let labels: readonly string[] = [];
  const rows = lambdas.map((lambda) => {
    const values = { ...others, residual, [component]: residual / lambda };
    const equations = equationsOf(knownModel(model, values));
    labels = equations.labels;
    const solution = Array.from(equations.solution);
    const at = (label: string): number => solution[labelIndex(equations.labels, label)]!;
    return { lambda, values: [...solution, ...pairs.map(([a, b]) => at(a) - at(b))] };
  });
  return { component, labels: [...labels, ...pairs.map(([a, b]) => `${a} - ${b}`)], rows };
}

function onlyComponent(model: Model): string {
  const names = model.random.map((term) => term.component);
  if (names.length === 1) return names[0]!;
  throw new HendersonError(
    "predict/shrinkage",
    names.length === 0
      ? "the model has no random effects"
      : `the model has several components: ${names.join(", ")}`,
    { hint: names.length === 0 ? "add a term such as (1 | dam)" : "say whose variance ratio is varied" },
  );
}

function labelIndex(labels: readonly string[], label: string): number {
  const index = labels.indexOf(label);
  if (index >= 0) return index;
  throw new HendersonError("predict/shrinkage", `no effect is named '${label}'`, {
    hint: `the effects are ${labels.slice(0, 12).join(", ")}${labels.length > 12 ? ", ..." : ""}`,
  });
}
