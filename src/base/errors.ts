/** Half-open range of UTF-16 offsets in a formula or expression text. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

export interface ErrorDetails {
  /** One thing to try. */
  readonly hint?: string;
  /** The text the error points into, and where. */
  readonly source?: string;
  readonly span?: SourceSpan;
  readonly cause?: unknown;
}

/**
 * The only error type henderson throws on purpose.
 *
 * `code` is `stage/reason` (`formula/unknown-column`); every code has an entry in the catalogue of
 * its layer and can be explained with `henderson explain CODE`. `message` is one sentence with the
 * offending value; it never contains NaN, undefined or a stack.
 */
export class HendersonError extends Error {
  override readonly name = "HendersonError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly source: string | undefined;
  readonly span: SourceSpan | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.source = details.source;
    this.span = details.span;
  }
}

/** Whether `error` is ours, and (when `code` is given) carries that code. */
export function isHendersonError(error: unknown, code?: string): error is HendersonError {
  return error instanceof HendersonError && (code === undefined || error.code === code);
}
