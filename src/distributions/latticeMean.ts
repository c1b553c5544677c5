import { randomStream } from "../base/random.ts";
import { type LatticeRule, latticeRules } from "./latticeRules.ts";

const shifts = 8;

/** Means over the unit cube of two functions, each with what it may be off. */
interface LatticeMean {
  readonly means: readonly [number, number];
  /** 3.5 standard errors */
  readonly errors: readonly [number, number];
  readonly points: number;
}

/**
 * Means over the unit cube by lattice rules of growing size, each shifted eight times by fixed shifts and folded so that the integrand
 * becomes periodic (Cools, Kuo and Nuyens 2006, SIAM J. Sci. Comput. 28; Hickernell 2002). The same digits on every run.
 *
 * @param evaluate writes the two values at a point of the cube
 * @param enough   whether the means are good enough
 * @param most     points at most; the largest rule has two million
 */
export function latticeMean(
  dimensions: number,
  evaluate: (cube: Float64Array, into: Float64Array) => void,
  enough: (mean: LatticeMean) => boolean,
  most: number,
): LatticeMean {
  const cube = new Float64Array(Math.max(dimensions, 1));
  const values = new Float64Array(2);
  let points = 0;
  let result: LatticeMean | null = null;
  for (const rule of latticeRules) {
    if (result !== null && points + shifts * rule.points > most) break;
    const generator = generatingVector(rule, dimensions);
    const first = new Float64Array(shifts);
    const second = new Float64Array(shifts);
    for (let shift = 0; shift < shifts; shift++) {
      const stream = randomStream(20_030_401, shift);
      const start = Float64Array.from({ length: dimensions }, () => stream.uniform());
      for (let k = 0; k < rule.points; k++) {
        for (let j = 0; j < dimensions; j++) {
          const x = (k * generator[j]!) / rule.points + start[j]!;
          cube[j] = Math.abs(2 * (x - Math.floor(x)) - 1);
        }
        evaluate(cube, values);
        first[shift]! += values[0]!;
        second[shift]! += values[1]!;
      }
      first[shift]! /= rule.points;
      second[shift]! /= rule.points;
    }
    points += shifts * rule.points;
    result = {
      means: [mean(first), mean(second)],
      errors: [3.5 * standardError(first), 3.5 * standardError(second)],
      points,
    };
    if (enough(result)) break;
  }
  return result!;
}

/** Beyond the dimensions of the rule its vector goes on with multiples of itself. */
function generatingVector(rule: LatticeRule, dimensions: number): Float64Array {
  const known = rule.generator.length;
  const vector = new Float64Array(dimensions);
  for (let j = 0; j < dimensions; j++) {
    vector[j] = j < known ? rule.generator[j]! : (vector[j - known]! * 76_543) % rule.points;
  }
  return vector;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function standardError(values: Float64Array): number {
  const center = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - center) ** 2;
  return Math.sqrt(sum / (values.length * (values.length - 1)));
}
