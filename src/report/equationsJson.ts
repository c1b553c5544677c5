import type { Note } from "../base/notes.ts";
import type { ComponentValues } from "../fit/componentValues.ts";
import { type CholeskyTrick, type GlsRoute, largestDifference } from "../predict/equations/glsRoute.ts";
import type { MixedModelEquations } from "../predict/equations/mixedModelEquations.ts";
import type { ShrinkageTable } from "../predict/equations/shrinkageTable.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull, matrixRows } from "./numberArrays.ts";

/** What `henderson equations` shows. */
export interface EquationsPage {
  readonly formula: string;
  readonly components: ComponentValues;
  /** whether some of the components were estimated */
  readonly estimated: boolean;
  readonly equations: MixedModelEquations | null;
  readonly gls: GlsRoute | null;
  readonly cholesky: CholeskyTrick | null;
  readonly shrinkage: ShrinkageTable | null;
  readonly notes: readonly Note[];
}

/** `henderson/equations@1`: the equations with everything that is shown of them, full precision. */
export function equationsJson(page: EquationsPage): Json {
  const { formula, components, estimated, equations, gls, cholesky, shrinkage, notes } = page;
  return {
    schema: "henderson/equations@1",
    formula,
    components: Object.fromEntries(
      Object.entries(components).map(([name, value]): [string, Json] => [
        name,
        typeof value === "number" ? value : value.map((row) => [...row]),
      ]),
    ),
    estimated,
    equations: equations === null ? null : equationsPart(equations),
    gls: gls === null ? null : glsPart(gls, equations),
    cholesky: cholesky === null ? null : choleskyPart(cholesky, equations),
    shrinkage:
      shrinkage === null
        ? null
        : {
            component: shrinkage.component,
            labels: [...shrinkage.labels],
            rows: shrinkage.rows.map(({ lambda, values }) => ({ lambda, values: numbers(values) })),
          },
    notes: notes.map(noteJson),
  };
}

function equationsPart(equations: MixedModelEquations): Json {
  return {
    labels: [...equations.labels],
    fixedEffects: equations.fixedEffects,
    multiplier: equations.multiplier,
    coefficientMatrix: matrixRows(equations.coefficientMatrix),
    rightHandSide: numbers(equations.rightHandSide),
    solution: numbers(equations.solution),
    inverse: matrixRows(equations.inverse),
    dependent: equations.dependent.map((index) => equations.labels[index]!),
    predictions: equations.predictions.map((effect) => ({
      label: effect.text,
      component: effect.component,
      level: effect.level,
      coefficient: effect.coefficient,
      estimate: finiteOrNull(effect.estimate),
      pev: finiteOrNull(effect.pev),
      variance: finiteOrNull(effect.variance),
      varianceOfPrediction: finiteOrNull(effect.varianceOfPrediction),
      reliability: finiteOrNull(effect.reliability),
      accuracy: finiteOrNull(effect.accuracy),
    })),
  };
}

function glsPart(gls: GlsRoute, equations: MixedModelEquations | null): Json {
  return {
    V: matrixRows(gls.V),
    inverseV: matrixRows(gls.inverseV),
    information: matrixRows(gls.information),
    covariance: matrixRows(gls.covariance),
    rightHandSide: numbers(gls.rightHandSide),
    beta: numbers(gls.beta),
    selection: matrixRows(gls.selection),
    effects: numbers(gls.effects),
    difference: difference(equations, gls),
  };
}

function choleskyPart(trick: CholeskyTrick, equations: MixedModelEquations | null): Json {
  return {
    T: matrixRows(trick.T),
    Z: matrixRows(trick.Z),
    independentEffects: numbers(trick.independentEffects),
    effects: numbers(trick.effects),
    beta: numbers(trick.beta),
    difference: difference(equations, trick),
  };
}

/** Largest difference from the solution of the equations, relative to its largest entry. */
function difference(
  equations: MixedModelEquations | null,
  { beta, effects }: { readonly beta: Float64Array; readonly effects: Float64Array },
): number | null {
  return equations === null ? null : largestDifference(equations.solution, [...beta, ...effects]);
}

function numbers(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, finiteOrNull);
}
