import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { quoteValue, quoteValues } from "./quoteValue.ts";

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
  const given: { place: number; name: string }[] = [];
  let suffix = 0;
  names.forEach((name, j) => {
    if (name !== "") return;
    let free = suffix === 0 ? "X" : `X.${suffix}`;
    while (seen.has(free)) free = `X.${++suffix}`;
    suffix++;
    seen.set(free, j);
    names[j] = free;
    given.push({ place: j + 1, name: free });
  });
  return { names, notes: given.length === 0 ? [] : [unnamedNote(given)] };
}

function unnamedNote(given: readonly { place: number; name: string }[]): Note {
  const first = given[0]!;
  const what =
    given.length === 1
      ? `column ${first.place} has`
      : `${given.length} columns, the first number ${first.place}, have`;
  const called = given.map(({ name }) => name);
  return {
    code: "table/unnamed-column",
    severity: "info",
    message: `${what} no name in the header; called ${quoteValues(called)}`,
    subject: first.name,
  };
}
