import { fCdf } from "../distributions/fisherF.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { dot, quadraticForm, timesVector } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import { tridiagonalEigen } from "../linalg/tridiagonalEigen.ts";

/** Beyond this many rows sweeps of Jacobi rotations take longer than a reduction to tridiagonal form. */
const jacobiUpTo = 24;

/** Degrees of freedom of one contrast l'b, l of length p; Infinity for a normal reference. */
export type DegreesOfFreedom = (contrast: Float64Array) => number;

/** Wald F test of L b = d. */
export interface ContrastTest {
  /** Wald chi-squared statistic */
  readonly chisq: number;
  /** chisq / numDF; by Kenward and Roger's method times its scale */
  readonly F: number;
  /** rank of L Var(b) L' */
  readonly numDF: number;
  /** Infinity for a chi-squared reference */
  readonly denDF: number;
  readonly p: number;
}

/**
 * F test of the rows of L with Fai & Cornelius' denominator degrees of freedom: L Var(b) L' is turned to its
 * principal axes, each axis has its own nu, and nu of F matches E = sum nu / (nu - 2), so that denDF =
 * 2 E / (E - rank). As in lmerTest, denDF is the common nu when all agree, and 2 when one has no
 * finite mean (nu <= 2). Where the variances of the axes differ by more than 1e8, which rows in different
 * units do (x and x^2 far from zero), the rows are first divided by their standard errors; axes
 * that then have no variance (relative 1e-11) are left out of the rank.
 *
 * @param rows   rows of L, each of length p
 * @param values L b - d, one a row
 * @param covariance Var(b), p x p
 * @cite Kuznetsova, Brockhoff & Christensen (2017), J. Stat. Softw. 82(13), section 2.4; Fai & Cornelius (1996)
 */
export function testContrasts(
  rows: readonly Float64Array[],
  values: Float64Array,
  covariance: Matrix,
  degreesOfFreedom: DegreesOfFreedom,
): ContrastTest {
  let axes = principalAxes(rows, values, covariance);
  if (!axes.every(({ variance }) => variance > 1.5e-8 * axes[axes.length - 1]!.variance)) {
    axes = standardizedAxes(rows, values, covariance);
  }
  let chisq = 0;
  const nus: number[] = [];
  for (const { contrast, value, variance } of axes) {
    chisq += (value * value) / variance;
    nus.push(degreesOfFreedom(contrast));
  }
  const numDF = nus.length;
  const F = chisq / numDF;
  const denDF = combine(nus);
  return { chisq, F, numDF, denDF, p: fCdf(F, numDF, denDF, { lower: false }) };
}

/** A combination of the rows of L that is uncorrelated with the others. */
interface PrincipalAxis {
  /** length p */
  readonly contrast: Float64Array;
  readonly value: number;
  readonly variance: number;
}

/** Principal axes of L Var(b) L', by increasing variance. */
function principalAxes(
  rows: readonly Float64Array[],
  values: Float64Array,
  covariance: Matrix,
): PrincipalAxis[] {
  const q = rows.length;
  const products = rows.map((row) => timesVector(covariance.values, row));
  const spread = createMatrix(q, q);
  for (let j = 0; j < q; j++)
    for (let i = 0; i < q; i++) spread.values[i + j * q] = dot(rows[i]!, products[j]!);
  const eigen = q <= jacobiUpTo ? symmetricEigen(spread) : tridiagonalEigen(spread);
  return rows.map((_, k) => {
    let value = 0;
    const contrast = new Float64Array(covariance.rows);
    for (let i = 0; i < q; i++) {
      const weight = eigen.vectors.values[i + k * q]!;
      value += weight * values[i]!;
      const row = rows[i]!;
      for (let c = 0; c < contrast.length; c++) contrast[c]! += weight * row[c]!;
    }
    return { contrast, value, variance: eigen.values[k]! };
  });
}

/** Principal axes of the rows in units of their standard errors, those with variance only. */
function standardizedAxes(
  rows: readonly Float64Array[],
  values: Float64Array,
  covariance: Matrix,
): PrincipalAxis[] {
  const errors = rows.map((row) => Math.sqrt(Math.max(0, quadraticForm(covariance.values, row))));
  const used = errors.flatMap((error, i) => (error > 0 ? [i] : []));
  const axes = principalAxes(
    used.map((i) => rows[i]!.map((x) => x / errors[i]!)),
    Float64Array.from(used, (i) => values[i]! / errors[i]!),
    covariance,
  );
  return axes.filter(({ variance }) => variance > 1e-11);
}

/** L b - d for the rows of L. */
export function contrastValues(
  rows: readonly Float64Array[],
  beta: Float64Array,
  against: readonly number[] = [],
): Float64Array {
  return Float64Array.from(rows, (row, i) => dot(row, beta) - (against[i] ?? 0));
}

function combine(nus: readonly number[]): number {
  const first = nus[0] ?? Number.NaN;
  if (nus.every((nu, i) => i === 0 || nu === nus[i - 1] || Math.abs(nu - nus[i - 1]!) < 1e-8)) return first;
  if (nus.some((nu) => !(nu > 2))) return 2;
  let expectation = 0;
  for (const nu of nus) expectation += nu === Number.POSITIVE_INFINITY ? 1 : nu / (nu - 2);
  return (2 * expectation) / (expectation - nus.length);
}
