import type { LinearFunction, LinearFunctions } from "./linearFunctions.ts";
import { combine, groupRows, positionsOf, type RowGroup } from "./linearFunctions.ts";
import type { Nesting } from "./nesting.ts";

/**
 * How the rows of a mean are weighted: all the same; by the frequencies in the data of the combinations that are
 * averaged over (the same for every mean); by the products of their margins; by the frequencies of the cells
 * themselves; or the same for all cells with data.
 */
export type AveragingWeights = "equal" | "proportional" | "outer" | "cells" | "flat";

/** The names of the schemes. */
export const averagingWeights: readonly AveragingWeights[] = [
  "equal",
  "proportional",
  "outer",
  "cells",
  "flat",
];

/**
 * Averages over all dimensions but the given ones, in their order. Nested factors are averaged inside of the
 * levels that they are nested in: with equal weights first, and weights by frequencies are those within these levels.
 */
export function averageOver(
  functions: LinearFunctions,
  keep: readonly string[],
  weights: AveragingWeights,
  nesting: Nesting,
): LinearFunctions {
  const leaving = functions.dimensions.map(({ name }) => name).filter((name) => !keep.includes(name));
  const nested = leaving.filter((name) => nesting.has(name));
  const within = keep.filter((name) => nested.some((inner) => nesting.get(inner)!.includes(name)));
  if (weights !== "equal" && weights !== "outer") return reduce(functions, keep, weights, within);
  // the innermost first: those in which no other is nested
  nested.sort((a, b) => Number(nesting.get(b)!.includes(a)) - Number(nesting.get(a)!.includes(b)));
  let current = functions;
  for (const name of nested) {
    const left = current.dimensions.map((dimension) => dimension.name).filter((other) => other !== name);
    current = reduce(current, left, weights, nesting.get(name)!);
  }
  return reduce(current, keep, weights, within);
}

/** One step of averaging; frequencies are those within the levels of some dimensions. */
function reduce(
  functions: LinearFunctions,
  keep: readonly string[],
  weights: AveragingWeights,
  within: readonly string[],
): LinearFunctions {
  const kept = positionsOf(functions, keep);
  const leaving = functions.dimensions.map((_, k) => k).filter((k) => !kept.includes(k));
  const weightOf = weighting(functions, leaving, weights, positionsOf(functions, within));
  const rows = groupRows(functions, kept).map((group) => average(group, weightOf));
  return {
    dimensions: kept.map((k) => functions.dimensions[k]!),
    rows,
    coefficients: functions.coefficients,
  };
}

function average({ rows, levels }: RowGroup, weightOf: (row: LinearFunction) => number): LinearFunction {
  // one row is its own average, also where it has no data of its own
  const weights = rows.length === 1 ? [1] : rows.map(weightOf);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // without any data there is nothing to weigh by, and 0 / 0 marks the mean as not estimable
  return combine(
    rows,
    weights.map((weight) => (sum > 0 ? weight / sum : Number.NaN)),
    levels,
  );
}

function weighting(
  { rows }: LinearFunctions,
  leaving: readonly number[],
  weights: AveragingWeights,
  within: readonly number[],
): (row: LinearFunction) => number {
  switch (weights) {
    case "equal":
      return () => 1;
    case "cells":
      return ({ count }) => count;
    case "flat":
      return ({ count }) => (count > 0 ? 1 : 0);
    case "proportional":
      return frequency(rows, [...leaving, ...within]);
    case "outer": {
      const margins = leaving.map((k) => frequency(rows, [k, ...within]));
      return (row) => margins.reduce((product, margin) => product * margin(row), 1);
    }
  }
}

/** Rows of the data with the same levels in some dimensions. */
function frequency(
  rows: readonly LinearFunction[],
  positions: readonly number[],
): (row: LinearFunction) => number {
  const key = ({ levels }: LinearFunction): string => positions.map((k) => levels[k]!).join(",");
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0) + row.count);
  return (row) => sums.get(key(row))!;
}
