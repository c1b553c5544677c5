import { HendersonError } from "../base/errors.ts";

/** What separates the cells of a line. */
export interface Dialect {
  /** an ASCII byte; with `runs` the space */
  readonly delimiter: number;
  /** cells are separated by runs of spaces and tabs */
  readonly runs: boolean;
}

type QuoteProblem = { readonly reason: "unclosed" | "text-after"; readonly position: number };

/** The byte of a double quote. */
export const QUOTE = 34;
const SPACE = 32;
const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const INSIDE = 0;
const DELIMITER = 1;
const LINE_END = 2;

/**
 * Walks over the records of delimited text (RFC 4180; CR, LF and CRLF end a line) and notes where cells begin.
 *
 * Blank lines are skipped. A quote opens a quoted cell only at its beginning (blanks before it are
 * ignored); anywhere else it is an ordinary character. Never throws: a misplaced quote ends the walk and
 * is in `problem`, so that wrong guesses of the delimiter cost nothing.
 */
export class RecordScanner {
  readonly bytes: Uint8Array;
  readonly dialect: Dialect;
  position: number;
  /** number of cells of the last record, also where more than asked for */
  cells = 0;
  problem: QuoteProblem | null = null;
  private readonly kinds: Uint8Array;

  constructor(bytes: Uint8Array, dialect: Dialect, position = 0) {
    this.bytes = bytes;
    this.dialect = dialect;
    this.position = position;
    this.kinds = new Uint8Array(256);
    this.kinds[dialect.delimiter] = DELIMITER;
    if (dialect.runs) this.kinds[TAB] = DELIMITER;
    this.kinds[LINE_FEED] = LINE_END;
    this.kinds[CARRIAGE_RETURN] = LINE_END;
  }

  /**
   * Reads the next record; false at the end of the text or at a misplaced quote.
   *
   * Cell j is `bytes[offsets[base + j], offsets[base + j + 1] - 1)`, as written, with its quotes. At most
   * `width` cells and the end of the last are stored.
   */
  next(offsets: Uint32Array, base: number, width: number): boolean {
    const { bytes, kinds } = this;
    const length = bytes.length;
    if (this.problem !== null || !this.skipBlankLines()) return false;
    let p = this.position;
    if (this.dialect.runs) p = this.skipBlanks(p);
    let cells = 0;
    for (;;) {
      if (cells <= width) offsets[base + cells] = p;
      let q = p;
      if (bytes[q] === SPACE || bytes[q] === TAB) q = this.skipBlanks(q);
      if (bytes[q] === QUOTE) {
        p = this.skipQuoted(q);
        if (p < 0) return false;
      } else {
        p = q;
        while (p < length && kinds[bytes[p]!] === INSIDE) p++;
      }
      cells++;
      if (p < length && kinds[bytes[p]!] === DELIMITER) {
        p++;
        if (!this.dialect.runs) continue;
        p = this.skipBlanks(p);
        if (p < length && kinds[bytes[p]!] !== LINE_END) continue;
      }
      if (cells <= width) offsets[base + cells] = p + 1;
      this.position = this.skipLineEnd(p);
      this.cells = cells;
      return true;
    }
  }

  /** Moves to the next line with something on it; false when there is none. */
  private skipBlankLines(): boolean {
    const { bytes } = this;
    while (this.position < bytes.length) {
      const p = this.skipBlanks(this.position);
      if (p < bytes.length && this.kinds[bytes[p]!] !== LINE_END) return true;
      this.position = p < bytes.length ? this.skipLineEnd(p) : p;
    }
    return false;
  }

  /** Past spaces and tabs, except a tab that is the delimiter. */
  private skipBlanks(from: number): number {
    const { bytes } = this;
    const tab = this.dialect.delimiter === TAB ? SPACE : TAB;
    let p = from;
    while (p < bytes.length && (bytes[p] === SPACE || bytes[p] === tab)) p++;
    return p;
  }

  private skipLineEnd(p: number): number {
    const { bytes } = this;
    return bytes[p] === CARRIAGE_RETURN && bytes[p + 1] === LINE_FEED ? p + 2 : p + 1;
  }

  /** From an opening quote to the delimiter or line end after the closing one; -1 at a problem. */
  private skipQuoted(open: number): number {
    const { bytes, kinds } = this;
    let p = open + 1;
    for (;;) {
      while (p < bytes.length && bytes[p] !== QUOTE) p++;
      if (p >= bytes.length) {
        this.problem = { reason: "unclosed", position: open };
        return -1;
      }
      if (bytes[p + 1] !== QUOTE) break;
      p += 2;
    }
    p++;
    if (!this.dialect.runs) p = this.skipBlanks(p);
    if (p < bytes.length && kinds[bytes[p]!] === INSIDE) {
      this.problem = { reason: "text-after", position: p };
      return -1;
    }
    return p;
  }
}

/** Line of the file (from 1) that byte `position` is on. */
export function lineAt(bytes: Uint8Array, position: number): number {
  let line = 1;
  for (let i = 0; i < position; i++) {
    if (bytes[i] === LINE_FEED || (bytes[i] === CARRIAGE_RETURN && bytes[i + 1] !== LINE_FEED)) line++;
  }
  return line;
}

/** The error for a misplaced quote. */
export function quoteError(bytes: Uint8Array, problem: QuoteProblem): HendersonError {
  const line = lineAt(bytes, problem.position);
  if (problem.reason === "unclosed") {
    return new HendersonError("table/quote", `the quote opened on line ${line} is never closed`, {
      hint: 'a cell that begins with " must end with one; a quote inside is written twice',
    });
  }
  return new HendersonError("table/quote", `on line ${line} a closing quote is followed by more text`, {
    hint: 'a quote inside a quoted cell is written twice: "5"" pipe"',
  });
}
