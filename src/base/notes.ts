/**
 * Something the user should know about a result: dropped rows, aliased columns, a boundary fit.
 * Notes are data carried by results, never console output.
 */
export interface Note {
  /** `stage/reason`, with an entry in the catalogue of its layer. */
  readonly code: string;
  readonly severity: "info" | "warning";
  /** One or two sentences with the numbers. */
  readonly message: string;
  /** One thing to try. */
  readonly hint?: string;
  /** The term or column the note is about. */
  readonly subject?: string;
}
