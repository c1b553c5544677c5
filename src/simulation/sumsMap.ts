import type { Factor } from "../engines/factors.ts";
import type { Model, RandomTerm } from "../model/model.ts";

/** Where a term of one model lies in a factor of another: its coefficient c is user column `columns[c]` of the factor. */
export interface TermPlace {
  readonly factor: number;
  readonly columns: readonly number[];
}

/** The place of a term among the factors of a host model; null where its grouping or a column is not there. */
export function placeOf(term: RandomTerm, host: Model, factors: readonly Factor[]): TermPlace | null {
  for (const [f, factor] of factors.entries()) {
    if (!sameNumbers(factor.codes, term.codes)) continue;
    const user = factor.terms.flatMap((t) => [...host.random[t]!.basis]);
    const columns = term.basis.map((column) =>
      user.findIndex(
        (other) => other === column || (other !== null && column !== null && sameNumbers(other, column)),
      ),
    );
    if (columns.every((at) => at >= 0)) return { factor: f, columns };
  }
  return null;
}

/**
 * M with t~_small = M t~_large for the sums of one level: of the smaller factor's working columns, which are combinations of the
 * larger's. With z = T'z~ of both, M = V_small' Sel T_large'; S_small x S_large, by rows.
 *
 * @param columns user column of the larger factor for each user column of the smaller
 */
export function sumsMatrix(larger: Factor, smaller: Factor, columns: readonly number[]): Float64Array {
  const S = larger.width;
  const s = smaller.width;
  const out = new Float64Array(s * S);
  for (let i = 0; i < s; i++) {
    for (let k = 0; k < S; k++) {
      let sum = 0;
      for (let c = 0; c < s; c++)
        sum += smaller.inverseTransform[c + i * s]! * larger.transform[k + columns[c]! * S]!;
      out[i * S + k] = sum;
    }
  }
  return out;
}

function sameNumbers(x: ArrayLike<number>, y: ArrayLike<number>): boolean {
  if (x === y) return true;
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}
