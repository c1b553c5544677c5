import { HendersonError } from "../base/errors.ts";
import type { CommonLevels } from "./groupLevels.ts";
import type { TermPlan } from "./termPlans.ts";

/** What decides whether the variance of a term can be told. */
export interface GroupContext {
  readonly source: string;
  /** precision weights tell the residual from an effect of each row */
  readonly residualIsScaled: boolean;
  /** components (or `residual`) whose variance is known */
  readonly held: ReadonlySet<string>;
}

/** @throws HendersonError `design/one-group` */
export function requireGroups(
  { blocks }: TermPlan,
  { levels, relationship }: CommonLevels,
  options: GroupContext,
): void {
  if (levels.length > 1 || relationship !== undefined) return;
  const { grouping } = blocks[0]!.syntax;
  if (options.held.has(grouping.name)) return;
  throw new HendersonError(
    "design/one-group",
    levels.length === 0
      ? `${grouping.name} has no level in the rows used`
      : `${grouping.name} has only the level '${levels[0]}' in the rows used`,
    {
      hint: "a grouping factor needs two or more levels for a variance between them",
      source: options.source,
      span: grouping.span,
    },
  );
}

/**
 * An effect of each record is the residual over again, unless a relationship, weights or known variances tell them apart.
 *
 * @throws HendersonError `design/groups-of-one`
 */
export function refuseGroupsOfOne(
  { id, blocks }: TermPlan,
  { levels, relationship }: CommonLevels,
  component: string,
  { residualIsScaled, held, source }: GroupContext,
): void {
  if (residualIsScaled || relationship !== undefined || held.has(component) || held.has("residual")) return;
  if (id !== null && blocks.some(({ trait }, b) => b > 0 && trait === blocks[b - 1]!.trait)) return;
  const confounded = blocks.every(
    ({ rows, layers, columns }) =>
      layers.length === 1 &&
      layers[0]!.groups.levels.length === rows.rowCount &&
      levels.length >= rows.rowCount &&
      constantInSpan(columns, rows.rowCount),
  );
  if (!confounded) return;
  const { grouping, span } = blocks[0]!.syntax;
  throw new HendersonError(
    "design/groups-of-one",
    `every level of ${grouping.name} has one row, so its variance cannot be told from the residual variance`,
    { hint: "leave the term out, or group by a factor with several rows a level", source, span },
  );
}

/** Whether one column, or all of them together, is constant: an intercept, or dummies of all levels. */
function constantInSpan(columns: readonly (Float64Array | null)[], rowCount: number): boolean {
  if (columns.includes(null)) return true;
  let first = 0;
  for (const column of columns) first += column![0]!;
  for (let i = 1; i < rowCount; i++) {
    let sum = 0;
    for (const column of columns) sum += column![i]!;
    if (sum !== first) return false;
  }
  return first !== 0;
}
