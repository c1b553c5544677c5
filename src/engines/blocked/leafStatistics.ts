import { cutDoubles } from "../../linalg/cutDoubles.ts";
import type { Factor } from "../factors.ts";
import type { Leaf } from "./leaf.ts";

/** Sums a level in `accumulateGrowth`. */
const GROWTH_SUMS = 5;

/** Zeroed: A_j, B_j, and scratch for the sums of growth curves. */
export type LeafMemory = [a: Float64Array, b: Float64Array, sums: Float64Array];

/** Lengths of the arrays of `LeafMemory`. */
export function leafLengths(
  { levels, width: S, columns: z }: Factor,
  p: number,
  weights: Float64Array | undefined,
): number[] {
  const growth = S === 2 && z[0] === null && weights === undefined;
  return [levels * S * S, levels * S * (p + 1), growth ? GROWTH_SUMS * levels : 0];
}

/** The sums of every level; one pass over the rows. Fixed columns that are random ones too are not summed twice. */
export function leafStatistics(
  factor: Factor,
  x: Float64Array,
  p: number,
  residual: Float64Array,
  weights: Float64Array | undefined,
  memory: LeafMemory = cutDoubles(leafLengths(factor, p, weights)) as LeafMemory,
): Leaf {
  const { levels, width: S, codes, columns: z } = factor;
  const m = p + 1;
  const twins = twinColumns(z, x, p, codes.length);
  const second = z[1] ?? null;
  const growth = S === 2 && z[0] === null && weights === undefined && !twins.includes(-1) ? second : null;
  const [a, b, sums] = memory;
  if (S === 1 && z[0] === null) accumulateOnes(codes, x, twins, residual, weights, a, b);
  else if (growth !== null) accumulateGrowth(codes, growth, residual, sums, a, b);
  else accumulateRows(codes, z, x, twins, residual, weights, a, b);
  for (let k = 0; k < p; k++) if (twins[k]! >= 0) copyColumn(a, twins[k]!, b, k, S, m);
  return { levels, width: S, columns: m, a, b };
}

/** For every fixed column the random one with the same values, else -1: growth curves have such pairs as a rule. */
function twinColumns(
  z: readonly (Float64Array | null)[],
  x: Float64Array,
  p: number,
  n: number,
): readonly number[] {
  const twins: number[] = [];
  for (let k = 0; k < p; k++) {
    let s = z.length - 1;
    while (s >= 0 && !sameValues(z[s]!, x, k * n, n)) s--;
    twins.push(s);
  }
  return twins;
}

function sameValues(column: Float64Array | null, x: Float64Array, start: number, n: number): boolean {
  let i = 0;
  if (column === null) while (i < n && x[start + i] === 1) i++;
  else while (i < n && x[start + i] === column[i]) i++;
  return i === n;
}

/** Column k of every B_j is column s of A_j. */
function copyColumn(a: Float64Array, s: number, b: Float64Array, k: number, S: number, m: number): void {
  let from = s * S;
  for (let to = k * S; to < b.length; to += S * m, from += S * S) {
    for (let i = 0; i < S; i++) b[to + i] = a[from + i]!;
  }
}

function accumulateRows(
  codes: Int32Array,
  z: readonly (Float64Array | null)[],
  x: Float64Array,
  twins: readonly number[],
  residual: Float64Array,
  weights: Float64Array | undefined,
  a: Float64Array,
  b: Float64Array,
): void {
  const n = codes.length;
  const S = z.length;
  const p = twins.length;
  const row = new Float64Array(S);
  for (let i = 0; i < n; i++) {
    const j = codes[i]!;
    const w = weights === undefined ? 1 : weights[i]!;
    for (let s = 0; s < S; s++) {
      const column = z[s]!;
      row[s] = column === null ? 1 : column[i]!;
    }
    const at = j * S * S;
    const bt = j * S * (p + 1);
    for (let s = 0; s < S; s++) {
      const wz = w * row[s]!;
      for (let t = 0; t < S; t++) a[at + s + t * S]! += wz * row[t]!;
      for (let k = 0; k < p; k++) if (twins[k]! < 0) b[bt + k * S + s]! += wz * x[i + k * n]!;
      b[bt + p * S + s]! += wz * residual[i]!;
    }
  }
}

/** `(1 | g)`. */
function accumulateOnes(
  codes: Int32Array,
  x: Float64Array,
  twins: readonly number[],
  residual: Float64Array,
  weights: Float64Array | undefined,
  a: Float64Array,
  b: Float64Array,
): void {
  const n = codes.length;
  const p = twins.length;
  for (let i = 0; i < n; i++) {
    const j = codes[i]!;
    const w = weights === undefined ? 1 : weights[i]!;
    const bt = j * (p + 1);
    a[j]! += w;
    for (let k = 0; k < p; k++) if (twins[k]! < 0) b[bt + k]! += w * x[i + k * n]!;
    b[bt + p]! += w * residual[i]!;
  }
}

/**
 * `x + (x | g)` without weights, the case of growth curves: five sums a level, side by side, because rows in no order
 * would else wait for memory twice.
 */
function accumulateGrowth(
  codes: Int32Array,
  z: Float64Array,
  residual: Float64Array,
  sums: Float64Array,
  a: Float64Array,
  b: Float64Array,
): void {
  for (let i = 0; i < codes.length; i++) {
    const at = GROWTH_SUMS * codes[i]!;
    const zi = z[i]!;
    const r = residual[i]!;
    sums[at]! += 1;
    sums[at + 1]! += zi;
    sums[at + 2]! += zi * zi;
    sums[at + 3]! += r;
    sums[at + 4]! += zi * r;
  }
  const levels = sums.length / GROWTH_SUMS;
  const block = b.length / levels;
  for (let j = 0; j < levels; j++) {
    const from = GROWTH_SUMS * j;
    const response = (j + 1) * block - 2;
    a[4 * j] = sums[from]!;
    a[4 * j + 1] = sums[from + 1]!;
    a[4 * j + 2] = sums[from + 1]!;
    a[4 * j + 3] = sums[from + 2]!;
    b[response] = sums[from + 3]!;
    b[response + 1] = sums[from + 4]!;
  }
}
