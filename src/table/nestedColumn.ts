import type { Note } from "../base/notes.ts";
import { quoteValue } from "./quoteValue.ts";

/** The note for a column of lists or structures that was left out. */
export function nestedColumnNote(name: string): Note {
  return {
    code: "table/nested-column",
    severity: "warning",
    message: `column ${quoteValue(name)} holds lists or structures and was left out`,
    subject: name,
  };
}
