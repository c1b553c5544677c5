// What of a model's Z and X enters the sums of any response: M = [Z X~]'W[Z X~], with the largest factor kept level by level.

import { type Factor, groupFactors } from "../engines/factors.ts";
import type { Model } from "../model/model.ts";

/** M in blocks; columns "rest" are the scalars of the other factors, level by level, then X~. */
export interface CrossMoments {
  /** in the engine's order, the leaf first; none in a linear model */
  readonly factors: readonly Factor[];
  /** first rest column of each factor after the leaf (index 0 unused) */
  readonly starts: readonly number[];
  readonly levels: number;
  /** S of the leaf */
  readonly width: number;
  /** m: rest columns, the last p of them X~ */
  readonly columns: number;
  readonly fixed: number;
  /** Z_j'W Z_j of the leaf, S x S each */
  readonly leaf: Float64Array;
  /** Z_j'W [rest], S x m each, column-major: entry (s, k) at j * S * m + k * S + s */
  readonly coupling: Float64Array;
  /** [rest]'W[rest], m x m, full */
  readonly rest: Float64Array;
}

/** Numbers that the moments of a model would take; beyond the limit responses are drawn row by row. */
export function momentsSize(factors: readonly Factor[], p: number): number {
  const [leaf, ...others] = factors;
  const m = others.reduce((sum, { levels, width }) => sum + levels * width, p);
  return (leaf === undefined ? 0 : leaf.levels * leaf.width * (leaf.width + m)) + m * m;
}

/** One pass over the rows for each pair of columns. */
export function crossMoments(model: Model): CrossMoments {
  const factors = groupFactors(model.random);
  const { basis } = model.fixed;
  const p = basis.columns;
  const n = basis.rows;
  const starts: number[] = [];
  let m = 0;
  factors.forEach(({ levels, width }, f) => {
    starts.push(m);
    if (f > 0) m += levels * width;
  });
  const fixedStart = m;
  m += p;
  const { levels, width: S } = factors[0] ?? { levels: 0, width: 0 };
  const leaf = new Float64Array(levels * S * S);
  const coupling = new Float64Array(levels * S * m);
  const rest = new Float64Array(m * m);
  // the entries of one row in the rest: a few scalars of each factor, and all of X~
  const width = factors.slice(1).reduce((sum, factor) => sum + factor.width, 0) + p;
  const place = new Int32Array(width);
  const value = new Float64Array(width);
  const z = new Float64Array(S);
  for (let i = 0; i < n; i++) {
    const w = model.weights?.[i] ?? 1;
    let count = 0;
    for (let f = 1; f < factors.length; f++) {
      const factor = factors[f]!;
      const from = starts[f]! + factor.codes[i]! * factor.width;
      for (let s = 0; s < factor.width; s++) {
        place[count] = from + s;
        value[count++] = factor.columns[s]?.[i] ?? 1;
      }
    }
    for (let k = 0; k < p; k++) {
      place[count] = fixedStart + k;
      value[count++] = basis.values[i + k * n]!;
    }
    for (let b = 0; b < count; b++) {
      const wb = w * value[b]!;
      for (let a = 0; a < count; a++) rest[place[a]! + place[b]! * m]! += wb * value[a]!;
    }
    if (S === 0) continue;
    const { codes, columns } = factors[0]!;
    const j = codes[i]!;
    for (let s = 0; s < S; s++) z[s] = columns[s]?.[i] ?? 1;
    for (let c = 0; c < S; c++) {
      for (let s = 0; s < S; s++) leaf[j * S * S + s + c * S]! += w * z[s]! * z[c]!;
    }
    for (let b = 0; b < count; b++) {
      const at = j * S * m + place[b]! * S;
      for (let s = 0; s < S; s++) coupling[at + s]! += w * z[s]! * value[b]!;
    }
  }
  return { factors, starts, levels, width: S, columns: m, fixed: p, leaf, coupling, rest };
}
