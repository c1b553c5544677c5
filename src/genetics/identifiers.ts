import { numberLabels, rankNumbers } from "../design/levels.ts";
import type { Column, NumericColumn, TextColumn } from "../table/table.ts";

/** Columns of ids over one list of labels. */
interface CodedIdentifiers {
  /** for each column, code of each row into `labels`; -1 where unknown */
  readonly codes: readonly Int32Array[];
  /** distinct ids; numbers as the levels of a factor are labeled (4, not 4.0) */
  readonly labels: readonly string[];
}

/** Texts that stand for an unknown parent besides missing cells. */
const UNKNOWN: ReadonlySet<string> = new Set(["", "0", "NA"]);

/** Codes of the ids in columns of any kind; missing, empty, 0 and NA are unknown. */
export function codeIdentifiers(columns: readonly Column[]): CodedIdentifiers {
  if (columns.every((column) => column.kind === "numeric")) return codeNumbers(columns as NumericColumn[]);
  const codeOf = new Map<string, number>();
  const codes = columns.map((column) => {
    const { codes: own, levels } = asText(column);
    const merged = Int32Array.from(levels, (level) => {
      if (UNKNOWN.has(level)) return -1;
      const known = codeOf.get(level);
      if (known !== undefined) return known;
      codeOf.set(level, codeOf.size);
      return codeOf.size - 1;
    });
    return own.map((code) => (code < 0 ? -1 : merged[code]!));
  });
  return { codes, labels: Array.from(codeOf.keys()) };
}

/** All columns ranked at once, without making a string of every cell. */
function codeNumbers(columns: readonly NumericColumn[]): CodedIdentifiers {
  const rowCount = columns[0]?.values.length ?? 0;
  const all = new Float64Array(rowCount * columns.length);
  columns.forEach(({ values }, j) => {
    for (let i = 0; i < rowCount; i++) {
      const value = values[i]!;
      all[j * rowCount + i] = value === 0 ? Number.NaN : value;
    }
  });
  const { codes, levels } = rankNumbers(all);
  return {
    codes: columns.map((_, j) => codes.slice(j * rowCount, (j + 1) * rowCount)),
    labels: numberLabels(levels),
  };
}

function asText(column: Column): Pick<TextColumn, "codes" | "levels"> {
  if (column.kind === "text") return column;
  if (column.kind === "numeric") {
    const { codes, levels } = rankNumbers(column.values);
    return { codes, levels: numberLabels(levels) };
  }
  return {
    codes: Int32Array.from(column.values, (value) => (value === 255 ? -1 : value)),
    levels: ["FALSE", "TRUE"],
  };
}
