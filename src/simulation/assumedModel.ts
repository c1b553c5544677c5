import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { buildDesign } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import type { DesignOptions } from "../design/options.ts";
import type { Engine } from "../engines/engine.ts";
import { type ComponentValues, componentMatrices, componentSizes } from "../fit/componentValues.ts";
import { rememberEngines } from "../fit/furtherEngines.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import type { ModelFormula } from "../formula/terms.ts";
import { columnsOf } from "../formula/variable.ts";
import { type Matrix, matrixRows } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";
import type { Column, Table } from "../table/table.ts";
import { notSemidefinite } from "./drawEffects.ts";
import { semidefiniteRoot } from "./semidefiniteRoot.ts";
import type { SimulationSource } from "./source.ts";

/** Parameters that nobody estimated. */
export interface AssumedParameters {
  /** fixed effects by name, every one of the model, or their values in order */
  readonly beta: Readonly<Record<string, number>> | readonly number[];
  /** variances by component, `residual` for the residual's: a number, or a matrix by rows; every one of the model */
  readonly components: ComponentValues;
}

/** A model with assumed parameters: responses can be drawn from it, and power be asked of it. */
export interface AssumedModel extends SimulationSource {
  readonly design: Design;
}

/**
 * A model that was not fitted: formula, a table of the planned observations, and parameters. The table needs no column for the
 * response; if there is one its values play no role.
 *
 * @throws HendersonError simulation/coefficients, simulation/components, simulation/covariance, and those of formulas and designs
 */
export function assumedModel(
  formula: string,
  plan: Table,
  { beta, components }: AssumedParameters,
  options: DesignOptions & { readonly engines?: readonly Engine[] } = {},
): AssumedModel {
  const open = parseFormula(formula, { columns: [...plan.columns.keys()] });
  const table = withResponse(open, plan);
  const terms = parseFormula(formula, { columns: [...table.columns.keys()] });
  const { engines, ...designOptions } = options;
  const held = Object.keys(components).map((name) => name.replace(/\[[^\]]*\]$/, ""));
  const design = buildDesign(terms, table, { ...designOptions, held });
  const { model } = design;
  rememberEngines(model, engines);
  const matrices = componentMatrices(model, components);
  const missing = [...componentSizes(model).keys()].filter((name) => !matrices.has(name));
  if (missing.length > 0) {
    throw new HendersonError(
      "simulation/components",
      `no value is assumed for the variance of ${missing.join(" and ")}`,
      { hint: "give a variance for every random term and for residual" },
    );
  }
  for (const [name, matrix] of matrices) requireSemidefinite(name, matrix);
  const residual = matrices.get("residual")!;
  if (!(residual.values[0]! > 0)) throw notSemidefinite("residual");
  return {
    design,
    model,
    beta: coefficientsOf(model, beta),
    covariances: model.random.map(({ component }) => matrices.get(component)!),
    sigma: Math.sqrt(residual.values[0]!),
    residualCovariance: model.traits === undefined ? null : residual,
    modes: model.random.map(
      ({ levels, relationship, covariance }) =>
        new Float64Array((relationship?.levels ?? levels).length * covariance.size),
    ),
  };
}

/** The plan with numbers where the response will stand, so that no row lacks one and it is not constant. */
function withResponse(formula: ModelFormula, plan: Table): Table {
  const names = new Set<string>();
  for (const { response } of formula.traits) {
    if (response.kind === "cbind") continue;
    const variables = response.kind === "single" ? [response.variable] : response.variables;
    for (const { expression } of variables) columnsOf(expression, names);
  }
  const columns = new Map<string, Column>(plan.columns);
  for (const name of names) {
    const values = Float64Array.from({ length: plan.rowCount }, (_, i) => i + 1);
    columns.set(name, { kind: "numeric", name, values });
  }
  return { ...plan, columns };
}

/** Fixed effects in the order of the model. */
export function coefficientsOf(model: Model, beta: AssumedParameters["beta"]): Float64Array {
  const { names } = model.fixed;
  if (isList(beta)) {
    if (beta.length !== names.length || !beta.every(Number.isFinite)) {
      throw wrongCoefficients(
        `${beta.length} fixed effects are given, and the model has ${names.length}`,
        names,
      );
    }
    return Float64Array.from(beta);
  }
  for (const name of Object.keys(beta)) {
    if (names.includes(name)) continue;
    const closest = nearest(name, names);
    throw wrongCoefficients(
      `the model has no fixed effect '${name}'${closest === null ? "" : ` (the closest is '${closest}')`}`,
      names,
    );
  }
  return Float64Array.from(names, (name) => {
    const value = beta[name];
    if (value === undefined)
      throw wrongCoefficients(`no value is given for the fixed effect '${name}'`, names);
    if (!Number.isFinite(value)) throw wrongCoefficients(`the value of '${name}' is no number`, names);
    return value;
  });
}

function isList(beta: AssumedParameters["beta"]): beta is readonly number[] {
  return Array.isArray(beta);
}

function wrongCoefficients(message: string, names: readonly string[]): HendersonError {
  return new HendersonError("simulation/coefficients", message, {
    hint: `the fixed effects are, in order: ${names.join(", ")}`,
  });
}

function requireSemidefinite(name: string, matrix: Matrix): void {
  const { rows: k, values } = matrix;
  const symmetric = values.every((value, at) => value === values[Math.floor(at / k) + (at % k) * k]);
  if (!values.every(Number.isFinite) || !symmetric || semidefiniteRoot(values, k) === null) {
    throw notSemidefinite(name);
  }
}

/** The estimates of a fit as parameters to assume, for a model of another plan. */
export function parametersOf(fit: SimulationSource): AssumedParameters {
  const { model, beta, covariances, sigma, residualCovariance } = fit;
  const components = Object.fromEntries(
    model.random.map(({ component }, t) => [component, matrixRows(covariances[t]!)]),
  );
  return {
    beta: Object.fromEntries(model.fixed.names.map((name, j) => [name, beta[j]!])),
    components: {
      ...components,
      residual: residualCovariance === null ? [[sigma * sigma]] : matrixRows(residualCovariance),
    },
  };
}
