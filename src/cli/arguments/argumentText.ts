import type { Argument } from "./argumentKind.ts";
import { quoted, type TypedCommand } from "./typedCommand.ts";

/** Words that stand in a corrected command line for what was not given. */
export const EXAMPLE_FORMULA: string = "y ~ x + (1 | group)";
export const EXAMPLE_DATA = "data.csv";
export const EXAMPLE_FIT = "fit.json";

/** By the name of the argument. */
const EXAMPLES: Readonly<Record<string, string>> = {
  hypotheses: "x = 0",
  newdata: "new.csv",
  data: EXAMPLE_DATA,
  specs: "treat",
  pedigree: "pedigree.csv",
  prefix: "pigs",
};

/** What to try where the file of a table is not there. */
export const TABLE_HINT =
  "check the name and the folder you are in; a table is a CSV, TSV, Parquet, Arrow or JSON file";

/** The operands, and examples of the arguments that the command needs besides. */
export function withExamples(
  { slots, options }: TypedCommand,
  operands: readonly string[],
): readonly string[] {
  const names = slots
    .slice(operands.length)
    // joint tests need no means to be named
    .filter((slot) => slot.required || (slot.name() === "specs" && !options.includes("--joint")))
    .map((slot) => slot.name());
  return [...operands, ...names.map((name) => EXAMPLES[name] ?? name.toUpperCase())];
}

/** The command that saves a fit. */
export function fitCommand(formula: string, data: string): string {
  return `henderson fit ${quoted(formula)} ${quoted(data)} --save ${EXAMPLE_FIT}`;
}

/** What a file is, after its name in a sentence. */
export function kindText({ kind, schema }: Argument): string {
  if (kind === "output") {
    return `is what henderson ${/\/([^@]*)/.exec(schema ?? "")?.[1] ?? ""} printed with --json`;
  }
  return kind === "fit" ? "is a FIT file" : kind === "table" ? "is a table" : "is a file of another kind";
}
