import type { Note } from "../base/notes.ts";
import type { ComponentValues } from "../fit/componentValues.ts";
import type { FitOptions } from "../fit/options.ts";
import type { RelationshipSource } from "../report/fitJson.ts";
import { readComponents } from "./componentOption.ts";
import { type RawModelOptions, toFitOptions } from "./modelOptions.ts";
import type { ProgressLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

interface ReadOptions {
  readonly options: FitOptions;
  /** what the relationships were made of */
  readonly sources: readonly RelationshipSource[];
  /** about the files of the relationships */
  readonly notes: readonly Note[];
}

/** The options of the library's `fit` with the files that they name: relationships, known and starting values. */
export async function readFitOptions(
  raw: RawModelOptions,
  terminal: Terminal,
  line?: ProgressLine,
): Promise<ReadOptions> {
  const opened =
    raw.relationship === undefined
      ? null
      : await (await import("./relationships.ts")).openRelationships(
          raw.relationship,
          terminal,
          (file) => file,
          line,
        );
  const components =
    raw.components === undefined ? null : await readComponents("--components", raw.components, terminal);
  const start = raw.start === undefined ? null : await readComponents("--start", raw.start, terminal);
  return {
    options: {
      ...toFitOptions(raw),
      ...(opened === null ? {} : { relationships: opened.relationships }),
      // an effect of each row can be told from the residual when their variances are known
      ...(components === null ? {} : { components, held: heldNames(components) }),
      ...(start === null ? {} : { startComponents: start }),
    },
    sources: opened?.sources ?? [],
    notes: opened?.notes ?? [],
  };
}

/** Components that are held, `p` for the entries `p[1,1]`, `p[2,1]`. */
function heldNames(components: ComponentValues): readonly string[] {
  return [...new Set(Object.keys(components).map((name) => name.replace(/\[[^\]]*\]$/, "")))];
}
