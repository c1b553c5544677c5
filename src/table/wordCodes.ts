// Text columns as codes into distinct words.

import { isMissingText, type MissingValues } from "./missingValues.ts";
import { parseNumberText } from "./parseNumber.ts";

/** Codes (overwritten) and levels without those that stand for missing values. */
export function dropMissingLevels(
  codes: Int32Array,
  texts: readonly string[],
  missing: MissingValues,
): { codes: Int32Array; levels: string[] } {
  const renumbered = new Int32Array(texts.length);
  const levels: string[] = [];
  texts.forEach((text, code) => {
    renumbered[code] = isMissingText(text, missing) ? -1 : levels.push(text) - 1;
  });
  if (levels.length < texts.length) {
    for (let row = 0; row < codes.length; row++) codes[row] = renumbered[codes[row]!]!;
  }
  return { codes, levels };
}

/** How many rows hold a number. */
export function countNumbers(
  words: { readonly codes: Int32Array; readonly levels: readonly string[] },
  decimal: "." | ",",
): number {
  const isNumber = words.levels.map((level) => !Number.isNaN(parseNumberText(level, decimal)));
  let count = 0;
  for (const code of words.codes) if (code >= 0 && isNumber[code]) count++;
  return count;
}
