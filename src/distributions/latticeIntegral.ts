import { randomStream } from "../base/random.ts";
import type { BoxProbability } from "./box.ts";
import { type LatticeRule, latticeRules } from "./latticeRules.ts";
import { scaleQuantiles } from "./scaleQuantiles.ts";
import { integrandOf, type OrderedFactor } from "./separationOfVariables.ts";
import { wichuraQuantile } from "./wichuraQuantile.ts";

const shifts = 8;

/**
 * P(T in the box) by lattice rules of growing size, each shifted eight times by fixed shifts and folded so that the integrand becomes
 * periodic (Cools, Kuo and Nuyens 2006; Hickernell 2002). The same digits on every run.
 *
 * @param tolerance absolute error at which to stop; the error is 3.5 standard errors of the shifts' mean
 * @param most      points at most; the largest rule has two million
 */
export function latticeIntegral(
  factor: OrderedFactor,
  df: number,
  tolerance: number,
  most: number,
): BoxProbability {
  const { rank } = factor;
  const scaled = df !== Number.POSITIVE_INFINITY;
  const scaleAt = scaled ? scaleQuantiles(df) : null;
  const dimensions = rank - 1 + (scaled ? 1 : 0);
  const cube = new Float64Array(Math.max(dimensions, 1));
  const { evaluate, inside: insideAt, outside: outsideAt } = integrandOf(factor);
  let points = 0;
  let result: BoxProbability | null = null;
  for (const rule of latticeRules) {
    if (result !== null && points + shifts * rule.points > most) break;
    const generator = generatingVector(rule, dimensions);
    const inside = new Float64Array(shifts);
    const outside = new Float64Array(shifts);
    for (let shift = 0; shift < shifts; shift++) {
      const stream = randomStream(20_030_401, shift);
      const start = Float64Array.from({ length: dimensions }, () => stream.uniform());
      for (let k = 0; k < rule.points; k++) {
        for (let j = 0; j < dimensions; j++) {
          const x = (k * generator[j]!) / rule.points + start[j]!;
          cube[j] = Math.abs(2 * (x - Math.floor(x)) - 1);
        }
        if (scaleAt === null) evaluate(1, cube, 0);
        else evaluate(scaleAt(scoreOf(cube[0]!)), cube, 1);
        inside[shift]! += insideAt();
        outside[shift]! += outsideAt();
      }
      inside[shift]! /= rule.points;
      outside[shift]! /= rule.points;
    }
    points += shifts * rule.points;
    const small = mean(outside) < 0.5 ? outside : inside;
    const error = 3.5 * standardError(small);
    const one = mean(small);
    result =
      small === outside
        ? { probability: 1 - one, complement: one, error, points }
        : { probability: one, complement: 1 - one, error, points };
    if (error <= tolerance) break;
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

function scoreOf(u: number): number {
  if (u <= 0) return Number.NEGATIVE_INFINITY;
  return u >= 1 ? Number.POSITIVE_INFINITY : wichuraQuantile(u);
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
