// Products with the coefficient matrix of the mixed model equations, record by record: nothing is assembled. In Lambda
// form (u = Lambda v, so that singular covariances do no harm), with W = [Z F]:
//
//   M [v; c] = [Lambda' 0; 0 I] W' R^-1 W [Lambda v; c] + [(I (x) K^-1) v; 0]

import type { SparseLowerTriangle } from "../../model/relationship.ts";
import { timesLambda, timesLambdaTransposed } from "./lambdaProducts.ts";
import { type Records, timesRecords, timesRecordsTransposed } from "./records.ts";
import type { Residual } from "./residual.ts";
import type { Unknowns } from "./unknowns.ts";

export interface MatrixFreeEquations {
  readonly unknowns: Unknowns;
  readonly records: Records;
  readonly residual: Residual;
  /** k x k lower, per component */
  readonly lambdas: readonly Float64Array[];
  /** out = M x */
  multiply(x: Float64Array, out: Float64Array): void;
  /** out = [Lambda' 0; 0 I] W' R^-1 y, length `unknowns.size` */
  rightHandSide(y: Float64Array, out: Float64Array): void;
  /** out = [Lambda v; c]; may be x itself */
  effectsOf(x: Float64Array, out: Float64Array): void;
}

/** `residual` holds the R0 that was set last. */
export function matrixFreeEquations(
  unknowns: Unknowns,
  records: Records,
  residual: Residual,
  lambdas: readonly Float64Array[],
): MatrixFreeEquations {
  const { components, randomSize, size } = unknowns;
  const effects = new Float64Array(size);
  const single = residual.units.traits === 1;
  const fitted = new Float64Array(single ? 0 : records.count);

  function effectsOf(x: Float64Array, out: Float64Array): void {
    components.forEach((component, c) => {
      timesLambda(component, lambdas[c]!, x, out);
    });
    if (x !== out) out.set(x.subarray(randomSize), randomSize);
  }

  /** out = W'R^-1 W x */
  function throughRecords(x: Float64Array, out: Float64Array): void {
    if (single) {
      singleTrait(records, residual, x, out);
      return;
    }
    timesRecords(records, x, fitted);
    residual.applyInverse(fitted, fitted);
    timesRecordsTransposed(records, fitted, out);
  }

  function lambdaTransposed(out: Float64Array): void {
    components.forEach((component, c) => {
      timesLambdaTransposed(component, lambdas[c]!, out);
    });
  }

  return {
    unknowns,
    records,
    residual,
    lambdas,
    multiply(x, out) {
      effectsOf(x, effects);
      throughRecords(effects, out);
      lambdaTransposed(out);
      for (const { first, width, kinship } of components) addKinship(kinship.inverse, first, width, x, out);
    },
    rightHandSide(y, out) {
      const weighted = new Float64Array(records.count);
      residual.applyInverse(y, weighted);
      timesRecordsTransposed(records, weighted, out);
      lambdaTransposed(out);
    },
    effectsOf,
  };
}

/** out = W' D W x / R0 in one pass over the records. */
function singleTrait(records: Records, residual: Residual, x: Float64Array, out: Float64Array): void {
  const { count, pointers, columns, values } = records;
  const { rootWeights } = residual.units;
  const inverse = residual.inverses[0]!;
  out.fill(0);
  for (let r = 0; r < count; r++) {
    const start = pointers[r]!;
    const end = pointers[r + 1]!;
    let sum = 0;
    for (let e = start; e < end; e++) sum += values[e]! * x[columns[e]!]!;
    sum *= rootWeights === null ? inverse : inverse * rootWeights[r]! * rootWeights[r]!;
    for (let e = start; e < end; e++) out[columns[e]!]! += values[e]! * sum;
  }
}

/** out += (K^-1 (x) I) x for the levels from unknown `first` on, by the lower triangle of K^-1 (diagonals first). */
function addKinship(
  { size, pointers, rows, values }: SparseLowerTriangle,
  first: number,
  width: number,
  x: Float64Array,
  out: Float64Array,
): void {
  for (let j = 0; j < size; j++) {
    const start = pointers[j]!;
    const end = pointers[j + 1]!;
    for (let a = 0; a < width; a++) {
      const own = first + j * width + a;
      const value = x[own]!;
      let sum = values[start]! * value;
      for (let e = start + 1; e < end; e++) {
        const other = first + rows[e]! * width + a;
        sum += values[e]! * x[other]!;
        out[other]! += values[e]! * value;
      }
      out[own]! += sum;
    }
  }
}
