// Where the parameters of a fit stand in the theta of problems that were prepared anew, and in which units.

import type { Problem } from "../../engines/engine.ts";
import type { FitResult } from "../../fit/result.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { multiplyByTransposed } from "../../linalg/squareProducts.ts";
import type { Model } from "../../model/model.ts";

interface ThetaPlaces {
  /** theta of the estimates where the coefficients of a term, or the traits, have another order */
  thetaOf(problem: Problem, arrangedModel: Model): Float64Array;
  /** the place of the residual's first parameter in theta */
  residualFirst(problem: Problem): number;
  /** the place of a term's first parameter in theta; on the absolute scale the engine has its own order */
  firstOf(problem: Problem, term: number): number;
  /** On the absolute scale theta is in working units: a parameter's natural value over its value in theta. */
  unitOf(problem: Problem, component: string, first: number, k: number, row: number): number;
  /** natural units of every parameter in theta: they differ between problems whose responses have another spread */
  unitsOf(problem: Problem): Float64Array;
}

export function thetaPlaces(fit: FitResult): ThetaPlaces {
  const { model } = fit;

  function thetaOf(problem: Problem, arrangedModel: Model): Float64Array {
    const theta = problem.start.slice();
    if (problem.natural) {
      const { entries, thetaAt } = problem.natural;
      const values = Float64Array.from(entries, ({ component, row, column }) => {
        if (component === "residual")
          return placedEntry(fit.residualCovariance!, traitOrder(arrangedModel), row, column);
        const t = model.random.findIndex((term) => term.component === component);
        return placedEntry(fit.covariances[t]!, termOrder(arrangedModel, t), row, column);
      });
      return thetaAt(values);
    }
    let first = 0;
    arrangedModel.random.forEach((term, t) => {
      const { covariance } = term;
      const k = covariance.size;
      if (term === model.random[t])
        theta.set(fit.theta.subarray(first, first + covariance.parameters.length), first);
      else {
        const phi = createMatrix(k, k);
        const order = termOrder(arrangedModel, t);
        for (let i = 0; i < k; i++) {
          for (let j = 0; j < k; j++) {
            phi.values[i + j * k] = placedEntry(fit.covariances[t]!, order, i, j) / fit.sigma ** 2;
          }
        }
        covariance.start(phi, theta, first);
      }
      first += covariance.parameters.length;
    });
    return theta;
  }

  function termOrder(arrangedModel: Model, t: number): number[] {
    const own = model.random[t]!;
    const arranged = arrangedModel.random[t]!;
    return arranged.coefficientNames.map((name, place) =>
      arranged === own ? place : own.coefficientNames.indexOf(name),
    );
  }

  function traitOrder(arrangedModel: Model): number[] {
    return arrangedModel.traits?.names.map((name) => model.traits!.names.indexOf(name)) ?? [0];
  }

  const residualFirst = (problem: Problem): number => {
    const T = model.traits?.names.length ?? 1;
    return problem.parameters.length - (T * (T + 1)) / 2;
  };

  function firstOf(problem: Problem, term: number): number {
    const wanted = model.random[term]!.component;
    const components = problem.natural
      ? new Set(problem.natural.entries.map(({ component }) => component))
      : model.random.map(({ component }) => component);
    let first = 0;
    for (const component of components) {
      if (component === wanted) break;
      first += model.random.find((each) => each.component === component)!.covariance.parameters.length;
    }
    return first;
  }

  function unitOf(problem: Problem, component: string, first: number, k: number, row: number): number {
    if (problem.scale !== "absolute") return 1;
    const { entries, valuesAt } = problem.natural!;
    const place = entries.findIndex(
      (entry) => entry.component === component && entry.row === row && entry.column === row,
    );
    const t = model.random.findIndex((term) => term.component === component);
    const structure = t < 0 ? null : model.random[t]!.covariance;
    const value = valuesAt(problem.start)[place]!;
    if (structure === null || structure.name === "us") {
      let square = 0;
      for (let c = 0; c <= row; c++)
        square += problem.start[first + c * k - (c * (c - 1)) / 2 + row - c]! ** 2;
      return Math.sqrt(value / square);
    }
    const lambda = createMatrix(k, k);
    const phi = createMatrix(k, k);
    structure.factor(problem.start, first, lambda);
    multiplyByTransposed(k, lambda.values, lambda.values, phi.values);
    return Math.sqrt(value / phi.values[row * (k + 1)]!);
  }

  function unitsOf(problem: Problem): Float64Array {
    const units = new Float64Array(problem.parameters.length).fill(1);
    if (problem.scale !== "absolute") return units;
    const fill = (component: string, first: number, count: number, k: number): void => {
      for (let a = first; a < first + count; a++) {
        const { kind, label } = problem.parameters[a]!;
        if (kind === "correlation") continue;
        const row = Number(/\[(\d+)/.exec(label)?.[1] ?? 1) - 1;
        const unit = unitOf(problem, component, first, k, row);
        units[a] = label.startsWith("sqrt") ? Math.sqrt(unit) : unit;
      }
    };
    model.random.forEach(({ component, covariance }, t) => {
      if (fit.held.includes(component)) return;
      fill(component, firstOf(problem, t), covariance.parameters.length, covariance.size);
    });
    const T = model.traits?.names.length ?? 1;
    if (!fit.held.includes("residual")) fill("residual", residualFirst(problem), (T * (T + 1)) / 2, T);
    return units;
  }

  return { thetaOf, residualFirst, firstOf, unitOf, unitsOf };
}

function placedEntry({ rows, values }: Matrix, order: readonly number[], i: number, j: number): number {
  return values[order[i]! + order[j]! * rows]!;
}
