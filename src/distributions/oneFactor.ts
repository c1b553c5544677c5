/*
 * Boxes under correlations r_ij = l_i l_j (Dunnett and Sobel 1955, Biometrika 42): given one common normal variable the
 * coordinates are independent. Contrasts with a control and all pairs of variables are of this kind.
 */
import type { Box, BoxProbability } from "./box.ts";
import { logScaleDensity } from "./logScaleDensity.ts";
import { logTrapezoid } from "./logTrapezoid.ts";
import { normalInterval, outsideNormalInterval } from "./normalInterval.ts";

const sqrtTwoPi = 2.5066282746310002;
/** loadings nearer to one make the integrand too sharp for this rule */
const largestLoading = 0.9995;

/** The loadings l with r_ij = l_i l_j for all i < j; null where there are none below one. */
export function factorLoadings(correlation: Float64Array, d: number): Float64Array | null {
  const loadings = new Float64Array(d);
  const at = (i: number, j: number): number => correlation[i + j * d]!;
  // of the coordinate with the largest correlations the loading is best determined
  let pivot = 0;
  let most = -1;
  for (let j = 0; j < d; j++) {
    let sum = 0;
    for (let i = 0; i < d; i++) if (i !== j) sum += Math.abs(at(i, j));
    if (sum > most) {
      most = sum;
      pivot = j;
    }
  }
  if (d === 2 || most > 0) {
    const square = d === 2 ? Math.abs(at(0, 1)) : squaredLoading(at, pivot, d);
    if (!(square >= 0)) return null;
    const first = Math.sqrt(square);
    for (let j = 0; j < d; j++) {
      loadings[j] = j === pivot ? first : first === 0 ? 0 : at(pivot, j) / first;
    }
  }
  for (let j = 0; j < d; j++) {
    if (Math.abs(loadings[j]!) > largestLoading) return null;
    for (let i = 0; i < j; i++) {
      if (Math.abs(at(i, j) - loadings[i]! * loadings[j]!) > 1e-12) return null;
    }
  }
  return loadings;
}

/** l_p^2 = r_pi r_pj / r_ij for the pair with the largest product; for uncorrelated others the pivot takes the largest part. */
function squaredLoading(at: (i: number, j: number) => number, pivot: number, d: number): number {
  let best = 0;
  let square = Number.NaN;
  let largest = 0;
  for (let i = 0; i < d; i++) {
    if (i === pivot) continue;
    largest = Math.max(largest, Math.abs(at(pivot, i)));
    for (let j = 0; j < i; j++) {
      if (j === pivot) continue;
      const product = Math.abs(at(pivot, i) * at(pivot, j));
      if (product > best && at(i, j) !== 0) {
        best = product;
        square = (at(pivot, i) * at(pivot, j)) / at(i, j);
      }
    }
  }
  // only one correlation: any split will do
  return best === 0 ? largest : square;
}

/**
 * P(lower < T < upper) for loadings below one, by trapezoidal sums over the common variable and the scale; about 1e-13.
 *
 * @param df degrees of freedom, possibly Infinity
 */
export function oneFactorProbability(box: Box, loadings: Float64Array, df: number): BoxProbability {
  const { lower, upper } = box;
  const d = lower.length;
  const spread = loadings.map((l) => Math.sqrt(1 - l * l));
  const narrowest = Math.min(...spread);
  const step = (0.33 * narrowest) / Math.sqrt(1 + 0.7 * Math.log(d));
  let points = 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (let j = 0; j < d; j++) nearest = Math.min(nearest, Math.abs(lower[j]!), Math.abs(upper[j]!));

  /** int phi(z) prod_j P(s lower < l z + spread e < s upper) dz, or one minus that product */
  const given = (s: number, inside: boolean): number => {
    let sum = 0;
    const last = Math.ceil((inside ? 8.7 : Math.min(38, 9 + nearest * s)) / step);
    for (let index = -last; index <= last; index++) {
      const z = index * step;
      let product = 1;
      let outside = 0;
      for (let j = 0; j < d; j++) {
        const low = (s * lower[j]! - loadings[j]! * z) / spread[j]!;
        const high = (s * upper[j]! - loadings[j]! * z) / spread[j]!;
        if (inside) product *= normalInterval(low, high);
        else outside += (1 - outside) * outsideNormalInterval(low, high);
      }
      sum += Math.exp(-0.5 * z * z) * (inside ? product : outside);
    }
    points += 2 * last + 1;
    return (sum * step) / sqrtTwoPi;
  };

  const tail = (inside: boolean): number => {
    if (df === Number.POSITIVE_INFINITY) return given(1, inside);
    const logTerm = (u: number): number => logScaleDensity(u, df) + Math.log(given(Math.exp(u), inside));
    const start = inside ? 0 : -0.5 * Math.log1p((nearest * nearest) / df);
    return Math.exp(logTrapezoid(logTerm, 0.42 / Math.sqrt(df + d + 7), start));
  };
  const complement = Math.min(tail(false), 1);
  const probability = complement < 0.5 ? 1 - complement : Math.min(tail(true), 1);
  return {
    probability,
    complement: complement < 0.5 ? complement : 1 - probability,
    error: 1e-13,
    points,
  };
}
