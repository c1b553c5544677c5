import type { Note } from "../base/notes.ts";
import { levelNotes } from "./levelNotes.ts";
import type { MadeColumn, Offending, Origin } from "./origin.ts";
import { quoteValue } from "./quoteValue.ts";
import type { ColumnReport, WhyText } from "./readResult.ts";
import type { Column } from "./table.ts";

/** Line of the file a data row (from 0) is on; null where the source has no lines. */
export type LineOfRow = ((row: number) => number) | null;

/** What a column became, why, and what the user should know about it. */
export function describeColumn(
  made: MadeColumn,
  lineOfRow: LineOfRow,
): { report: ColumnReport; notes: Note[] } {
  const { column, origin } = made;
  const notes = originNotes(column, origin, lineOfRow);
  if (column.kind === "text") notes.push(...levelNotes(column.name, column.levels));
  const whyText = column.kind === "text" ? whyTextOf(origin, lineOfRow) : undefined;
  const report: ColumnReport = {
    name: column.name,
    kind: column.kind,
    ...summary(column),
    ...(whyText === undefined ? {} : { whyText }),
  };
  return { report, notes };
}

function summary(column: Column): Pick<ColumnReport, "missing" | "levels" | "range" | "infinite"> {
  let missing = 0;
  if (column.kind === "text") {
    for (const code of column.codes) if (code < 0) missing++;
    return { missing, levels: column.levels.length };
  }
  if (column.kind === "logical") {
    let seen = 0;
    for (const value of column.values) {
      if (value === 255) missing++;
      else seen |= 1 << value;
    }
    return { missing, levels: seen === 3 ? 2 : seen === 0 ? 0 : 1 };
  }
  let infinite = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of column.values) {
    if (Number.isNaN(value)) missing++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
  }
  return {
    missing,
    ...(smallest <= largest ? { range: [smallest, largest] as const } : {}),
    ...(infinite > 0 ? { infinite } : {}),
  };
}

function whyTextOf(origin: Origin, lineOfRow: LineOfRow): WhyText | undefined {
  if (origin.requestedText === true) return { reason: "requested" };
  if (origin.offending !== undefined) {
    const { value, row } = origin.offending;
    return {
      reason: "not-a-number",
      value,
      row: row + 1,
      ...(lineOfRow === null ? {} : { line: lineOfRow(row) }),
      numbers: origin.numbers ?? 0,
    };
  }
  if (origin.largeInteger !== undefined) {
    return { reason: "large-integers", value: origin.largeInteger.value, row: origin.largeInteger.row + 1 };
  }
  return undefined;
}

function originNotes(column: Column, origin: Origin, lineOfRow: LineOfRow): Note[] {
  const name = quoteValue(column.name);
  const subject = column.name;
  const notes: Note[] = [];
  if (column.kind === "text" && origin.requestedText !== true) {
    const present = column.codes.reduce((sum, code) => sum + (code < 0 ? 0 : 1), 0);
    const numbers = origin.numbers ?? 0;
    if (origin.offending !== undefined && 2 * numbers >= present) {
      const { value } = origin.offending;
      notes.push({
        code: "table/almost-numeric",
        severity: "warning",
        message: `column ${name} was read as text: ${place(origin.offending, lineOfRow)} is not a number, though ${numbers} of the ${present} values are`,
        hint: remedyFor(value),
        subject,
      });
    } else if (origin.offending === undefined && numbers === present && present > 0) {
      notes.push({
        code: "table/number-text",
        severity: "info",
        message: `column ${name} is text although all of its ${present} values are numbers, because the source holds them as text`,
        hint: "write them without quotes if they are measurements",
        subject,
      });
    }
  }
  if (origin.largeInteger !== undefined) {
    const kept = column.kind === "text";
    notes.push({
      code: "table/large-integers",
      severity: kept ? "info" : "warning",
      message: `column ${name} has integers beyond 2^53, as ${place(origin.largeInteger, lineOfRow)}; ${kept ? "it is kept as text" : "numbers that differ only in the last digits are the same here"}`,
      ...(kept ? {} : { hint: `if they are ids, keep them as text: --text ${column.name}` }),
      subject,
    });
  }
  if (origin.leadingZero !== undefined) {
    notes.push({
      code: "table/leading-zeros",
      severity: "info",
      message: `column ${name} has numbers with leading zeros, as ${place(origin.leadingZero, lineOfRow)}, and was read as numbers`,
      hint: `if they are ids, keep them as text: --text ${column.name}`,
      subject,
    });
  }
  if (origin.onlyLetter !== undefined) {
    notes.push({
      code: "table/letters-as-logical",
      severity: "warning",
      message: `column ${name} holds only the letter ${origin.onlyLetter} and was read as ${origin.onlyLetter === "T" ? "TRUE" : "FALSE"}, as R does`,
      hint: `if it means something else, keep it as text: --text ${column.name}`,
      subject,
    });
  }
  return notes;
}

function place({ value, row }: Offending, lineOfRow: LineOfRow): string {
  const line = lineOfRow === null ? "" : ` (line ${lineOfRow(row)})`;
  return `${quoteValue(value)} in row ${row + 1}${line}`;
}

function remedyFor(value: string): string {
  const trimmed = value.trim();
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(trimmed)) return "write numbers without separators of thousands";
  if (/^[+-]?\d*,\d+$/.test(trimmed)) return "if the comma is the decimal mark, use it throughout or say so";
  if (/^[−–]\d/.test(trimmed)) return "write the minus sign as '-'";
  if (/^[+-]?[\d.]+\s*\D{1,4}$/.test(trimmed)) return "write numbers without units";
  return `if ${quoteValue(trimmed)} stands for a missing value, say so: --na ${quoteValue(trimmed)}`;
}
