import type { CovarianceStructure } from "../covariance/structure.ts";
import type { VarianceDirection } from "../engines/varianceSensitivity.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix } from "../linalg/matrix.ts";

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
 * structure. The residual's R0 comes last, where it is estimated.
 */
export function freeDirections(fit: FitResult): TermDirections[] {
  const { random, traits } = fit.model;
  const out: TermDirections[] = [];
  let first = 0;
  random.forEach(({ component, covariance }, term) => {
    if (fit.held.includes(component)) return;
    const linear = linearBasis(covariance);
    out.push(
      linear === null
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

/** Matrices whose combinations are the structure; null where it is not linear. */
function linearBasis({ name, size: k }: CovarianceStructure): Float64Array[] | null {
  if (k === 1 || name === "us") return entries(k, true);
  if (name === "diag") return entries(k, false);
  if (name !== "homcs") return null;
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

/** Sigma = c Phi(theta), c the square of the unit that theta is relative to. */
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
  const derivative = (index: number): Float64Array => {
    structure.derivative(theta, first, index, work);
    return work.values.map((value) => scale * value);
  };
  return {
    term,
    first: structure.parameters.map((_, index) => ({ term, values: derivative(index) })),
    // the blocks are tiny and smooth, so differences of fourth order have all digits that matter
    second(t, u) {
      const at = first + u;
      const kept = theta[at]!;
      const step = 2e-3 * Math.max(1, Math.abs(kept));
      const shifted = (steps: number): Float64Array => {
        theta[at] = kept + steps * step;
        return derivative(t);
      };
      const [p1, m1, p2, m2] = [shifted(1), shifted(-1), shifted(2), shifted(-2)];
      theta[at] = kept;
      return p1!.map((value, i) => (8 * (value - m1![i]!) - (p2![i]! - m2![i]!)) / (12 * step));
    },
  };
}
