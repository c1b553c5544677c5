import { HendersonError, isHendersonError } from "../base/errors.ts";
import type { ReadResult } from "../table/readResult.ts";
import { writtenSchema } from "./arguments/argumentKind.ts";
import { readInput } from "./readInput.ts";
import type { Terminal } from "./terminal.ts";

/** A table and the bytes it was read from. */
interface TableFile {
  readonly bytes: Uint8Array;
  readonly read: ReadResult;
}

/**
 * Reads a table from a file or standard input (`-`), with errors that name the file.
 *
 * @param parse what makes a table of the bytes, given the file's name where there is one
 * @param argument the option or argument that names the file
 */
export async function readTableFile(
  path: string,
  parse: (bytes: Uint8Array, named: { readonly name?: string }) => Promise<ReadResult>,
  terminal: Terminal,
  argument?: string,
): Promise<TableFile> {
  const bytes = await readInput(path, terminal, argument);
  const name = path === "-" ? "standard input" : `'${path}'`;
  const place = argument === undefined ? name : `${argument}: ${name}`;
  const schema = writtenSchema(new TextDecoder().decode(bytes.subarray(0, 256)));
  if (schema !== null) {
    throw new HendersonError("table/source", `${place} is what henderson wrote (${schema}), not a table`, {
      hint: "give the table itself: a CSV, TSV, Parquet, Arrow or JSON file",
    });
  }
  try {
    return { bytes, read: await parse(bytes, path === "-" ? {} : { name: path }) };
  } catch (error) {
    throw named(error, place);
  }
}

/** Errors of the table's reader know only bytes. */
function named(error: unknown, place: string): unknown {
  if (!isHendersonError(error) || !error.code.startsWith("table/")) return error;
  const { code, message, hint, source, span } = error;
  return new HendersonError(code, `${place}: ${message}`, {
    hint: hint ?? "check that this is the right file, and that the program that wrote it had finished",
    ...(source === undefined ? {} : { source }),
    ...(span === undefined ? {} : { span }),
    cause: error,
  });
}
