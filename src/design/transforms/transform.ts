import type { NumericVector } from "../vector.ts";

/** Plain numbers learned from the training data; each transform documents its own. */
export type TransformConstants = Readonly<Record<string, number | readonly number[]>>;

/** Arguments after the first, by name. */
export type TransformArguments = Readonly<Record<string, number | boolean | readonly number[] | undefined>>;

/** A function of a numeric column that depends on the data it first saw: new rows use the constants learned then. */
export interface Transform {
  readonly name: string;
  /** names of the arguments after the first, in order */
  readonly parameters: readonly string[];
  /**
   * Constants from the training values (NaN where missing).
   *
   * @throws BadArgument with a sentence about the argument
   */
  learn(x: Float64Array, given: TransformArguments): TransformConstants;
  /** The columns at x; NaN where x is. */
  apply(x: Float64Array, constants: TransformConstants): NumericVector;
  /** The training range outside which values are extrapolations that deserve a note, where there is one. */
  range?(constants: TransformConstants): readonly [number, number];
}

/** A transform's complaint; the evaluator adds the place in the formula. */
export class BadArgument extends Error {}

/** A whole number argument of at least `least`. */
export function wholeNumber(
  given: TransformArguments,
  name: string,
  least: number,
  fallback?: number,
): number {
  const value = given[name] ?? fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
  const found = value === undefined ? "it is missing" : `it is ${String(value)}`;
  throw new BadArgument(`'${name}' must be a whole number of at least ${least}, but ${found}`);
}

/** A TRUE/FALSE argument. */
export function flag(given: TransformArguments, name: string, fallback: boolean): boolean {
  const value = given[name] ?? fallback;
  if (typeof value === "boolean") return value;
  throw new BadArgument(`'${name}' must be TRUE or FALSE, but it is ${String(value)}`);
}

/** A list of numbers, or one. */
export function numberList(given: TransformArguments, name: string): readonly number[] | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  if (typeof value === "number") return [value];
  if (typeof value === "object") return value;
  throw new BadArgument(`'${name}' must be a number or c(...) of numbers, but it is ${String(value)}`);
}

/** The values that are not missing, ascending. */
export function sortedPresent(x: Float64Array): Float64Array {
  return x.filter((value) => !Number.isNaN(value)).sort();
}

/** "1", "2", ... */
export function numberedLabels(count: number): string[] {
  return Array.from({ length: count }, (_, j) => String(j + 1));
}
