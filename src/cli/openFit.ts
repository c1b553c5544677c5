import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { HendersonError, isHendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { equationsEngine } from "../engines/equations/equations.ts";
import { rememberEngines } from "../fit/furtherEngines.ts";
import type { FitOptions } from "../fit/options.ts";
import type { FitResult } from "../fit/result.ts";
import { readFitFile, requireSameBytes } from "../report/fitFile.ts";
import type { DataSource } from "../report/fitJson.ts";
import { unpackFit } from "../report/savedFit.ts";
import type { Table } from "../table/table.ts";
import { type OpenedData, openData } from "./openData.ts";
import { readInput } from "./readInput.ts";
import type { Terminal } from "./terminal.ts";

/** A fit with what is known about its origin. */
export interface OpenedFit {
  readonly name: string;
  readonly fit: FitResult;
  readonly formula: string;
  readonly options: FitOptions;
  /** the table of the fit; null when it was not read */
  readonly table: Table | null;
  readonly notes: readonly Note[];
}

interface OpenFitOptions {
  /** whether the command needs the rows of the data */
  readonly rows: boolean;
  /** --data */
  readonly data?: string;
}

/**
 * Opens a FIT file. The data are read again when the command needs the rows, or when the file holds no saved
 * fit (what `fit --json` printed): then the model is fitted again with the same options.
 */
export async function openFit(
  path: string,
  { rows, data }: OpenFitOptions,
  terminal: Terminal,
): Promise<OpenedFit> {
  const text = new TextDecoder().decode(await readInput(path, terminal));
  const file = named(path, () => readFitFile(text));
  const { formula, options, source, saved } = file;
  const opened =
    rows || saved === null || data !== undefined ? await openRows(path, source, data, terminal) : null;
  const relationships = opened === null ? {} : await reopenRelationships(path, source, terminal);
  const all = { ...options, ...relationships };
  const engines = [equationsEngine];
  const fit =
    saved === null
      ? (await import("../fit/fit.ts")).fit(formula, opened!.table, { ...all, engines })
      : named(path, () => unpackFit(saved, opened?.table ?? null, relationships));
  rememberEngines(fit.model, engines);
  return {
    name: basename(path, ".json"),
    fit,
    formula,
    options: all,
    table: opened?.table ?? null,
    notes: opened?.notes ?? [],
  };
}

/** Errors of what a FIT file holds, with its name. */
function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isHendersonError(error, "report/saved-fit")) throw error;
    const name = path === "-" ? "standard input" : `'${path}'`;
    throw new HendersonError(error.code, `${name}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

async function openRows(
  fitPath: string,
  source: DataSource,
  given: string | undefined,
  terminal: Terminal,
): Promise<OpenedData> {
  const path = given ?? dataPath(fitPath, source);
  const opened = await openData(path, source, terminal);
  if (opened.source.sha256 !== null) requireSameBytes({ ...source, path }, opened.source.sha256);
  return opened;
}

/** The relationships of a fit, made again of the same files. */
async function reopenRelationships(
  fitPath: string,
  { relationships }: DataSource,
  terminal: Terminal,
): Promise<Pick<FitOptions, "relationships">> {
  if (relationships === undefined) return {};
  const { openRelationships } = await import("./relationships.ts");
  const texts = relationships.map(({ text }) => text);
  const opened = await openRelationships(
    texts,
    terminal,
    (file) => [file, join(dirname(fitPath), file)].find((candidate) => existsSync(candidate)) ?? file,
  );
  opened.sources.forEach(({ files }, r) => {
    files.forEach(({ sha256 }, f) => {
      if (sha256 !== null) requireSameBytes(relationships[r]!.files[f]!, sha256);
    });
  });
  return { relationships: opened.relationships };
}

/** The data of a fit: as named when it was made, from here or from the folder of the FIT file. */
function dataPath(fitPath: string, { path }: DataSource): string {
  if (path === null) {
    throw new HendersonError(
      "cli/data-gone",
      "the fit was made from standard input, so its rows cannot be read again",
      {
        hint: "give the same data with --data FILE",
      },
    );
  }
  const found = [path, join(dirname(fitPath), path)].find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new HendersonError("cli/data-gone", `the data of the fit, '${path}', are not there any more`, {
    hint: "say where they are with --data FILE",
  });
}
