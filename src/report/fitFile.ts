import { HendersonError } from "../base/errors.ts";
import { rememberEngines } from "../fit/furtherEngines.ts";
import type { FitOptions } from "../fit/options.ts";
import type { FitResult } from "../fit/result.ts";
import type { Table } from "../table/table.ts";
import { jsonText } from "./commandJson.ts";
import type { Json } from "./exactJson.ts";
import { type DataSource, fitJson } from "./fitJson.ts";
import { packFit, rememberedOptions, unpackFit } from "./savedFit.ts";
import { type Summary, summarize } from "./summary.ts";

/** What a FIT file tells besides the fit itself. */
interface FitFile {
  readonly formula: string;
  readonly options: FitOptions;
  readonly source: DataSource;
  /** null in what `fit --json` printed: then the fit has to be computed again from its data */
  readonly saved: Json | null;
}

export interface SaveOptions {
  /** where the data came from, so that the rows can be found and recognized again */
  readonly source?: DataSource;
  /** the options the fit was made with; needed with the data again when the rows were a subset, else remembered */
  readonly options?: FitOptions;
  /** the summary when there is one already */
  readonly summary?: Summary;
}

/**
 * A fit as the text of a FIT file: the `henderson/fit@1` schema with a member `saved` that holds every number
 * exactly, without the rows of the data.
 */
export function saveFit(fit: FitResult, { source, options, summary }: SaveOptions = {}): string {
  const plain = options === undefined ? null : plainOptions(options);
  const shown = fitJson(summary ?? summarize(fit), {
    source: source ?? { path: null, sha256: null },
    options: (plain ?? remembered(fit)) as unknown as Json,
  });
  return jsonText({ ...(shown as { readonly [key: string]: Json }), saved: packFit(fit, plain) });
}

/** The options that fit the model again, as far as the fit remembers them. */
function remembered({ method, design }: FitResult): FitOptions {
  const options = design === null ? {} : rememberedOptions(design.recipe);
  return method === "OLS" ? options : { ...options, method };
}

/**
 * The options that are plain JSON: starting values and callbacks do not belong to the model, relationships are made
 * again from their files.
 */
export function plainOptions(options: FitOptions): FitOptions {
  const {
    start,
    startComponents,
    onProgress,
    onPlan,
    onSolverProgress,
    kernels,
    engines,
    relationships,
    ...plain
  } = options;
  return plain;
}

export interface LoadOptions {
  /** the table that was fitted; without it the fit has no rows */
  readonly table?: Table;
  /** the relationships that the fit was made with, by name; needed with the table */
  readonly relationships?: FitOptions["relationships"];
  /** engines that the fit was made with, for what solves the model again; see ModelOptions.engines */
  readonly engines?: FitOptions["engines"];
  /** SHA-256 of the bytes the table was read from; refused when it is not that of the saved fit */
  readonly sha256?: string;
}

/**
 * The fit of a FIT file. Without its table it predicts and describes; what needs the rows throws
 * `fit/needs-data`.
 *
 * @throws report/saved-fit the text is not a FIT file with a saved fit
 * @throws report/other-data other data than those that were fitted
 */
export function loadFit(text: string, options: LoadOptions = {}): FitResult {
  const { table, sha256, relationships } = options;
  const file = readFitFile(text);
  if (file.saved === null) {
    throw new HendersonError(
      "report/saved-fit",
      "this is the report of a fit, not a saved fit: it has no member 'saved'",
      {
        hint: "write it with saveFit, or henderson fit --save FILE",
      },
    );
  }
  if (table !== undefined && sha256 !== undefined) requireSameBytes(file.source, sha256);
  const fit = unpackFit(file.saved, table ?? null, relationships === undefined ? {} : { relationships });
  rememberEngines(fit.model, options.engines);
  return fit;
}

/** Refuses data with another SHA-256 than that of the fit; data of unknown origin are checked by their shape later. */
export function requireSameBytes(source: Pick<DataSource, "path" | "sha256">, sha256: string): void {
  if (source.sha256 === null || source.sha256 === sha256) return;
  const name = source.path === null ? "the data" : `'${source.path}'`;
  throw new HendersonError(
    "report/other-data",
    `${name} are not the bytes that were fitted: the SHA-256 differs`,
    {
      hint: "give the file as it was when the model was fitted, or fit the model again",
    },
  );
}

/** Reads the text of a FIT file: what `--save` wrote or `fit --json` printed. */
export function readFitFile(text: string): FitFile {
  const json = parse(text) as Readonly<Record<string, Json>> | null;
  if (json === null && /^\s*\{\s*"schema"\s*:\s*"henderson\/fit@/.test(text)) {
    throw new HendersonError("report/saved-fit", "the FIT file begins as one and is cut off or changed", {
      hint: "copy it again, or save the fit again: henderson fit FORMULA DATA --save FILE",
    });
  }
  if (
    json === null ||
    typeof json !== "object" ||
    typeof json.schema !== "string" ||
    !json.schema.startsWith("henderson/fit@")
  ) {
    throw new HendersonError(
      "report/saved-fit",
      "this is not a FIT file: it is no JSON of the schema henderson/fit@1",
      {
        hint: "a FIT file is what henderson fit --save FILE writes or henderson fit --json prints",
      },
    );
  }
  if (json.schema !== "henderson/fit@1") {
    throw new HendersonError("report/saved-fit", `this version cannot read the schema ${json.schema}`, {
      hint: "fit the model again with this version, or install the version that wrote the file",
    });
  }
  return {
    formula: typeof json.formula === "string" ? json.formula : "",
    options: (json.options ?? {}) as unknown as FitOptions,
    source: (json.data ?? { path: null, sha256: null }) as unknown as DataSource,
    saved: json.saved ?? null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
