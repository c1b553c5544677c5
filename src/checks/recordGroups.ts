import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { FitResult } from "../fit/result.ts";
import type { Column, Table } from "../table/table.ts";

/** Records by group. */
export interface RecordGroups {
  readonly name: string;
  /** one name a group, in the order of the levels */
  readonly levels: readonly string[];
  /** records of every group, ascending */
  readonly members: readonly Int32Array[];
  /** records without a group (a missing value) */
  readonly without: number;
}

/**
 * Groups the records of a fit by a grouping factor of the model, or by any column of its table.
 *
 * @param table needed for a column that is no grouping of the model
 * @throws HendersonError checks/unknown-group, checks/needs-table
 */
export function recordGroups(fit: FitResult, name: string, table?: Table): RecordGroups {
  const term = fit.model.random.find(
    ({ group, incidence }) => (group === name || group === `(${name})`) && incidence === undefined,
  );
  if (term !== undefined) return collect(name, term.levels, term.codes);
  const column = table?.columns.get(name);
  if (column === undefined) throw unknownGroup(fit, name, table);
  const { levels, codes } = columnLevels(column);
  const rows = fit.design?.keptRows;
  return collect(
    name,
    levels,
    Int32Array.from({ length: fit.nobs }, (_, i) => codes[rows?.[i] ?? i]!),
  );
}

function collect(name: string, levels: readonly string[], codes: Int32Array): RecordGroups {
  const counts = new Int32Array(levels.length);
  let without = 0;
  for (const code of codes) {
    if (code < 0) without++;
    else counts[code]!++;
  }
  const members = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  codes.forEach((code, r) => {
    if (code >= 0) members[code]![counts[code]!++] = r;
  });
  const met = levels.map((_, l) => l).filter((l) => members[l]!.length > 0);
  return { name, levels: met.map((l) => levels[l]!), members: met.map((l) => members[l]!), without };
}

function columnLevels(column: Column): { levels: readonly string[]; codes: Int32Array } {
  if (column.kind === "text") return { levels: column.levels, codes: column.codes };
  const values = column.kind === "numeric" ? column.values : column.values;
  const missing = (value: number): boolean =>
    column.kind === "logical" ? value === 255 : Number.isNaN(value);
  const distinct = [...new Set(values)].filter((value) => !missing(value)).sort((a, b) => a - b);
  const place = new Map(distinct.map((value, l) => [value, l]));
  const word = (value: number): string =>
    column.kind === "logical" ? (value === 1 ? "TRUE" : "FALSE") : String(value);
  return { levels: distinct.map(word), codes: Int32Array.from(values, (value) => place.get(value) ?? -1) };
}

function unknownGroup(fit: FitResult, name: string, table: Table | undefined): HendersonError {
  const groups = [...new Set(fit.model.random.map(({ group }) => group))];
  if (table === undefined) {
    return new HendersonError("checks/needs-table", `'${name}' is not a grouping factor of the model`, {
      hint: `the model groups by ${groups.join(", ") || "nothing"}; for any other column pass the table of the fit`,
    });
  }
  const names = [...groups, ...table.columns.keys()];
  return new HendersonError("checks/unknown-group", `there is no group or column '${name}'`, {
    hint: `the closest is '${nearest(name, names) ?? names[0]}'; the model groups by ${groups.join(", ") || "nothing"}`,
  });
}
