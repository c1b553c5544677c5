import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { quoteValue } from "../table/quoteValue.ts";
import type { Column, Table } from "../table/table.ts";
import { firstOf, type PedigreeRows } from "./pedigreeRows.ts";

/** The part of a pedigree that is compared. */
interface Parents {
  readonly animals: readonly string[];
  readonly sires: Int32Array;
  readonly dams: Int32Array;
}

/** Refuses animals that are not younger than a parent; animals without a date are not checked. */
export function requireBirthOrder(
  table: Table,
  name: string,
  { animals, sires, dams }: Parents,
  { rowOf }: PedigreeRows,
  codes: Int32Array,
): void {
  const column = table.columns.get(name);
  if (column === undefined) {
    const close = nearest(name, table.columns.keys());
    throw new HendersonError("table/unknown-column", `the pedigree has no column ${quoteValue(name)}`, {
      hint:
        close === null
          ? "birth= names the column with dates or years of birth"
          : `did you mean ${quoteValue(close)}?`,
    });
  }
  const date = dateReader(column);
  const born = Array.from(codes, (code) => (rowOf[code]! < 0 ? null : date(rowOf[code]!)));
  const wrong: string[] = [];
  animals.forEach((animal, i) => {
    for (const parent of new Set([sires[i]!, dams[i]!])) {
      if (parent < 0 || parent >= animals.length) continue;
      const own = born[i] ?? null;
      const before = born[parent] ?? null;
      if (own === null || before === null || before < own) continue;
      wrong.push(
        `${quoteValue(animal)} (${String(own)}) of ${quoteValue(animals[parent]!)} (${String(before)})`,
      );
    }
  });
  if (wrong.length === 0) return;
  throw new HendersonError(
    "genetics/birth-order",
    `${wrong.length === 1 ? "an offspring is" : `${wrong.length} offspring are`} not younger than a parent: ${firstOf(wrong)}`,
    { hint: "correct the parent or the date of birth" },
  );
}

/** Numbers compare as numbers, text by its letters: ISO dates sort so. */
function dateReader(column: Column): (row: number) => number | string | null {
  if (column.kind === "text") return (row) => column.levels[column.codes[row]!] ?? null;
  if (column.kind === "numeric") {
    return (row) => (Number.isNaN(column.values[row]!) ? null : column.values[row]!);
  }
  return () => null;
}
