// The factor-analytic matrix L L' + Psi nearest to a covariance in least squares: principal axes of Phi - Psi in turn
// with Psi = diag(Phi - L L') (Harman 1976, Modern Factor Analysis, section 8.4), which approaches slowly, then
// Levenberg-Marquardt steps on all parameters, which end it. From several first Psi: the criterion has other minima.

import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { loadingCount, loadingPlaces, loadingPosition, storeLoadings } from "./loadings.ts";
import { principalLoadings } from "./principalAxes.ts";

/** First specific variances as parts of the diagonal. */
const firstParts = [0.5, 0.1, 0.9, 0.3, 0.7];

/** Smallest specific deviation that steps start at, of coefficients of unit variance. */
const leastDeviation = 0.2;

/** Largest number of parameters for Levenberg-Marquardt steps and several starts: a step costs its square times size^2. */
const fewParameters = 60;

/** Rounds of principal axes before steps, and where there are too many parameters for steps. */
const axisRounds = { before: 12, alone: 200 };

const stepLimit = 200;

/** theta = (lower trapezoid of L, specific standard deviations), written from `offset` on. */
export function fitFactors(
  phi: Float64Array,
  size: number,
  rank: number,
  theta: Float64Array,
  offset: number,
): void {
  const scale = new Float64Array(size);
  const scaled = new Float64Array(size * size);
  for (let i = 0; i < size; i++) scale[i] = Math.sqrt(Math.max(0, phi[i + i * size]!));
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const product = scale[i]! * scale[j]!;
      if (product > 0) scaled[i + j * size] = phi[i + j * size]! / product;
    }
  }
  const loadings = loadingCount(size, rank);
  let best = new Float64Array(loadings + size);
  let least = Infinity;
  const few = best.length <= fewParameters;
  for (const specific of firstSpecific(size, few)) {
    const candidate = alternate(scaled, size, rank, specific, few ? axisRounds.before : axisRounds.alone);
    const loss = few
      ? improve(scaled, size, rank, lifted(candidate, size))
      : lossOf(scaled, size, rank, candidate);
    if (loss < least) {
      least = loss;
      best = candidate;
    }
    if (least < 1e-24) break;
  }
  for (const { i, j } of loadingPlaces(size, rank)) {
    const p = loadingPosition(size, i, j);
    theta[offset + p] = best[p]! * scale[i]!;
  }
  for (let i = 0; i < size; i++) theta[offset + loadings + i] = Math.abs(best[loadings + i]!) * scale[i]!;
}

/** First specific variances: the same part of all, then little of one coefficient, about which minima differ. */
function firstSpecific(size: number, several: boolean): Float64Array[] {
  const all = firstParts.map((part) => new Float64Array(size).fill(part));
  if (!several) return all.slice(0, 1);
  for (let i = 0; i < size; i++) {
    const one = new Float64Array(size).fill(0.6);
    one[i] = 0.05;
    all.push(one);
  }
  return all;
}

/** Principal axes and specific variances in turn, from the given ones, which are overwritten. */
function alternate(
  phi: Float64Array,
  size: number,
  rank: number,
  specific: Float64Array,
  rounds: number,
): Float64Array<ArrayBuffer> {
  const reduced = phi.slice();
  let loadings = new Float64Array(size * rank);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < size; i++) reduced[i + i * size] = phi[i + i * size]! - specific[i]!;
    loadings = principalLoadings(reduced, size, rank) as Float64Array<ArrayBuffer>;
    let change = 0;
    for (let i = 0; i < size; i++) {
      let common = 0;
      for (let j = 0; j < rank; j++) common += loadings[i + j * size]! ** 2;
      const next = Math.max(0, phi[i + i * size]! - common);
      change = Math.max(change, Math.abs(next - specific[i]!));
      specific[i] = next;
    }
    if (change < 1e-10) break;
  }
  const theta = new Float64Array(loadingCount(size, rank) + size);
  storeLoadings(loadings, size, rank, theta, 0);
  for (let i = 0; i < size; i++) theta[theta.length - size + i] = Math.sqrt(specific[i]!);
  return theta;
}

/** Specific deviations of at least a little: at zero their derivative is zero, and a step would leave them there. */
function lifted(theta: Float64Array, size: number): Float64Array {
  for (let i = theta.length - size; i < theta.length; i++) theta[i] = Math.max(leastDeviation, theta[i]!);
  return theta;
}

/** Residual entries (i >= j) of Phi - L L' - Psi; off-diagonal entries count twice in the norm. */
function residuals(
  phi: Float64Array,
  size: number,
  rank: number,
  theta: Float64Array,
  out: Float64Array,
): number {
  const first = theta.length - size;
  let sum = 0;
  let at = 0;
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let value = phi[i + j * size]!;
      for (let m = 0; m < rank && m <= j; m++) {
        value -= theta[loadingPosition(size, i, m)]! * theta[loadingPosition(size, j, m)]!;
      }
      if (i === j) value -= theta[first + i]! ** 2;
      else value *= Math.SQRT2;
      out[at++] = value;
      sum += value * value;
    }
  }
  return sum;
}

function lossOf(phi: Float64Array, size: number, rank: number, theta: Float64Array): number {
  return residuals(phi, size, rank, theta, new Float64Array((size * (size + 1)) / 2));
}

/** Levenberg-Marquardt steps from theta, which is overwritten; returns the loss. */
function improve(phi: Float64Array, size: number, rank: number, theta: Float64Array): number {
  const p = theta.length;
  const rows = (size * (size + 1)) / 2;
  const residual = new Float64Array(rows);
  const jacobian = new Float64Array(rows * p);
  const trial = new Float64Array(p);
  let loss = residuals(phi, size, rank, theta, residual);
  let damping = 1e-3;
  for (let step = 0; step < stepLimit && loss > 1e-28; step++) {
    fillJacobian(jacobian, size, rank, theta);
    const move = dampedStep(jacobian, residual, p, damping);
    for (let a = 0; a < p; a++) trial[a] = theta[a]! + move[a]!;
    const next = lossOf(phi, size, rank, trial);
    if (next < loss) {
      const gain = loss - next;
      theta.set(trial);
      loss = residuals(phi, size, rank, theta, residual);
      damping = Math.max(1e-14, damping / 10);
      if (gain < 1e-12 * loss) break;
    } else {
      damping *= 10;
      if (damping > 1e8) break;
    }
  }
  return loss;
}

/** d(L L' + Psi) of the entries i >= j, rows x parameters by columns. */
function fillJacobian(jacobian: Float64Array, size: number, rank: number, theta: Float64Array): void {
  const rows = (size * (size + 1)) / 2;
  jacobian.fill(0);
  const row = (i: number, j: number): number =>
    i >= j ? loadingPosition(size, i, j) : loadingPosition(size, j, i);
  for (const { i, j } of loadingPlaces(size, rank)) {
    const column = loadingPosition(size, i, j) * rows;
    for (let m = j; m < size; m++) {
      const weight = m === i ? 2 : Math.SQRT2;
      jacobian[column + row(i, m)] = weight * theta[loadingPosition(size, m, j)]!;
    }
  }
  const first = theta.length - size;
  for (let i = 0; i < size; i++) jacobian[(first + i) * rows + row(i, i)] = 2 * theta[first + i]!;
}

/** (J'J + damping I)^-1 J'r; zero where rounding leaves that matrix indefinite. */
function dampedStep(
  jacobian: Float64Array,
  residual: Float64Array,
  p: number,
  damping: number,
): Float64Array {
  const rows = residual.length;
  const a = new Float64Array(p * p);
  const x = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    for (let i = j; i < p; i++) {
      let sum = i === j ? damping : 0;
      for (let r = 0; r < rows; r++) sum += jacobian[r + i * rows]! * jacobian[r + j * rows]!;
      a[i + j * p] = sum;
    }
    for (let r = 0; r < rows; r++) x[j]! += jacobian[r + j * rows]! * residual[r]!;
  }
  if (choleskyInPlace(a, p)) solveCholesky(a, p, x);
  else x.fill(0);
  return x;
}
