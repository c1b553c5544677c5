import type { CovarianceStructure } from "../covariance/structure.ts";
import type { ConfoundedEffect } from "../engines/engine.ts";
import type { VarianceDirection } from "../engines/varianceSensitivity.ts";
import { problemOf } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix } from "../linalg/matrix.ts";
import { norm } from "../linalg/squareProducts.ts";

/** The free covariance parameters of a random term as changes of its Sigma. */
export interface TermDirections {
  /** index of the term; the number of terms for R0 */
  readonly term: number;
  readonly first: readonly VarianceDirection[];
  /** second derivatives of Sigma in the parameters t and u; null where Sigma is linear in them */
  readonly second: ((t: number, u: number) => Float64Array) | null;
}

/**
 * Directions in which the covariances of a fit are free, term by term. Variances and covariances themselves where the
 * structure is linear in them (us, diag, homcs), which holds at a boundary too; otherwise the parameters of the
 * structure. Variances that the fixed effects leave nothing to learn from are none. The residual's R0 comes last, where it
 * is estimated.
 */
export function freeDirections(
  fit: FitResult,
  confounded: readonly ConfoundedEffect[] = confoundedEffects(fit),
): TermDirections[] {
  const { random, traits } = fit.model;
  const out: TermDirections[] = [];
  let first = 0;
  random.forEach(({ component, covariance }, term) => {
    if (fit.held.includes(component)) return;
    const known = confounded.flatMap((effect) => (effect.term === term ? [effect.coefficient] : []));
    const linear = linearBasis(covariance)?.filter((E) => !known.some((a) => moves(E, covariance.size, a)));
    out.push(
      linear === undefined
        ? structured(fit, term, covariance, first)
        : { term, first: linear.map((values) => ({ term, values })), second: null },
    );
    first += covariance.parameters.length;
  });
  if (!fit.held.includes("residual")) {
    const term = random.length;
    const values = entries(traits?.names.length ?? 1, true);
    out.push({ term, first: values.map((E) => ({ term, values: E })), second: null });
  }
  return out;
}

/** Random effects whose variance is held at zero because the fixed effects contain them; a note of the fit tells. */
export function confoundedEffects(fit: FitResult): readonly ConfoundedEffect[] {
  if (!fit.notes.some(({ code }) => code === "fit/confounded")) return [];
  return problemOf(fit).confounded ?? [];
}

function moves(E: Float64Array, k: number, coefficient: number): boolean {
  for (let a = 0; a < k; a++) if (E[coefficient + a * k] !== 0) return true;
  return false;
}

/** Matrices whose combinations are the structure; undefined where it is not linear. */
function linearBasis({ name, size: k }: CovarianceStructure): Float64Array[] | undefined {
  if (k === 1 || name === "us") return entries(k, true);
  if (name === "diag") return entries(k, false);
  if (name !== "homcs") return undefined;
  const identity = Float64Array.from({ length: k * k }, (_, i) => Number(i % (k + 1) === 0));
  return [identity, identity.map((value) => 1 - value)];
}

/** Symmetric matrices with one entry: the lower triangle by columns, or the diagonal. */
function entries(k: number, covariances: boolean): Float64Array[] {
  const out: Float64Array[] = [];
  for (let column = 0; column < k; column++) {
    for (let row = column; row < (covariances ? k : column + 1); row++) {
      const E = new Float64Array(k * k);
      E[row + column * k] = 1;
      E[column + row * k] = 1;
      out.push(E);
    }
  }
  return out;
}

/** Beside its second derivative, a first one below this is zero: the parameter is at an end of its range. */
const VANISHED = 1e-5;

/**
 * Sigma = c Phi(theta), c the square of the unit that theta is relative to. At the end of its range (a deviation of zero,
 * a correlation of one) a parameter a has no first derivative; there a^2 / 2 is the parameter, a variance or correlation.
 */
function structured(
  fit: FitResult,
  term: number,
  structure: CovarianceStructure,
  first: number,
): TermDirections {
  const k = structure.size;
  const work = createMatrix(k, k);
  const theta = fit.theta.slice();
  structure.factor(theta, first, work);
  let relative = 0;
  for (const value of work.values) relative += value * value;
  let natural = 0;
  for (let a = 0; a < k; a++) natural += fit.covariances[term]!.values[a + a * k]!;
  const scale = relative > 0 ? natural / relative : fit.sigma * fit.sigma;
  const q = structure.parameters.length;
  const slope = (index: number): Float64Array => {
    structure.derivative(theta, first, index, work);
    return work.values.map((value) => scale * value);
  };
  /** f at theta moved by some steps in one parameter */
  const moved = (index: number, step: number, f: () => Float64Array): Float64Array => {
    const kept = theta[first + index]!;
    theta[first + index] = kept + step;
    const value = f();
    theta[first + index] = kept;
    return value;
  };
  // the blocks are tiny and smooth, so differences of fourth order have all digits that matter
  const difference = (index: number, f: () => Float64Array): Float64Array => {
    const step = 2e-3 * Math.max(1, Math.abs(theta[first + index]!));
    const [p1, m1, p2, m2] = [1, -1, 2, -2].map((steps) => moved(index, steps * step, f));
    return p1!.map((value, i) => (8 * (value - m1![i]!) - (p2![i]! - m2![i]!)) / (12 * step));
  };
  const bend = (index: number): Float64Array => difference(index, () => slope(index));
  const ends = Array.from({ length: q }, (_, t) => norm(slope(t)) < VANISHED * norm(bend(t)));
  const direction = (t: number): Float64Array => (ends[t]! ? bend(t) : slope(t));
  return {
    term,
    first: structure.parameters.map((_, t) => ({ term, values: direction(t) })),
    second(t, u) {
      if (ends[t]! && ends[u]!) return t === u ? bendAtEnd(t) : new Float64Array(k * k);
      return ends[u]! ? difference(t, () => direction(u)) : difference(u, () => direction(t));
    },
  };

  /** d2 Sigma / ds2 in s = a^2 / 2: a third of the fourth derivative in a, from its odd first one */
  function bendAtEnd(t: number): Float64Array {
    const h = 0.03;
    const [f1, f2, f3] = [1, 2, 3].map((steps) => moved(t, steps * h, () => slope(t)));
    return f1!.map((value, i) => (8 * (f2![i]! - 2 * value) - (f3![i]! - 3 * value)) / (12 * h ** 3));
  }
}
