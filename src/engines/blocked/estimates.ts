// From working coordinates z~ of the random effects back to the user's: u = T^-1 u~.

import type { RandomTerm } from "../../model/model.ts";
import type { Factor } from "../factors.ts";

/** Modes per term, level-major, from working modes per factor (level-major, S each), which may be overwritten. */
export function userModes(
  terms: readonly RandomTerm[],
  factors: readonly Factor[],
  modes: readonly Float64Array[],
): Float64Array[] {
  const out: Float64Array[] = new Array(terms.length);
  for (let f = 0; f < factors.length; f++) {
    const { width: S, inverseTransform: V, levels, offsets, terms: members } = factors[f]!;
    const from = modes[f]!;
    const user = new Float64Array(S);
    for (let index = 0; index < members.length; index++) {
      const t = members[index]!;
      const k = terms[t]!.covariance.size;
      const offset = offsets[index]!;
      const values = k === S ? from : new Float64Array(levels * k);
      for (let j = 0; j < levels; j++) {
        for (let a = 0; a < k; a++) {
          let s = 0;
          for (let i = 0; i < S; i++) s += V[offset + a + i * S]! * from[j * S + i]!;
          user[a] = s;
        }
        for (let a = 0; a < k; a++) values[j * k + a] = user[a]!;
      }
      out[t] = values;
    }
  }
  return out;
}

/** Covariance blocks per term (k x k a level) from working blocks per factor (S x S a level): T^-1 B T^-T. */
export function userBlocks(
  terms: readonly RandomTerm[],
  factors: readonly Factor[],
  blocks: readonly Float64Array[],
): Float64Array[] {
  const out: Float64Array[] = new Array(terms.length);
  factors.forEach((factor, f) => {
    const S = factor.width;
    const V = factor.inverseTransform;
    const B = blocks[f]!;
    factor.terms.forEach((t, index) => {
      const k = terms[t]!.covariance.size;
      const offset = factor.offsets[index]!;
      const values = new Float64Array(factor.levels * k * k);
      const half = new Float64Array(S);
      for (let j = 0; j < factor.levels; j++) {
        for (let a = 0; a < k; a++) {
          for (let c = 0; c < S; c++) {
            let s = 0;
            for (let i = 0; i < S; i++) s += V[offset + a + i * S]! * B[j * S * S + i + c * S]!;
            half[c] = s;
          }
          for (let b = 0; b < k; b++) {
            let s = 0;
            for (let c = 0; c < S; c++) s += half[c]! * V[offset + b + c * S]!;
            values[j * k * k + a + b * k] = s;
          }
        }
      }
      out[t] = values;
    });
  });
  return out;
}
