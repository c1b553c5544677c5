import type { NaturalCovariances } from "../engines/equations/solvedEquations.ts";
import { problemOf } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import { naturalCovariances } from "../fit/solvedFit.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { multiplyByTransposed } from "../linalg/squareProducts.ts";
import { varianceInformationOf } from "./denominator.ts";

/** The estimated variance parameters of a fit: what they are, how well they are known, and what they make. */
export interface VarianceParameters {
  /** theta, and log sigma where sigma is profiled out */
  readonly values: Float64Array;
  /** asymptotic covariance of the values: the inverse of half the observed Hessian of -2 log L */
  readonly covariance: Matrix;
  /** a step for central differences of each: a small part of its standard error; 0 where the data say nothing of it */
  readonly steps: Float64Array;
  /** covariances on the natural scale at other values */
  at(values: Float64Array): NaturalCovariances;
}

/** Central differences with this part of a standard error are right to about seven digits. */
const STEP = 3e-4;

/** @throws HendersonError fit/needs-data */
export function varianceParametersOf(fit: FitResult): VarianceParameters {
  const { parameterCovariance: covariance } = varianceInformationOf(fit);
  const absolute = fit.residualCovariance !== null;
  const values = absolute ? fit.theta.slice() : Float64Array.from([...fit.theta, Math.log(fit.sigma)]);
  const q = values.length;
  const steps = Float64Array.from(
    values,
    (_, a) => STEP * Math.sqrt(Math.max(0, covariance.values[a * (q + 1)]!)),
  );
  return { values, covariance, steps, at: absolute ? absoluteMap(fit) : (x) => profiledMap(fit, x) };
}

function profiledMap({ model, theta }: FitResult, values: Float64Array): NaturalCovariances {
  const sigma2 = Math.exp(2 * values[theta.length]!);
  let first = 0;
  const random = model.random.map(({ covariance }) => {
    const k = covariance.size;
    const lambda = createMatrix(k, k);
    covariance.factor(values, first, lambda);
    first += covariance.parameters.length;
    const out = createMatrix(k, k);
    multiplyByTransposed(k, lambda.values, lambda.values, out.values);
    for (let i = 0; i < out.values.length; i++) out.values[i]! *= sigma2;
    return out;
  });
  return { random, residual: { rows: 1, columns: 1, values: Float64Array.of(sigma2) } };
}

function absoluteMap(fit: FitResult): (values: Float64Array) => NaturalCovariances {
  const { natural } = problemOf(fit);
  const estimated = naturalCovariances(fit);
  const names = fit.model.random.map(({ component }) => component);
  const copy = ({ rows, columns, values }: Matrix): Matrix => ({ rows, columns, values: values.slice() });
  return (values) => {
    const found = natural!.valuesAt(values);
    const random = estimated.random.map(copy);
    const residual = copy(estimated.residual);
    natural!.entries.forEach(({ component, row, column, size }, e) => {
      const target = component === "residual" ? residual : random[names.indexOf(component)]!;
      target.values[row + column * size] = found[e]!;
      target.values[column + row * size] = found[e]!;
    });
    return { random, residual };
  };
}
