import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";

/**
 * What a word of the command line is. `output` is what another command printed with `--json`, `table` a file of rows,
 * `file` one that is none of these, `unseen` a pipe or a file that cannot be looked into, of which its reader will tell.
 */
type ArgumentKind =
  | "formula"
  | "stdin"
  | "fit"
  | "output"
  | "table"
  | "file"
  | "unseen"
  | "folder"
  | "missing";

/** A word of the command line and what it is. */
export interface Argument {
  readonly text: string;
  readonly kind: ArgumentKind;
  /** the formula of a FIT file, where its first bytes tell it */
  readonly formula: string | null;
  /** the schema of what henderson wrote */
  readonly schema: string | null;
}

/** Bytes that are read of a file to see what it is. */
const HEAD = 4096;

/** Names that tables have. */
const TABLE_NAME = /\.(?:csv|tsv|tab|txt|dat|parquet|arrow|feather|ndjson|jsonl)(?:\.gz)?$/i;

/** What a word is. Files are recognized by their first bytes, then by their names; pipes are not touched. */
export function argumentOf(text: string): Argument {
  const plain = (kind: ArgumentKind): Argument => ({ text, kind, formula: null, schema: null });
  if (text === "-") return plain("stdin");
  const stats = statsOf(text);
  if (stats === null) return plain(hasTilde(text) ? "formula" : "missing");
  if (stats.isDirectory()) return plain("folder");
  const head = stats.isFile() ? headOf(text) : null;
  if (head === null) return plain("unseen");
  const schema = writtenSchema(head);
  if (schema === null) return plain(looksLikeTable(text, head) ? "table" : "file");
  const kind = schema.startsWith("henderson/fit@") ? "fit" : "output";
  return { text, kind, formula: kind === "fit" ? formulaIn(head) : null, schema };
}

/** A formula has a tilde, and is no file; `~/fit.json` is a file in the home folder that the shell did not expand. */
export function isFormula(text: string): boolean {
  return hasTilde(text) && statsOf(text) === null;
}

/** The schema of what henderson wrote, by its first characters; null for what others wrote. */
export function writtenSchema(head: string): string | null {
  return /^\uFEFF?\s*\{\s*"schema"\s*:\s*"(henderson\/[^"]*)"/.exec(head)?.[1] ?? null;
}

/** Whether two names are of one file that is there. */
export function isSameFile(a: string, b: string): boolean {
  const [one, other] = [statsOf(a), statsOf(b)];
  return one !== null && other !== null && one.isFile() && one.dev === other.dev && one.ino === other.ino;
}

/** Whether a name, of a file or of none, is one that tables have. */
export function hasTableName(text: string): boolean {
  return TABLE_NAME.test(text);
}

function hasTilde(text: string): boolean {
  return text.includes("~") && !text.startsWith("~/");
}

/** null where there is no such file, or none can have that name. */
function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** The first bytes as text; null where they cannot be read. */
function headOf(path: string): string | null {
  try {
    const descriptor = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(HEAD);
      return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, HEAD, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

function looksLikeTable(path: string, head: string): boolean {
  if (hasTableName(path)) return true;
  if (/^(?:PAR1|ARROW1\0)/.test(head) || /^\uFEFF?\s*\[\s*\{/.test(head)) return true;
  const [line = "", ...more] = head.split(/\r?\n/);
  return !head.includes("\0") && !/^\s*[[{]/.test(head) && more.length > 0 && /[,;\t]/.test(line);
}

function formulaIn(head: string): string | null {
  const text = /"formula"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(head)?.[1];
  return text === undefined ? null : (JSON.parse(text) as string);
}
