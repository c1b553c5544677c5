/*
 * P(T outside a box) where that is small: T is drawn given that one coordinate, taken with its share of the sum of all tails, is outside
 * its bounds, and the mean of 1 / (number of coordinates outside) times that sum is the probability (Owen, Maximov and Chertkov 2019,
 * Electron. J. Stat. 13, 231-254). Its relative error is bounded however far the bounds are.
 */
import type { Box, BoxProbability } from "./box.ts";
import { latticeMean } from "./latticeMean.ts";
import { normalScore } from "./normalScore.ts";
import { scaleQuantiles } from "./scaleQuantiles.ts";
import type { CorrelationFactor } from "./separationOfVariables.ts";
import { tCdf, tQuantile } from "./studentT.ts";

/** Relative error at which to stop. */
const relative = 1e-3;

/** A way out of the box: coordinate j above its upper bound (sign 1) or below its lower one (-1). */
interface Exit {
  readonly coordinate: number;
  readonly sign: 1 | -1;
  readonly log: number;
  /** T beyond the bound at a part of the tail */
  readonly beyond: (part: number) => number;
}

/** Bonferroni's bound, the sum of all tails. */
export function sumOfTails(box: Box, df: number): number {
  let sum = 0;
  for (const bound of box.lower) sum += tCdf(bound, df);
  for (const bound of box.upper) sum += tCdf(bound, df, { lower: false });
  return sum;
}

/** See above; for boxes about the origin, with `sumOfTails` below one half. */
export function rareViolation(
  box: Box,
  factor: CorrelationFactor,
  df: number,
  tolerance: number,
  most: number,
): BoxProbability {
  const d = box.lower.length;
  const { rank, rows } = factor;
  const exits = exitsOf(box, df);
  const total = sumOfTails(box, df);
  const shares = exits.map((exit) => Math.exp(exit.log) / total);
  const scaleAt = df === Number.POSITIVE_INFINITY ? null : scaleQuantiles(df + 1);
  const z = new Float64Array(rank);
  const x = new Float64Array(d);
  const { means, errors, points } = latticeMean(
    rank + 1 + (scaleAt === null ? 0 : 1),
    (cube, into) => {
      let u = cube[0]!;
      let e = 0;
      while (e < exits.length - 1 && u > shares[e]!) {
        u -= shares[e]!;
        e += 1;
      }
      const { coordinate, sign, beyond } = exits[e]!;
      const t = sign * beyond(Math.min(Math.max(u / shares[e]!, 1e-17), 1));
      // given T_j = t, (df + t^2) S^2 is chi-squared with df + 1
      let first = 1;
      let scale = 1;
      if (scaleAt !== null) {
        scale = scaleAt(normalScore(cube[1]!)) * Math.sqrt((df + 1) / (df + t * t));
        first = 2;
      }
      for (let l = 0; l < rank; l++) z[l] = Math.min(Math.max(normalScore(cube[first + l]!), -8.5), 8.5);
      for (let i = 0; i < d; i++) {
        const row = rows[i]!;
        let sum = 0;
        for (let l = 0; l < rank; l++) sum += row[l]! * z[l]!;
        x[i] = sum;
      }
      const shift = t * scale - x[coordinate]!;
      let outside = 1;
      for (let i = 0; i < d; i++) {
        if (i === coordinate) continue;
        const value = (x[i]! + box.correlation[i + coordinate * d]! * shift) / scale;
        if (value > box.upper[i]! || value < box.lower[i]!) outside += 1;
      }
      into[0] = 1 / outside;
      into[1] = into[0];
    },
    (found) => found.errors[0] <= relative * found.means[0] || total * found.errors[0] <= 1e-3 * tolerance,
    most,
  );
  const complement = total * means[0];
  return { probability: 1 - complement, complement, error: total * errors[0], points };
}

function exitsOf(box: Box, df: number): Exit[] {
  const exits: Exit[] = [];
  const tables = new Map<number, (part: number) => number>();
  const add = (coordinate: number, sign: 1 | -1, bound: number): void => {
    if (bound === Number.POSITIVE_INFINITY) return;
    const log = tCdf(bound, df, { lower: false, log: true });
    let beyond = tables.get(bound);
    if (beyond === undefined) {
      beyond = tailQuantiles(log, df);
      tables.set(bound, beyond);
    }
    exits.push({ coordinate, sign, log, beyond });
  };
  for (let j = 0; j < box.lower.length; j++) {
    add(j, 1, box.upper[j]!);
    add(j, -1, -box.lower[j]!);
  }
  return exits;
}

/** t with P(T > t) = part exp(log), from a table on the logarithm of the part: quantiles are dear. */
function tailQuantiles(log: number, df: number): (part: number) => number {
  const width = 0.125;
  const cells = 320;
  const at = Float64Array.from({ length: cells + 3 }, (_, i) =>
    // one point before zero, for the cubic
    Math.log(tQuantile(Math.min(log - (i - 1) * width, -0.6932), df, { lower: false, log: true })),
  );
  return (part) => {
    const position = -Math.log(part) / width;
    const cell = Math.min(Math.floor(position), cells - 1);
    const t = position - cell;
    // Lagrange's cubic through the four nearest points
    return Math.exp(
      (-t * (t - 1) * (t - 2) * at[cell]!) / 6 +
        ((t + 1) * (t - 1) * (t - 2) * at[cell + 1]!) / 2 -
        ((t + 1) * t * (t - 2) * at[cell + 2]!) / 2 +
        ((t + 1) * t * (t - 1) * at[cell + 3]!) / 6,
    );
  };
}
