import { HendersonError, type SourceSpan } from "../base/errors.ts";

/** Longest piece of the user's text repeated in a message. */
const QUOTED_LENGTH = 40;

/** An error that points into a formula or expression text. */
export function formulaError(
  code: `formula/${string}`,
  message: string,
  source: string,
  span: SourceSpan,
  hint?: string,
): HendersonError {
  return new HendersonError(code, message, hint === undefined ? { source, span } : { source, span, hint });
}

/** The text under a span, shortened for a message, on one line. */
export function excerpt(source: string, span: SourceSpan): string {
  return shorten(source.slice(span.start, Math.min(span.end, span.start + 4 * QUOTED_LENGTH)));
}

/** A name or text from the user, shortened for a message, on one line. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/gu, " ");
  const characters = Array.from(line);
  return characters.length > QUOTED_LENGTH ? `${characters.slice(0, QUOTED_LENGTH - 1).join("")}…` : line;
}
