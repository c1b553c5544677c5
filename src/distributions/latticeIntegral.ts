import type { Box, BoxProbability } from "./box.ts";
import { latticeMean } from "./latticeMean.ts";
import { normalScore } from "./normalScore.ts";
import { scaleQuantiles } from "./scaleQuantiles.ts";
import { type CorrelationFactor, integrandOf, orderedFactor } from "./separationOfVariables.ts";

/**
 * P(T in the box) by lattice rules.
 *
 * @param tolerance absolute error at which to stop
 * @param most      points at most
 */
export function latticeIntegral(
  box: Box,
  factor: CorrelationFactor,
  df: number,
  tolerance: number,
  most: number,
): BoxProbability {
  const { evaluate, inside, outside } = integrandOf(orderedFactor(box, factor));
  const scaleAt = df === Number.POSITIVE_INFINITY ? null : scaleQuantiles(df);
  const { means, errors, points } = latticeMean(
    factor.rank - 1 + (scaleAt === null ? 0 : 1),
    (cube, into) => {
      // the scale takes the first coordinate, which the rules treat best
      if (scaleAt === null) evaluate(1, cube, 0);
      else evaluate(scaleAt(normalScore(cube[0]!)), cube, 1);
      into[0] = inside();
      into[1] = outside();
    },
    (found) => Math.min(...found.errors) <= tolerance,
    most,
  );
  const error = Math.min(...errors);
  return means[1] < 0.5
    ? { probability: 1 - means[1], complement: means[1], error, points }
    : { probability: means[0], complement: 1 - means[0], error, points };
}
