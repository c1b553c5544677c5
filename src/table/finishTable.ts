import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Note } from "../base/notes.ts";
import { describeColumn, type LineOfRow } from "./describeColumn.ts";
import type { MadeColumn } from "./origin.ts";
import { quoteValue, quoteValues } from "./quoteValue.ts";
import type { ColumnReport, ReadResult, TypeReport } from "./readResult.ts";
import type { Column } from "./table.ts";

/** Columns, put together as a table with its report; the last step of every reader. */
export function finishTable(
  made: readonly MadeColumn[],
  rowCount: number,
  notes: readonly Note[],
  source: Pick<TypeReport, "format" | "delimiter" | "decimal">,
  lineOfRow: LineOfRow,
): ReadResult {
  const columns = new Map<string, Column>();
  const reports: ColumnReport[] = [];
  const allNotes = [...notes];
  for (const one of made) {
    columns.set(one.column.name, one.column);
    const described = describeColumn(one, lineOfRow);
    reports.push(described.report);
    allNotes.push(...described.notes);
  }
  return { table: { rowCount, columns }, report: { ...source, rowCount, columns: reports }, notes: allNotes };
}

/**
 * The columns to keep as text.
 *
 * @throws HendersonError "table/unknown-column" where one is not there
 */
export function requestedText(names: readonly string[], text: readonly string[] = []): ReadonlySet<string> {
  for (const name of text) {
    if (names.includes(name)) continue;
    const closest = nearest(name, names);
    throw new HendersonError(
      "table/unknown-column",
      `no column named ${quoteValue(name)} to keep as text; there are ${quoteValues(names)}`,
      closest === null ? {} : { hint: `closest: ${quoteValue(closest)}` },
    );
  }
  return new Set(text);
}
