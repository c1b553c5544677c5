import type { RandomStream } from "../base/random.ts";
import type { ResponseSums } from "../engines/engine.ts";
import { type Factor, groupFactors } from "../engines/factors.ts";
import type { Kernels } from "../linalg/kernels.ts";
import { choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import type { Model } from "../model/model.ts";
import { type CrossMoments, crossMoments, momentsSize } from "./crossMoments.ts";
import { createEffectSampler, type EffectSampler } from "./drawEffects.ts";
import { createSumsSampler } from "./drawSums.ts";
import type { SimulationSource } from "./source.ts";
import { placeOf, sumsMatrix, type TermPlace } from "./sumsMap.ts";

/** Most numbers that the moments may take: 64 MB. */
const ROOM = 2 ** 23;

/** Draws what models see of a response, without its rows. */
interface SumsDrawer {
  /** Draws a response; `sums` then belong to it. */
  draw(stream: RandomStream): void;
  /** What target t sees of it; overwritten by the next call for t. */
  sums(target: number): ResponseSums;
}

/** Whether the sums of a model's responses can be drawn without rows: independent levels and residuals, one trait, room for M. */
export function canDrawSums(host: Model): boolean {
  const plain = host.random.every(
    ({ incidence, relationship }) => incidence === undefined && relationship === undefined,
  );
  if (!plain || host.traits !== undefined) return false;
  return momentsSize(groupFactors(host.random), host.fixed.basis.columns) <= ROOM;
}

/** Fewer rows than this are drawn one by one, so that replicates have the responses that `simulate` gives. */
const MANY_ROWS = 1000;

/** Whether sums are the cheaper way to a replicate: products with M against passes over the rows. */
export function sumsAreCheaper(host: Model): boolean {
  const { rows, columns: p } = host.fixed.basis;
  if (rows < MANY_ROWS || !canDrawSums(host)) return false;
  const factors = groupFactors(host.random);
  const width = factors.reduce((sum, factor) => sum + factor.width, 0);
  return 4 * momentsSize(factors, p) < rows * (20 + 3 * p + 2 * width);
}

/**
 * A drawer of responses of the source, for target models whose columns are among those of the host.
 *
 * @param keep per random term of the source whether its modes are kept
 * @returns null where a grouping or a column of source or targets is not among the host's
 */
export function createSumsDrawer(
  host: Model,
  source: SimulationSource,
  targets: readonly Model[],
  keep: (term: number) => boolean,
  kernels: Kernels,
): SumsDrawer | null {
  const moments = crossMoments(host);
  const { factors, levels, width: S, columns: m, fixed: p } = moments;
  const effects = source.model.random.map((term, t) => {
    const place = placeOf(term, host, factors);
    if (place === null) return null;
    const sampler = keep(t) ? null : createEffectSampler(term, source.covariances[t]!, kernels);
    return { place, sampler, values: source.modes[t]!.slice(), k: term.covariance.size };
  });
  const readers = targets.map((target) => createReader(target, source, moments, host));
  if (effects.includes(null) || readers.includes(null)) return null;
  const sampler = createSumsSampler(moments, host.fixed.basis.rows);
  const leaf = new Float64Array(levels * S);
  const rest = new Float64Array(m);
  const u = new Float64Array(levels * S);
  const v = new Float64Array(m);
  const scratch = new Float64Array(m);
  const state = { squares: 0 };
  return {
    draw(stream) {
      u.fill(0);
      v.fill(0);
      for (const effect of effects) addWorkingEffects(effect!, stream, moments, u, v);
      const residual = sampler.draw(stream, source.sigma, leaf, rest);
      state.squares = residual + addEffects(moments, u, v, leaf, rest, scratch);
    },
    sums: (target) => readers[target]!(leaf, rest, state.squares, p),
  };
}

interface DrawnEffects {
  readonly place: TermPlace;
  readonly sampler: EffectSampler | null;
  readonly values: Float64Array;
  readonly k: number;
}

/** u~ = T u of one term, added to the leaf's or the rest's. */
function addWorkingEffects(
  { place, sampler, values, k }: DrawnEffects,
  stream: RandomStream,
  { factors, starts }: CrossMoments,
  u: Float64Array,
  v: Float64Array,
): void {
  sampler?.draw(stream, values);
  const { transform: T, width: S, levels } = factors[place.factor]!;
  const out = place.factor === 0 ? u : v;
  const from = place.factor === 0 ? 0 : starts[place.factor]!;
  for (let l = 0; l < levels; l++) {
    for (let c = 0; c < k; c++) {
      const value = values[l * k + c]!;
      const column = place.columns[c]! * S;
      for (let s = 0; s < S; s++) out[from + l * S + s]! += T[s + column]! * value;
    }
  }
}

/** Adds M [u v] to the sums of the residuals; returns the squares that Z u adds to e'W e. */
function addEffects(
  { levels, width: S, columns: m, fixed: p, leaf: A, coupling: C, rest: D }: CrossMoments,
  u: Float64Array,
  v: Float64Array,
  leaf: Float64Array,
  rest: Float64Array,
  coupled: Float64Array,
): number {
  let cross = 0;
  for (let i = 0; i < u.length; i++) cross += u[i]! * leaf[i]!;
  for (let k = 0; k < m; k++) cross += v[k]! * rest[k]!;
  let square = 0;
  const random = m - p;
  coupled.fill(0);
  for (let j = 0; j < levels; j++) {
    for (let k = 0; k < m; k++) {
      let sum = 0;
      for (let s = 0; s < S; s++) sum += C[j * S * m + k * S + s]! * u[j * S + s]!;
      coupled[k]! += sum;
    }
    for (let s = 0; s < S; s++) {
      let sum = 0;
      for (let c = 0; c < S; c++) sum += A[j * S * S + s + c * S]! * u[j * S + c]!;
      for (let k = 0; k < random; k++) sum += C[j * S * m + k * S + s]! * v[k]!;
      leaf[j * S + s]! += sum;
      square += sum * u[j * S + s]!;
    }
  }
  for (let k = 0; k < m; k++) {
    let sum = coupled[k]!;
    for (let l = 0; l < random; l++) sum += D[k + l * m]! * v[l]!;
    rest[k]! += sum;
    square += sum * v[k]!;
  }
  return 2 * cross + square;
}

type Reader = (leaf: Float64Array, rest: Float64Array, squares: number, hostFixed: number) => ResponseSums;

/** How a target model reads the host's sums: its own columns, then its least-squares fit taken out. */
function createReader(
  target: Model,
  source: SimulationSource,
  moments: CrossMoments,
  host: Model,
): Reader | null {
  const factors = groupFactors(target.random);
  const places = factors.map((factor) => factorPlace(factor, target, host, moments.factors));
  if (places.includes(null)) return null;
  const p = target.fixed.basis.columns;
  const combination = basisIn(host, target);
  const factor = choleskyOf(target.fixed.crossproduct.values, p);
  const truth = trueCoefficients(target, source);
  const random = factors.map(({ levels, width }) => new Float64Array(levels * width));
  // Z~'W X~ of the target, for the least-squares fit
  const products = factors.map((own) => fixedProducts(own, target));
  const fixed = new Float64Array(p);
  const sums = new Float64Array(p);
  const g = new Float64Array(p);
  const coefficients = new Float64Array(p);
  const zero = new Float64Array(p);
  return (leaf, rest, squares, hostFixed) => {
    const first = moments.columns - hostFixed;
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let l = 0; l < hostFixed; l++) sum += combination[l + k * hostFixed]! * rest[first + l]!;
      fixed[k] = sum;
      sums[k] = sum;
    }
    g.set(sums);
    solveCholesky(factor, p, g);
    let left = squares;
    for (let k = 0; k < p; k++) {
      left -= g[k]! * fixed[k]!;
      coefficients[k] = truth[k]! + g[k]!;
    }
    factors.forEach(({ levels, width: s }, f) => {
      const { at, matrix } = places[f]!;
      const from = at === 0 ? leaf : rest;
      const start = at === 0 ? 0 : moments.starts[at]!;
      const S = moments.factors[at]!.width;
      const out = random[f]!;
      const B = products[f]!;
      for (let l = 0; l < levels; l++) {
        for (let i = 0; i < s; i++) {
          let sum = 0;
          for (let c = 0; c < S; c++) sum += matrix[i * S + c]! * from[start + l * S + c]!;
          const row = (l * s + i) * p;
          for (let k = 0; k < p; k++) sum -= B[row + k]! * g[k]!;
          out[l * s + i] = sum;
        }
      }
    });
    return { random, fixed: zero, coefficients, sumOfSquares: left };
  };
}

function factorPlace(
  factor: Factor,
  target: Model,
  host: Model,
  hostFactors: readonly Factor[],
): { readonly at: number; readonly matrix: Float64Array } | null {
  const columns: number[] = [];
  let at = -1;
  for (const t of factor.terms) {
    const place = placeOf(target.random[t]!, host, hostFactors);
    if (place === null) return null;
    at = place.factor;
    columns.push(...place.columns);
  }
  return { at, matrix: sumsMatrix(hostFactors[at]!, factor, columns) };
}

/** C with X~_target = X~_host C, by least squares with the weights; p_host x p_target. */
function basisIn(host: Model, target: Model): Float64Array {
  const p = host.fixed.basis.columns;
  const q = target.fixed.basis.columns;
  const n = host.fixed.basis.rows;
  const x = host.fixed.basis.values;
  const out = new Float64Array(p * q);
  if (host === target) {
    for (let k = 0; k < p; k++) out[k + k * p] = 1;
    return out;
  }
  const factor = choleskyOf(host.fixed.crossproduct.values, p);
  const step = new Float64Array(p);
  for (let j = 0; j < q; j++) {
    const left = target.fixed.basis.values.slice(j * n, (j + 1) * n);
    for (let sweep = 0; sweep < 2; sweep++) {
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += (host.weights?.[i] ?? 1) * x[i + k * n]! * left[i]!;
        step[k] = sum;
      }
      solveCholesky(factor, p, step);
      for (let k = 0; k < p; k++) {
        out[k + j * p]! += step[k]!;
        for (let i = 0; i < n; i++) left[i]! -= step[k]! * x[i + k * n]!;
      }
    }
  }
  return out;
}

/** gamma with X~ gamma = X b where the source has the target's columns; zeros for another model, whose likelihood does not see them. */
function trueCoefficients(target: Model, source: SimulationSource): Float64Array {
  const p = target.fixed.basis.columns;
  const out = new Float64Array(p);
  if (source.model !== target) return out;
  const T = target.fixed.transform.values;
  for (let i = 0; i < p; i++) for (let k = i; k < p; k++) out[i]! += T[i + k * p]! * source.beta[k]!;
  return out;
}

/** Z~'W X~ level by level: entry (level, s, k) at (level * S + s) * p + k. */
function fixedProducts(
  { codes, columns, levels, width: S }: Factor,
  { fixed, weights }: Model,
): Float64Array {
  const { values, rows: n, columns: p } = fixed.basis;
  const out = new Float64Array(levels * S * p);
  for (let k = 0; k < p; k++) {
    for (let s = 0; s < S; s++) {
      const column = columns[s]!;
      for (let i = 0; i < n; i++) {
        const z = column === null ? 1 : column[i]!;
        out[(codes[i]! * S + s) * p + k]! += (weights?.[i] ?? 1) * z * values[i + k * n]!;
      }
    }
  }
  return out;
}
