import { HendersonError } from "../base/errors.ts";
import { quoteValue } from "../table/quoteValue.ts";
import { readTable } from "../table/read.ts";
import type { ReadOptions, ReadResult } from "../table/readResult.ts";
import type { RelationshipKind } from "./readRelationship.ts";

/**
 * The table of a relationship file. As `readTable`, but sparse matrices (id, id, value) may come without a header,
 * as other programs write them, and a pedigree without one is refused: its first animal would be lost.
 *
 * @param kind   what the file is for; "matrix" also for gamma
 * @throws HendersonError "genetics/no-header", and those of `readTable`
 */
export async function readRelationshipTable(
  bytes: Uint8Array,
  kind: RelationshipKind,
  options: ReadOptions & { readonly name?: string } = {},
): Promise<ReadResult> {
  const head = new TextDecoder().decode(bytes.subarray(0, 4096));
  const first = /^\uFEFF?([^\r\n]*)(?:\r?\n|\r|$)/.exec(head)?.[1] ?? "";
  const delimiter = [",", ";", "\t"].find((mark) => first.includes(mark)) ?? " ";
  const cells = (delimiter === " " ? first.trim().split(/\s+/) : first.split(delimiter)).map((cell) =>
    cell.trim(),
  );
  const isText = options.format === undefined && bytes[0] !== 0x1f && /^[^\0]*$/.test(first);
  if (!isText) return readTable(bytes, options);
  if (kind === "matrix" || kind === "inverse") {
    if (cells.length === 3 && isNumber(cells[2]!) && !isDenseOfThree(bytes, cells)) {
      const names = new TextEncoder().encode(`${["row", "column", "value"].join(delimiter)}\n`);
      const withHeader = new Uint8Array(names.length + bytes.length);
      withHeader.set(names);
      withHeader.set(bytes, names.length);
      return readTable(withHeader, options);
    }
  } else if (cells.length >= 3 && cells.slice(0, 3).every(isNumber)) {
    throw new HendersonError(
      "genetics/no-header",
      `the pedigree has no header; its first line is ${quoteValue(first)}`,
      {
        hint: "put a line with names on top, as in animal,sire,dam",
      },
    );
  }
  return readTable(bytes, options);
}

function isNumber(cell: string): boolean {
  return cell !== "" && Number.isFinite(Number(cell));
}

/** A header of three numbers above three lines: levels that are named by numbers. */
function isDenseOfThree(bytes: Uint8Array, cells: readonly string[]): boolean {
  if (bytes.length > 4096 || new Set(cells).size < 3) return false;
  return (
    new TextDecoder()
      .decode(bytes)
      .trim()
      .split(/\r?\n|\r/).length === 4
  );
}
