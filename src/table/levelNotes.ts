import type { Note } from "../base/notes.ts";
import { quoteValue, quoteValues } from "./quoteValue.ts";

/** levels without these characters cannot look like another level */
const SUSPECT = /[^\x21-\x7e]/;
const LISTED_PAIRS = 3;

/** Notes about levels with blanks around them, and about levels that only look the same. */
export function levelNotes(name: string, levels: readonly string[]): Note[] {
  const suspects = levels.filter((level) => SUSPECT.test(level));
  if (suspects.length === 0) return [];
  const notes: Note[] = [];
  const padded = suspects.filter((level) => level !== level.trim());
  if (padded.length > 0) {
    notes.push({
      code: "table/blanks",
      severity: "info",
      message: `column ${quoteValue(name)} has levels with blanks around them, kept as written: ${quoteValues(padded, LISTED_PAIRS)}`,
      subject: name,
    });
  }
  const pairs = similarPairs(suspects, levels);
  if (pairs.length > 0) {
    const shown = pairs.slice(0, LISTED_PAIRS).map(describePair).join("; ");
    const more = pairs.length > LISTED_PAIRS ? `; and ${pairs.length - LISTED_PAIRS} more pairs` : "";
    notes.push({
      code: "table/similar-levels",
      severity: "warning",
      message: `column ${quoteValue(name)} has levels that differ only in blanks or in the encoding of letters: ${shown}${more}`,
      hint: "they are kept apart; write them the same way if they mean the same",
      subject: name,
    });
  }
  return notes;
}

/** Each suspect with the earlier level that has the same appearance. */
function similarPairs(suspects: readonly string[], levels: readonly string[]): [string, string][] {
  const keyed = suspects.map((level): [string, string] => [appearance(level), level]);
  const wanted = new Set(keyed.map(([key]) => key));
  const firstOf = new Map<string, string>();
  // an ordinary level is its own appearance
  for (const level of levels) if (wanted.has(level)) firstOf.set(level, level);
  const pairs: [string, string][] = [];
  for (const [key, level] of keyed) {
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, level);
    else if (first !== level) pairs.push([first, level]);
  }
  return pairs;
}

function appearance(level: string): string {
  return level.normalize("NFC").trim().replace(/\s+/g, " ");
}

function describePair([a, b]: [string, string]): string {
  const sameBlanks = a.trim().replace(/\s+/g, " ") === b.trim().replace(/\s+/g, " ");
  const why = sameBlanks
    ? "blanks"
    : `letters encoded in ${Array.from(a).length} and ${Array.from(b).length} code points`;
  return `${quoteValue(a)} and ${quoteValue(b)} (${why})`;
}
