import { choleskyInPlace } from "../../linalg/smallCholesky.ts";
import { multiplySquare } from "../../linalg/squareProducts.ts";

/** The S x S work of one level: W = Phi (I + A Phi)^-1 = K K' without inverting anything that may be singular. */
export interface LevelWork {
  /** K = Lambda L^-T with L L' = Lambda'A Lambda + I, column-major; W = K K' is Var(u | y, beta) */
  readonly k: Float64Array;
  /** A K; Z'V^-1Z = A - (A K)(A K)' */
  readonly ak: Float64Array;
  /** E = (I + A Phi)^-1 = I - A K K': Z'V^-1 b = E Z'b */
  readonly e: Float64Array;
  /** Computes k for the A at `at`; returns log |I + A Phi| (NaN when it fails). */
  root(a: Float64Array, at: number, lambda: Float64Array): number;
  /** Computes ak and e from k. */
  complement(a: Float64Array, at: number): void;
}

export function createLevelWork(S: number): LevelWork {
  const k = new Float64Array(S * S);
  const ak = new Float64Array(S * S);
  const e = new Float64Array(S * S);
  const al = new Float64Array(S * S);
  const l = new Float64Array(S * S);
  return {
    k,
    ak,
    e,
    root(a, at, lambda) {
      multiplySquare(S, a, lambda, al, at);
      for (let c = 0; c < S; c++) {
        for (let i = c; i < S; i++) {
          let sum = i === c ? 1 : 0;
          for (let r = 0; r < S; r++) sum += lambda[r + i * S]! * al[r + c * S]!;
          l[i + c * S] = sum;
        }
      }
      if (!choleskyInPlace(l, S)) return Number.NaN;
      let logDeterminant = 0;
      for (let c = 0; c < S; c++) {
        const pivot = l[c + c * S]!;
        logDeterminant += 2 * Math.log(pivot);
        for (let i = 0; i < S; i++) {
          let sum = lambda[i + c * S]!;
          for (let d = 0; d < c; d++) sum -= k[i + d * S]! * l[c + d * S]!;
          k[i + c * S] = sum / pivot;
        }
      }
      return logDeterminant;
    },
    complement(a, at) {
      multiplySquare(S, a, k, ak, at);
      for (let c = 0; c < S; c++) {
        for (let i = 0; i < S; i++) {
          let sum = i === c ? 1 : 0;
          for (let d = 0; d < S; d++) sum -= ak[i + d * S]! * k[c + d * S]!;
          e[i + c * S] = sum;
        }
      }
    },
  };
}

/** k_j = sqrt(phi / (1 + a_j phi)) and e_j = 1 / (1 + a_j phi) of levels of width 1; returns sum log(1 + a_j phi). */
export function rootScalars(a: Float64Array, phi: number, k: Float64Array, e: Float64Array): number {
  const lambda = Math.sqrt(phi);
  let logDeterminant = 0;
  let product = 1;
  for (let j = 0; j < k.length; j++) {
    const d = 1 + a[j]! * phi;
    k[j] = lambda / Math.sqrt(d);
    e[j] = 1 / d;
    product *= d;
    // one logarithm for many levels
    if (product > 1e200) {
      logDeterminant += Math.log(product);
      product = 1;
    }
  }
  return logDeterminant + Math.log(product);
}
