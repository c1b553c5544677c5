import { HendersonError } from "../base/errors.ts";
import { blankMissingNumbers, isMissingText, type MissingValues } from "./missingValues.ts";
import type { MadeColumn, Offending, Origin } from "./origin.ts";
import { quoteValue } from "./quoteValue.ts";
import { countNumbers, dropMissingLevels } from "./wordCodes.ts";

/** Values that a cell may hold; null and undefined are missing. */
export type CellValue = number | string | boolean | bigint | Date | null | undefined;

/**
 * A column out of values that carry their type (JSON, Parquet, Arrow, arrays).
 *
 * Numbers (also bigints up to 2^53) make a numeric column, true and false a logical one, everything else
 * text: dates as ISO 8601, larger bigints as their digits, mixtures as each value is written. Text that
 * stands for missing (empty, NA, ...) is missing and does not make a column text.
 *
 * @throws HendersonError "table/cell" for a value of another type
 */
export function columnFromValues(
  name: string,
  values: ArrayLike<unknown>,
  missing: MissingValues,
  asText: boolean,
): MadeColumn {
  if (isNumericArray(values) && !asText) return numericColumn(name, Float64Array.from(values), missing, {});
  const seen = survey(name, values, missing);
  if (!asText && seen.text === null && seen.truth === null && seen.largeBigint === null) {
    const numbers = new Float64Array(values.length);
    for (let i = 0; i < numbers.length; i++) {
      const value = values[i];
      numbers[i] = typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : Number.NaN;
    }
    return numericColumn(name, numbers, missing, {});
  }
  if (!asText && seen.text === null && seen.number === null && seen.largeBigint === null) {
    const truth = new Uint8Array(values.length);
    for (let i = 0; i < truth.length; i++) {
      truth[i] = typeof values[i] === "boolean" ? Number(values[i]) : 255;
    }
    return { column: { kind: "logical", name, values: truth }, origin: {} };
  }
  return textColumn(name, values, missing, asText ? { requestedText: true } : textOrigin(seen));
}

/** First value of each type; text only where it is not missing. */
interface Survey {
  number: Offending | null;
  text: Offending | null;
  truth: Offending | null;
  largeBigint: Offending | null;
}

function survey(name: string, values: ArrayLike<unknown>, missing: MissingValues): Survey {
  const seen: Survey = { number: null, text: null, truth: null, largeBigint: null };
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    switch (typeof value) {
      case "number":
        if (seen.number === null && !Number.isNaN(value)) seen.number = { value: String(value), row };
        break;
      case "string":
        if (seen.text === null && !isMissingText(value, missing)) seen.text = { value, row };
        break;
      case "boolean":
        seen.truth ??= { value: value ? "TRUE" : "FALSE", row };
        break;
      case "bigint":
        if (isSafe(value)) seen.number ??= { value: String(value), row };
        else seen.largeBigint ??= { value: String(value), row };
        break;
      default:
        if (!(value instanceof Date)) throw cellError(name, value, row);
        if (seen.text === null && !Number.isNaN(value.getTime())) seen.text = { value: isoText(value), row };
    }
  }
  return seen;
}

function textOrigin(seen: Survey): Origin {
  const { number, text, truth, largeBigint } = seen;
  if (text === null && truth === null && largeBigint !== null) return { largeInteger: largeBigint };
  const other = text !== null && (truth === null || text.row < truth.row) ? text : truth;
  return number === null || other === null ? {} : { offending: other };
}

function numericColumn(
  name: string,
  values: Float64Array,
  missing: MissingValues,
  origin: Origin,
): MadeColumn {
  blankMissingNumbers(values, missing);
  const row = values.findIndex(
    (value) => Number.isInteger(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER,
  );
  // 1e300 is a measurement that happens to be an integer; ids have at most 20 digits
  const isId = row >= 0 && Math.abs(values[row]!) < 1e20;
  const large = isId ? { largeInteger: { value: String(values[row]), row } } : {};
  return { column: { kind: "numeric", name, values }, origin: { ...origin, ...large } };
}

function textColumn(
  name: string,
  values: ArrayLike<unknown>,
  missing: MissingValues,
  origin: Origin,
): MadeColumn {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(values.length);
  for (let row = 0; row < codes.length; row++) {
    const text = asText(values[row]);
    let code = codeOf.get(text);
    if (code === undefined) {
      code = codeOf.size;
      codeOf.set(text, code);
    }
    codes[row] = code;
  }
  const words = dropMissingLevels(codes, Array.from(codeOf.keys()), missing);
  const counted = origin.requestedText === true || origin.largeInteger !== undefined;
  return {
    column: { kind: "text", name, ...words },
    origin: counted ? origin : { ...origin, numbers: countNumbers(words, ".") },
  };
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : isoText(value);
  return String(value);
}

/** A day as 2026-01-31, any other time in full. */
function isoText(date: Date): string {
  const text = date.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, -"T00:00:00.000Z".length) : text;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function isNumericArray(values: ArrayLike<unknown>): values is Float64Array {
  return (
    ArrayBuffer.isView(values) &&
    !(values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array)
  );
}

function cellError(name: string, value: unknown, row: number): HendersonError {
  const what =
    Array.isArray(value) || ArrayBuffer.isView(value) ? "a list" : `a value of type ${typeof value}`;
  return new HendersonError("table/cell", `column ${quoteValue(name)} holds ${what} in row ${row + 1}`, {
    hint: "cells hold a number, text, true or false, a date, or null",
  });
}
