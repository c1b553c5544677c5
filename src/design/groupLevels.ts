import type { Relationship } from "../model/relationship.ts";
import type { Grouping } from "./grouping.ts";
import { compareCodePoints } from "./levels.ts";
import type { PreparedVariable } from "./variables.ts";

/** Groups of rows by one set of columns, before the levels of different columns are made common. */
export interface Layer {
  /** texts of the columns whose combinations are the groups */
  readonly variables: readonly string[];
  readonly groups: Grouping;
  /** whether the levels are numbers of one numeric column */
  readonly numeric: boolean;
}

/** Levels that several layers share, and the codes of each layer into them. */
export interface CommonLevels {
  readonly levels: readonly string[];
  readonly codes: readonly Int32Array[];
  readonly relationship?: Relationship;
}

/** Whether the levels of a variable are numbers, so that they sort as numbers. */
export function groupsByNumber({ vector, expression }: PreparedVariable): boolean {
  if (vector.kind === "numeric") return true;
  // a column declared to be a factor is ordered from the start; text is ordered when it becomes a factor
  return vector.kind === "factor" && vector.ordered && expression.kind === "column";
}

/** The union of the layers' levels: numbers in numeric order where all are numbers, else by code point. */
export function unionLevels(layers: readonly Layer[]): CommonLevels {
  const [first, ...others] = layers;
  if (others.every(({ groups }) => sameLevels(groups.levels, first!.groups.levels))) {
    return { levels: first!.groups.levels, codes: layers.map(({ groups }) => groups.codes) };
  }
  const levels = [...new Set(layers.flatMap(({ groups }) => groups.levels))];
  if (layers.every(({ numeric }) => numeric)) levels.sort((a, b) => Number(a) - Number(b));
  else levels.sort(compareCodePoints);
  const index = new Map(levels.map((level, k) => [level, k]));
  return { levels, codes: layers.map(({ groups }) => recoded(groups, index)) };
}

function sameLevels(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((level, k) => level === b[k]));
}

function recoded({ codes, levels }: Grouping, index: ReadonlyMap<string, number>): Int32Array {
  const position = Int32Array.from(levels, (level) => index.get(level)!);
  return codes.map((code) => (code < 0 ? -1 : position[code]!));
}
