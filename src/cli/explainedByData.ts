import { HendersonError, isHendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";

/**
 * An error of a design, with what reading the data noticed: a column that is text because of one cell makes
 * errors that do not speak of it (too many coefficients, text where a number is needed).
 */
export function explainedByData(error: unknown, formula: string, notes: readonly Note[]): unknown {
  if (!isHendersonError(error) || !error.code.startsWith("design/")) return error;
  const note = notes.find(
    ({ code, subject }) =>
      code === "table/almost-numeric" && subject !== undefined && formula.includes(subject),
  );
  if (note === undefined) return error;
  const place = error.source === undefined ? {} : { source: error.source };
  const span = error.span === undefined ? {} : { span: error.span };
  const details = { ...place, ...span, hint: note.message, cause: error };
  return new HendersonError(error.code, error.message, details);
}
