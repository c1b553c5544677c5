/*
 * Boxes whose correlation has rank two, as of all contrasts of three means: a polygon in the plane. In polar coordinates
 * P(outside) = 1/(2 pi) int P(R > r(angle)) d angle, where r is the distance to the nearest side and R the radius of a bivariate t:
 * P(R > r) = (1 + r^2 / df)^(-df / 2) (Somerville 1998, J. Comp. Graph. Stat. 7).
 */
import type { Box, BoxProbability } from "./box.ts";
import { integrateSmooth } from "./gaussLegendre.ts";

/** A side of the polygon: the line at `distance` from the origin in the direction of `angle`. */
interface Side {
  readonly angle: number;
  readonly distance: number;
}

/** The unit vectors whose products are the correlations; null where the rank is above two. */
export function planarDirections(correlation: Float64Array, d: number): Float64Array | null {
  // the coordinate that is least correlated with the first gives the second axis
  let other = 0;
  for (let j = 1; j < d; j++)
    if (Math.abs(correlation[j * d]!) < Math.abs(correlation[other * d]!)) other = j;
  const cosine = correlation[other * d]!;
  const sine = Math.sqrt(1 - cosine * cosine);
  const angles = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const x = correlation[j * d]!;
    const y = (correlation[j + other * d]! - cosine * x) / sine;
    if (Math.abs(x * x + y * y - 1) > 1e-10) return null;
    angles[j] = Math.atan2(y, x);
  }
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < j; i++) {
      if (Math.abs(Math.cos(angles[i]! - angles[j]!) - correlation[i + j * d]!) > 1e-10) return null;
    }
  }
  return angles;
}

/**
 * P(lower < T < upper) where the origin is within the bounds; about 1e-13, the complement to full relative accuracy.
 *
 * @param angles of the coordinates, see `planarDirections`
 * @param df     degrees of freedom, possibly Infinity
 */
export function planarProbability(box: Box, angles: Float64Array, df: number): BoxProbability {
  const sides: Side[] = [];
  for (let j = 0; j < angles.length; j++) {
    const low = box.lower[j]!;
    const high = box.upper[j]!;
    if (high < Number.POSITIVE_INFINITY) sides.push({ angle: angles[j]!, distance: high });
    if (low > Number.NEGATIVE_INFINITY) sides.push({ angle: angles[j]! + Math.PI, distance: -low });
  }
  let points = 0;
  let total = 0;
  for (const side of sides) {
    const [from, to] = visiblePart(side, sides);
    if (!(from < to)) continue;
    // a side without end is cut where it has gone round a right angle; there P(R > r) has vanished
    const part = (angle: number): number => {
      points += 1;
      return outsideRadius(side.distance / Math.cos(angle), df);
    };
    if (from < 0 && to > 0) total += integrateSmooth(part, from, 0) + integrateSmooth(part, 0, to);
    else total += integrateSmooth(part, from, to);
  }
  const complement = Math.min(total / (2 * Math.PI), 1);
  return { probability: 1 - complement, complement, error: 1e-13, points };
}

/** Angles, from that of the side, between which no other side is nearer. */
function visiblePart(side: Side, sides: readonly Side[]): [number, number] {
  let from = -0.5 * Math.PI;
  let to = 0.5 * Math.PI;
  for (const other of sides) {
    if (other === side) continue;
    const turn = other.angle - side.angle;
    const sine = Math.sin(turn);
    const cosine = Math.cos(turn);
    // along the side at tan(angle) = x the other is nearer where distance (cos turn + x sin turn) > its distance
    const excess = other.distance - side.distance * cosine;
    if (Math.abs(sine) < 1e-12) {
      if (cosine > 0 && (excess < 0 || (excess === 0 && sides.indexOf(other) < sides.indexOf(side))))
        return [0, 0];
      continue;
    }
    const crossing = Math.atan2(excess, side.distance * Math.abs(sine));
    if (sine > 0) to = Math.min(to, crossing);
    else from = Math.max(from, -crossing);
  }
  return [from, to];
}

/** P(R > r) of the bivariate t or normal distribution */
function outsideRadius(r: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return Math.exp(-0.5 * r * r);
  return Math.exp(-0.5 * df * Math.log1p((r * r) / df));
}
