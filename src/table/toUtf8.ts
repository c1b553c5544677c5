import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";

/**
 * The bytes of a text file as UTF-8 without byte order mark.
 *
 * UTF-16 is known by its mark or by its zero bytes; what is not valid UTF-8 is taken as Windows-1252.
 *
 * @throws HendersonError "table/format" for binary data
 */
export function toUtf8(bytes: Uint8Array): { bytes: Uint8Array; notes: Note[] } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return toUtf8(bytes.subarray(3));
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { bytes: recode(bytes.subarray(2), "utf-16le"), notes: [] };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { bytes: recode(bytes.subarray(2), "utf-16be"), notes: [] };
  const zeros = zeroShares(bytes);
  if (zeros.odd > 0.3 && zeros.even < 0.05)
    return { bytes: recode(bytes, "utf-16le"), notes: [note("UTF-16")] };
  if (zeros.even > 0.3 && zeros.odd < 0.05)
    return { bytes: recode(bytes, "utf-16be"), notes: [note("UTF-16")] };
  if (zeros.any) {
    throw new HendersonError("table/format", "the data are binary, in no format that is known", {
      hint: "tables are read from CSV, JSON, Parquet and Arrow",
    });
  }
  if (isUtf8(bytes)) return { bytes, notes: [] };
  return { bytes: recode(bytes, "windows-1252"), notes: [note("Windows-1252")] };
}

function note(encoding: string): Note {
  return {
    code: "table/encoding",
    severity: "warning",
    message: `the text is not UTF-8 and was read as ${encoding}`,
    hint: "save the file as UTF-8 if letters look wrong",
  };
}

function recode(bytes: Uint8Array, encoding: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
}

/** Shares of zeros at even and odd places of the beginning, and whether there is one anywhere. */
function zeroShares(bytes: Uint8Array): { even: number; odd: number; any: boolean } {
  const first = bytes.indexOf(0);
  if (first < 0) return { even: 0, odd: 0, any: false };
  const pairs = Math.max(1, Math.min(bytes.length, 4096) >> 1);
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < 2 * pairs; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  return { even: even / pairs, odd: odd / pairs, any: true };
}

/** Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7). */
function isUtf8(bytes: Uint8Array): boolean {
  const length = bytes.length;
  let i = 0;
  while (i < length) {
    const lead = bytes[i++]!;
    if (lead < 0x80) continue;
    const extra =
      lead >= 0xc2 && lead <= 0xdf
        ? 1
        : lead >= 0xe0 && lead <= 0xef
          ? 2
          : lead >= 0xf0 && lead <= 0xf4
            ? 3
            : 0;
    if (extra === 0 || i + extra > length) return false;
    const second = bytes[i]!;
    if (lead === 0xe0 && second < 0xa0) return false;
    if (lead === 0xed && second > 0x9f) return false;
    if (lead === 0xf0 && second < 0x90) return false;
    if (lead === 0xf4 && second > 0x8f) return false;
    for (const end = i + extra; i < end; i++) if ((bytes[i]! & 0xc0) !== 0x80) return false;
  }
  return true;
}
