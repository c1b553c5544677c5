const ALWAYS_MISSING: readonly string[] = ["", "NA", "NaN", ".", "null"];

/** Which cells are missing; texts are compared without the blanks around them. */
export interface MissingValues {
  readonly texts: ReadonlySet<string>;
  /** for matching without making strings */
  readonly encoded: readonly Uint8Array[];
  /** user-given texts that are numbers: equal numbers are missing too */
  readonly numbers: readonly number[];
}

/** Empty, NA, NaN, `.`, null and the texts of the user. */
export function missingValues(extra: readonly string[] = []): MissingValues {
  const texts = new Set([...ALWAYS_MISSING, ...extra.map((text) => text.trim())]);
  const encoder = new TextEncoder();
  const numbers = extra.filter((text) => text.trim() !== "").map(Number);
  return {
    texts,
    encoded: Array.from(texts, (text) => encoder.encode(text)),
    numbers: numbers.filter((value) => !Number.isNaN(value)),
  };
}

/** Whether a text stands for a missing value. */
export function isMissingText(text: string, missing: MissingValues): boolean {
  return missing.texts.has(text) || missing.texts.has(text.trim());
}

/** Whether the bytes from `start` to `end`, without blanks around them, stand for a missing value. */
export function isMissingBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  missing: MissingValues,
): boolean {
  if (start === end) return true;
  next: for (const token of missing.encoded) {
    if (token.length !== end - start) continue;
    for (let i = 0; i < token.length; i++) if (token[i] !== bytes[start + i]) continue next;
    return true;
  }
  return false;
}

/** Sets numbers equal to a missing-value number to NaN, in place. */
export function blankMissingNumbers(values: Float64Array, missing: MissingValues): void {
  for (const number of missing.numbers) {
    for (let i = 0; i < values.length; i++) if (values[i] === number) values[i] = Number.NaN;
  }
}
