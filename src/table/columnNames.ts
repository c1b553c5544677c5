import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { quoteValue } from "./quoteValue.ts";

/**
 * Names of columns as the table has them: blanks around them removed, empty ones called X, X.1, ... as R does.
 *
 * @throws HendersonError "table/duplicate-column"
 */
export function columnNames(written: readonly string[]): { names: string[]; notes: Note[] } {
  const names = written.map((name) => name.trim());
  const seen = new Map<string, number>();
  names.forEach((name, j) => {
    if (name === "") return;
    const before = seen.get(name);
    if (before !== undefined) {
      throw new HendersonError(
        "table/duplicate-column",
        `columns ${before + 1} and ${j + 1} are both named ${quoteValue(name)}`,
        { hint: "rename one of them" },
      );
    }
    seen.set(name, j);
  });
  const notes: Note[] = [];
  names.forEach((name, j) => {
    if (name !== "") return;
    const given = freeName(seen);
    seen.set(given, j);
    names[j] = given;
    notes.push({
      code: "table/unnamed-column",
      severity: "info",
      message: `column ${j + 1} has no name in the header and is called ${quoteValue(given)}`,
      subject: given,
    });
  });
  return { names, notes };
}

function freeName(taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has("X")) return "X";
  for (let i = 1; ; i++) if (!taken.has(`X.${i}`)) return `X.${i}`;
}
