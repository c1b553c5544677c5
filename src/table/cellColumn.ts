import { ByteDictionary } from "./byteDictionary.ts";
import {
  type CellContent,
  type CellIndex,
  cellContent,
  cellText,
  trimBlanks,
  unescapeQuotes,
} from "./cellIndex.ts";
import { blankMissingNumbers, isMissingBytes, type MissingValues } from "./missingValues.ts";
import type { MadeColumn, Offending, Origin } from "./origin.ts";
import { parseNumber } from "./parseNumber.ts";
import { countNumbers, dropMissingLevels } from "./wordCodes.ts";

/** How the cells of a file are read. */
export interface CellRules {
  readonly decimal: "." | ",";
  readonly missing: MissingValues;
  /** blanks around text are padding (cells separated by runs of blanks) */
  readonly trimText: boolean;
}

/**
 * Column j of an index: numbers where every cell that is not missing is one, else TRUE/FALSE, else text.
 *
 * Quotes do not make a number text; blanks around a number are ignored, those around text are kept, as in
 * R's read.csv.
 */
export function columnFromCells(
  index: CellIndex,
  j: number,
  name: string,
  rules: CellRules,
  asText: boolean,
): MadeColumn {
  if (asText) return wordsColumn(index, j, name, rules, { requestedText: true });
  const numbers = numbersOf(index, j, rules);
  if ("offending" in numbers) return wordsColumn(index, j, name, rules, { offending: numbers.offending });
  blankMissingNumbers(numbers.values, rules.missing);
  return { column: { kind: "numeric", name, values: numbers.values }, origin: numbers.origin };
}

const ZERO = 48;
const NINE = 57;

function numbersOf(
  index: CellIndex,
  j: number,
  rules: CellRules,
): { values: Float64Array; origin: Origin } | { offending: Offending } {
  const { bytes, offsets, stride, rowCount } = index;
  const values = new Float64Array(rowCount);
  const decimal = rules.decimal.charCodeAt(0);
  const content: CellContent = { start: 0, end: 0, escaped: false };
  let leadingZero = -1;
  let largeInteger = -1;
  for (let row = 0, k = j; row < rowCount; row++, k += stride) {
    let start = offsets[k]!;
    let end = offsets[k + 1]! - 1;
    let value = parseNumber(bytes, start, end, decimal);
    if (Number.isNaN(value)) {
      cellContent(bytes, start, end, content);
      trimBlanks(bytes, content);
      start = content.start;
      end = content.end;
      value = parseNumber(bytes, start, end, decimal);
      if (Number.isNaN(value) && !isMissingBytes(bytes, start, end, rules.missing)) {
        return { offending: { value: textAt(index, row, j, rules), row } };
      }
    }
    values[row] = value;
    if (bytes[start] === ZERO && end - start > 1 && leadingZero < 0 && isDigit(bytes[start + 1]!))
      leadingZero = row;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER && largeInteger < 0 && areDigits(bytes, start, end)) {
      largeInteger = row;
    }
  }
  const at = (row: number): Offending => ({ value: textAt(index, row, j, rules), row });
  const origin: Origin = {
    ...(leadingZero < 0 ? {} : { leadingZero: at(leadingZero) }),
    ...(largeInteger < 0 ? {} : { largeInteger: at(largeInteger) }),
  };
  return { values, origin };
}

function wordsColumn(
  index: CellIndex,
  j: number,
  name: string,
  rules: CellRules,
  origin: Origin,
): MadeColumn {
  const { bytes, offsets, stride, rowCount } = index;
  const dictionary = new ByteDictionary();
  const codes = new Int32Array(rowCount);
  const content: CellContent = { start: 0, end: 0, escaped: false };
  for (let row = 0, k = j; row < rowCount; row++, k += stride) {
    cellContent(bytes, offsets[k]!, offsets[k + 1]! - 1, content);
    if (rules.trimText) trimBlanks(bytes, content);
    if (content.escaped) {
      const plain = unescapeQuotes(bytes, content);
      codes[row] = dictionary.intern(plain, 0, plain.length);
    } else {
      codes[row] = dictionary.intern(bytes, content.start, content.end);
    }
  }
  const words = dropMissingLevels(codes, dictionary.decode(), rules.missing);
  if (origin.requestedText !== true) {
    const logical = logicalColumn(name, words.codes, words.levels);
    if (logical !== null) return logical;
  }
  const { offending } = origin;
  return {
    column: { kind: "text", name, ...words },
    origin: offending === undefined ? origin : { ...origin, numbers: countNumbers(words, rules.decimal) },
  };
}

const LOGICAL_WORDS: ReadonlyMap<string, number> = new Map([
  ["TRUE", 1],
  ["FALSE", 0],
  ["T", 1],
  ["F", 0],
  ["true", 1],
  ["false", 0],
]);

/** R's type.convert takes T, F, TRUE and FALSE; other programs write true and false. */
function logicalColumn(name: string, codes: Int32Array, levels: readonly string[]): MadeColumn | null {
  if (levels.length === 0 || levels.length > LOGICAL_WORDS.size) return null;
  const meanings = levels.map((level) => LOGICAL_WORDS.get(level.trim()));
  if (meanings.includes(undefined)) return null;
  const values = Uint8Array.from(codes, (code) => (code < 0 ? 255 : meanings[code]!));
  const only = levels.length === 1 ? levels[0]!.trim() : "";
  return {
    column: { kind: "logical", name, values },
    origin: only === "T" || only === "F" ? { onlyLetter: only } : {},
  };
}

function textAt(index: CellIndex, row: number, j: number, rules: CellRules): string {
  const k = row * index.stride + j;
  const text = cellText(index.bytes, index.offsets[k]!, index.offsets[k + 1]! - 1);
  return rules.trimText ? text.trim() : text;
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (!isDigit(bytes[i]!) && !(i === start && (bytes[i] === 45 || bytes[i] === 43))) return false;
  }
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
