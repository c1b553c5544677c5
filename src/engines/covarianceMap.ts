// theta -> Lambda, Phi, dPhi of every factor, in working coordinates (see factors.ts), and the chain
// rule back: gradient <G, dPhi> and the second-derivative part <G, d2Phi> of the Hessian.

import type { ParameterSpec } from "../covariance/structure.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { multiplyByTransposed, multiplySquare } from "../linalg/squareProducts.ts";
import type { RandomTerm } from "../model/model.ts";
import type { Factor } from "./factors.ts";

export interface CovarianceMap {
  /** number of parameters q */
  readonly size: number;
  readonly parameters: readonly ParameterSpec[];
  /** per factor: Lambda~ = T Lambda, S x S column-major (lower triangular only where nothing was centred) */
  readonly lambda: readonly Float64Array[];
  /** per factor: Phi~ = Lambda~ Lambda~', S x S */
  readonly phi: readonly Float64Array[];
  /** factor of each parameter */
  readonly factorOf: Int32Array;
  /** per parameter: dPhi~ / dtheta, S x S of its factor; filled by `differentiate` */
  readonly derivatives: readonly Float64Array[];
  /** Computes lambda and phi. */
  set(theta: Float64Array): void;
  /** Whether Phi is small enough for the objective to have digits left (see LARGEST_PHI); after `set`. */
  representable(): boolean;
  /** Computes derivatives at theta. */
  differentiate(theta: Float64Array): void;
  /** gradient[a] = <G~, dPhi~_a>, G~ per factor as d objective / d Phi~ (symmetric) */
  chain(scores: readonly Float64Array[], gradient: Float64Array): void;
  /** hessian += <G~, d2 Phi~ / dtheta_a dtheta_b> */
  addCurvature(theta: Float64Array, scores: readonly Float64Array[], hessian: Matrix): void;
  /** theta with Phi nearest to the given working Phi~ per factor */
  start(phis: readonly Float64Array[], theta: Float64Array): void;
  rectify(theta: Float64Array): void;
  /** T' G~ T for one term: the score in the user's coordinates, k x k; overwritten by the next call for the term */
  termScore(term: number, scores: readonly Float64Array[]): Float64Array;
  /** Phi of one term at theta, k x k, user's coordinates */
  termPhi(term: number, theta: Float64Array): Float64Array;
  /** Lambda of one term at theta into out (k x k), user's coordinates */
  termLambda(term: number, theta: Float64Array, out: Matrix): void;
}

/**
 * Largest relative variance (working units). The residual is found as the difference of sums that are Phi times larger,
 * so beyond this the objective would be rounding noise, and could look better than any true value.
 */
const LARGEST_PHI = 1e10;

interface TermSlot {
  readonly term: number;
  readonly factor: number;
  readonly offset: number;
  readonly size: number;
  readonly first: number;
  readonly count: number;
  readonly work: Matrix;
  readonly work2: Matrix;
  /** k x k */
  readonly score: Float64Array;
}

/** The map of these terms, with theta in their order; all its memory is taken here. */
export function createCovarianceMap(terms: readonly RandomTerm[], factors: readonly Factor[]): CovarianceMap {
  const slots: TermSlot[] = new Array(terms.length);
  const firsts: number[] = [];
  const parameters: ParameterSpec[] = [];
  for (const term of terms) {
    firsts.push(parameters.length);
    for (const p of term.covariance.parameters) parameters.push(p);
  }
  const size = parameters.length;
  const factorOf = new Int32Array(size);
  const derivatives: Float64Array[] = new Array(size);
  factors.forEach((factor, f) => {
    factor.terms.forEach((t, k) => {
      const structure = terms[t]!.covariance;
      const first = firsts[t]!;
      const count = structure.parameters.length;
      slots[t] = {
        term: t,
        factor: f,
        offset: factor.offsets[k]!,
        size: structure.size,
        first,
        count,
        work: createMatrix(structure.size, structure.size),
        work2: createMatrix(structure.size, structure.size),
        score: new Float64Array(structure.size * structure.size),
      };
      for (let a = first; a < first + count; a++) {
        factorOf[a] = f;
        derivatives[a] = new Float64Array(factor.width * factor.width);
      }
    });
  });
  const squares = (): Float64Array[] => factors.map((f) => new Float64Array(f.width * f.width));
  const lambda = squares();
  const phi = squares();
  const plain = squares();
  const scratch = squares();
  const shifted = new Float64Array(size);
  const curvatures: (CurvatureEntry[] | undefined)[] = new Array(terms.length);

  /** out = T block T' (or T' block T) with block sitting at the term's place; only its k columns matter. */
  function congruence(slot: TermSlot, block: Float64Array, out: Float64Array): void {
    const factor = factors[slot.factor]!;
    const S = factor.width;
    const T = factor.transform;
    const k = slot.size;
    const o = slot.offset;
    const t = scratch[slot.factor]!;
    for (let i = 0; i < S; i++) {
      for (let c = 0; c < k; c++) {
        let sum = 0;
        for (let r = 0; r < k; r++) sum += T[i + (o + r) * S]! * block[r + c * k]!;
        t[i + c * S] = sum;
      }
    }
    for (let j = 0; j < S; j++) {
      for (let i = 0; i < S; i++) {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += t[i + c * S]! * T[j + (o + c) * S]!;
        out[i + j * S] = sum;
      }
    }
  }

  function termScore(term: number, scores: readonly Float64Array[]): Float64Array {
    const slot = slots[term]!;
    const factor = factors[slot.factor]!;
    const S = factor.width;
    const T = factor.transform;
    const G = scores[slot.factor]!;
    const k = slot.size;
    const out = slot.score;
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        let sum = 0;
        for (let i = 0; i < S; i++) {
          const ti = T[i + (slot.offset + a) * S]!;
          if (ti === 0) continue;
          for (let j = 0; j < S; j++) sum += ti * G[i + j * S]! * T[j + (slot.offset + b) * S]!;
        }
        out[a + b * k] = sum;
      }
    }
    return out;
  }

  interface CurvatureEntry {
    readonly a: number;
    readonly b: number;
    /** d2 Phi / dtheta_a dtheta_b, k x k */
    readonly values: Float64Array;
  }

  /** Second derivatives of a structure whose Phi is quadratic in theta, found once by unit steps from zero. */
  function constantCurvature(slot: TermSlot): readonly CurvatureEntry[] {
    const known = curvatures[slot.term];
    if (known) return known;
    const entries: CurvatureEntry[] = [];
    const structure = terms[slot.term]!.covariance;
    const point = new Float64Array(size);
    for (let b = 0; b < slot.count; b++) {
      point[slot.first + b] = 1;
      for (let a = b; a < slot.count; a++) {
        structure.derivative(point, slot.first, a, slot.work);
        const { values } = slot.work;
        let any = false;
        for (let i = 0; !any && i < values.length; i++) any = values[i] !== 0;
        if (any) entries.push({ a: slot.first + a, b: slot.first + b, values: values.slice() });
      }
      point[slot.first + b] = 0;
    }
    curvatures[slot.term] = entries;
    return entries;
  }

  /** Central differences of the exact dPhi: the blocks are tiny, so no structure has to write second derivatives. */
  function differenceCurvature(slot: TermSlot, theta: Float64Array, G: Float64Array, hessian: Matrix): void {
    const structure = terms[slot.term]!.covariance;
    shifted.set(theta);
    for (let b = 0; b < slot.count; b++) {
      const at = slot.first + b;
      const step = 1e-4 * Math.max(1, Math.abs(theta[at]!));
      for (let a = b; a < slot.count; a++) {
        shifted[at] = theta[at]! + step;
        structure.derivative(shifted, slot.first, a, slot.work);
        shifted[at] = theta[at]! - step;
        structure.derivative(shifted, slot.first, a, slot.work2);
        let sum = 0;
        for (let i = 0; i < G.length; i++) sum += G[i]! * (slot.work.values[i]! - slot.work2.values[i]!);
        addSymmetric(hessian, slot.first + a, at, sum / (2 * step));
      }
      shifted[at] = theta[at]!;
    }
  }

  function addSymmetric(hessian: Matrix, a: number, b: number, value: number): void {
    hessian.values[a + b * size]! += value;
    if (a !== b) hessian.values[b + a * size]! += value;
  }

  return {
    size,
    parameters,
    lambda,
    phi,
    factorOf,
    derivatives,
    set(theta) {
      for (let f = 0; f < factors.length; f++) plain[f]!.fill(0);
      for (let t = 0; t < slots.length; t++) {
        const slot = slots[t]!;
        terms[t]!.covariance.factor(theta, slot.first, slot.work);
        const S = factors[slot.factor]!.width;
        const target = plain[slot.factor]!;
        for (let c = 0; c < slot.size; c++) {
          for (let r = 0; r < slot.size; r++) {
            target[slot.offset + r + (slot.offset + c) * S] = slot.work.values[r + c * slot.size]!;
          }
        }
      }
      for (let f = 0; f < factors.length; f++) {
        const S = factors[f]!.width;
        const L = lambda[f]!;
        multiplySquare(S, factors[f]!.transform, plain[f]!, L);
        multiplyByTransposed(S, L, L, phi[f]!);
      }
    },
    representable() {
      for (const P of phi) {
        const S = Math.sqrt(P.length);
        for (let s = 0; s < S; s++) if (!(P[s * (S + 1)]! <= LARGEST_PHI)) return false;
      }
      return true;
    },
    differentiate(theta) {
      for (let t = 0; t < slots.length; t++) {
        const slot = slots[t]!;
        for (let a = 0; a < slot.count; a++) {
          terms[t]!.covariance.derivative(theta, slot.first, a, slot.work);
          congruence(slot, slot.work.values, derivatives[slot.first + a]!);
        }
      }
    },
    chain(scores, gradient) {
      for (let a = 0; a < size; a++) {
        const G = scores[factorOf[a]!]!;
        const D = derivatives[a]!;
        let sum = 0;
        for (let i = 0; i < D.length; i++) sum += G[i]! * D[i]!;
        gradient[a] = sum;
      }
    },
    addCurvature(theta, scores, hessian) {
      for (let t = 0; t < slots.length; t++) {
        const slot = slots[t]!;
        const G = termScore(t, scores);
        if (terms[t]!.covariance.quadratic) {
          for (const entry of constantCurvature(slot)) {
            let sum = 0;
            for (let i = 0; i < G.length; i++) sum += G[i]! * entry.values[i]!;
            addSymmetric(hessian, entry.a, entry.b, sum);
          }
        } else differenceCurvature(slot, theta, G, hessian);
      }
    },
    start(phis, theta) {
      for (let t = 0; t < slots.length; t++) {
        const slot = slots[t]!;
        const factor = factors[slot.factor]!;
        const S = factor.width;
        const V = factor.inverseTransform;
        const P = phis[slot.factor]!;
        const k = slot.size;
        const user = createMatrix(k, k);
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) {
            let sum = 0;
            for (let i = 0; i < S; i++) {
              for (let j = 0; j < S; j++) {
                sum += V[slot.offset + a + i * S]! * P[i + j * S]! * V[slot.offset + b + j * S]!;
              }
            }
            user.values[a + b * k] = sum;
          }
        }
        terms[t]!.covariance.start(user, theta, slot.first);
      }
    },
    rectify(theta) {
      for (let t = 0; t < slots.length; t++) terms[t]!.covariance.rectify(theta, slots[t]!.first);
    },
    termScore,
    termPhi(term, theta) {
      const slot = slots[term]!;
      terms[term]!.covariance.factor(theta, slot.first, slot.work);
      const L = slot.work.values;
      const out = new Float64Array(L.length);
      multiplyByTransposed(slot.size, L, L, out);
      return out;
    },
    termLambda(term, theta, out) {
      terms[term]!.covariance.factor(theta, slots[term]!.first, out);
    },
  };
}
