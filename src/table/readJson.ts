import { HendersonError } from "../base/errors.ts";
import { columnsOfRecord, columnsOfRows, type NamedValues, readColumns } from "./fromObjects.ts";
import type { ReadOptions, ReadResult } from "./readResult.ts";
import { toUtf8 } from "./toUtf8.ts";

/**
 * A table out of JSON: an array of row objects, one row object per line (NDJSON), or an object of arrays.
 *
 * The NaN, Infinity and -Infinity of Python's json module are accepted.
 *
 * @throws HendersonError "table/json", "table/empty", "table/cell", "table/length"
 */
export function readJson(bytes: Uint8Array, options: ReadOptions = {}): ReadResult {
  const utf8 = toUtf8(bytes);
  const text = new TextDecoder().decode(utf8.bytes).trim();
  if (text === "") throw new HendersonError("table/empty", "the data have 0 rows: there is no text in them");
  const { columns, format } = columnsOfJson(text, options.format);
  const result = readColumns(columns, options, format);
  return { ...result, notes: [...utf8.notes, ...result.notes] };
}

function columnsOfJson(
  text: string,
  wanted: ReadOptions["format"],
): { columns: NamedValues[]; format: "json" | "ndjson" } {
  const whole = wanted === "ndjson" ? { error: null } : parse(text);
  if (!("value" in whole)) {
    if (text.startsWith("{") || wanted === "ndjson")
      return { columns: columnsOfRows(parseLines(text)), format: "ndjson" };
    throw jsonError(text, whole.error);
  }
  const { value } = whole;
  if (Array.isArray(value)) return { columns: columnsOfRows(value), format: "json" };
  if (typeof value !== "object" || value === null) {
    throw new HendersonError("table/json", "the JSON is a single value, not rows", {
      hint: 'rows look like [{ "y": 1.5, "treat": "A" }, ...]',
    });
  }
  // a single line of NDJSON is an object too, but of scalars
  const isRow = Object.values(value).every((cell) => typeof cell !== "object" || cell === null);
  return isRow
    ? { columns: columnsOfRows([value]), format: "ndjson" }
    : { columns: columnsOfRecord(value), format: "json" };
}

function parseLines(text: string): unknown[] {
  const rows: unknown[] = [];
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    if (line.trim() === "") return;
    const parsed = parse(line);
    if (!("value" in parsed)) {
      throw new HendersonError("table/json", `line ${i + 1} is not a JSON object`, {
        hint: "each line holds one row as an object",
      });
    }
    rows.push(parsed.value);
  });
  return rows;
}

type Parsed = { readonly value: unknown } | { readonly error: unknown };

function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) return { error };
    try {
      return { value: JSON.parse(withoutPythonNumbers(text)) };
    } catch {
      return { error };
    }
  }
}

/** 1e999 is how JSON spells a number that overflows to Infinity. */
function withoutPythonNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|NaN|Infinity/g, (token) =>
    token === "NaN" ? "null" : token === "Infinity" ? "1e999" : token,
  );
}

function jsonError(text: string, error: unknown): HendersonError {
  // engines word their messages differently, but most give the offset
  const offset = /position (\d+)/.exec(String(error))?.[1];
  const place = offset === undefined ? "" : ` on line ${text.slice(0, Number(offset)).split("\n").length}`;
  return new HendersonError(
    "table/json",
    `the JSON cannot be read${place === "" ? "" : `: it breaks off or errs${place}`}`,
    {
      hint: "look for a missing bracket, a comma too many, or single quotes",
      cause: error,
    },
  );
}
