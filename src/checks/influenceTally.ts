// Cook's distance and its relatives from the change of b-hat and Var(b-hat) without a unit.

import type { FitResult } from "../fit/result.ts";
import { dot } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import type { Influence } from "./influenceResult.ts";
import { coefficientLabels } from "./labels.ts";

/** Measures of every unit, filled one unit at a time. */
interface Tally {
  readonly results: Pick<
    Influence,
    | "changes"
    | "deletedErrors"
    | "dfbetas"
    | "cooksDistance"
    | "mdffits"
    | "covarianceRatio"
    | "covarianceTrace"
  >;
  /** @param names coefficients that are lost */
  add(unit: number, change: Float64Array, covariance: Float64Array, names: readonly string[]): void;
}

/** An empty tally of so many units. */
export function createTally(fit: FitResult, units: number): Tally {
  const p = fit.beta.length;
  const sigma2 = fit.sigma * fit.sigma;
  const labels = coefficientLabels(fit);
  const results = {
    changes: new Float64Array(units * p),
    deletedErrors: new Float64Array(units * p),
    dfbetas: new Float64Array(units * p),
    cooksDistance: new Float64Array(units),
    mdffits: new Float64Array(units),
    covarianceRatio: new Float64Array(units),
    covarianceTrace: new Float64Array(units),
  };
  const whole = whitener(
    fit.unscaledCovariance.values.map((value) => sigma2 * value),
    p,
  );
  const all = Array.from({ length: p }, (_, j) => j);
  return {
    results,
    add(unit, change, covariance, names) {
      const left = names.length === 0 ? all : all.filter((j) => !names.includes(labels[j]!));
      for (let j = 0; j < p; j++) {
        const at = unit * p + j;
        const known = left.length === p || left.includes(j);
        const se = Math.sqrt(covariance[j * (p + 1)]!);
        results.changes[at] = known ? change[j]! : Number.NaN;
        results.deletedErrors[at] = known ? se : Number.NaN;
        results.dfbetas[at] = known ? change[j]! / se : Number.NaN;
      }
      const k = left.length;
      const before = k === p ? whole : whitener(block(fit.unscaledCovariance.values, p, left, sigma2), k);
      const own = block(covariance, p, left, 1);
      const moved = Float64Array.from(left, (j) => change[j]!);
      // Var(b)^-1/2 Var(b) without the unit Var(b)^-T/2, whose eigenvalues give the ratio and the trace
      const relative = before.square(own);
      const z = before.vector(moved);
      const { values, vectors } = symmetricEigen({ rows: k, columns: k, values: relative });
      let trace = 0;
      let logRatio = 0;
      let deleted = 0;
      for (let e = 0; e < k; e++) {
        trace += values[e]!;
        logRatio += Math.log(values[e]!);
        let along = 0;
        for (let j = 0; j < k; j++) along += vectors.values[j + e * k]! * z[j]!;
        deleted += (along * along) / values[e]!;
      }
      results.cooksDistance[unit] = k === 0 ? Number.NaN : dot(z, z) / k;
      results.mdffits[unit] = k === 0 ? Number.NaN : deleted / k;
      results.covarianceRatio[unit] = k === 0 ? Number.NaN : Math.exp(logRatio);
      results.covarianceTrace[unit] = k === 0 ? Number.NaN : Math.abs(trace - k);
    },
  };
}

/** Multiplication by V^-1/2 in correlation units, so that coefficients of different size do no harm. */
function whitener(
  V: Float64Array,
  p: number,
): { vector(x: Float64Array): Float64Array; square(S: Float64Array): Float64Array } {
  const sd = Float64Array.from({ length: p }, (_, j) => Math.sqrt(V[j * (p + 1)]!));
  const R = V.map((value, at) => value / (sd[at % p]! * sd[Math.floor(at / p)]!));
  const { values, vectors } = symmetricEigen({ rows: p, columns: p, values: R });
  // rows of W = D^-1/2 U' diag(1 / sd)
  const W = new Float64Array(p * p);
  for (let e = 0; e < p; e++)
    for (let j = 0; j < p; j++) W[e + j * p] = vectors.values[j + e * p]! / (Math.sqrt(values[e]!) * sd[j]!);
  const vector = (x: Float64Array): Float64Array => {
    const out = new Float64Array(p);
    for (let j = 0; j < p; j++) for (let e = 0; e < p; e++) out[e]! += W[e + j * p]! * x[j]!;
    return out;
  };
  return {
    vector,
    square(S) {
      const half = new Float64Array(p * p);
      for (let j = 0; j < p; j++) half.set(vector(S.slice(j * p, (j + 1) * p)), j * p);
      const out = new Float64Array(p * p);
      const row = new Float64Array(p);
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) row[j] = half[i + j * p]!;
        const done = vector(row);
        for (let j = 0; j < p; j++) out[i + j * p] = done[j]!;
      }
      return out;
    },
  };
}

function block(V: Float64Array, p: number, left: readonly number[], factor: number): Float64Array {
  const k = left.length;
  const out = new Float64Array(k * k);
  left.forEach((j, b) => {
    left.forEach((i, a) => {
      out[a + b * k] = factor * V[i + j * p]!;
    });
  });
  return out;
}
