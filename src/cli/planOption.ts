import type { Note } from "../base/notes.ts";
import type { DesignOptions } from "../design/options.ts";
import type { AssumedParameters } from "../simulation/assumedModel.ts";
import type { Table } from "../table/table.ts";
import { isFormula } from "./arguments/argumentKind.ts";
import { readComponents } from "./componentOption.ts";
import { usageError } from "./failure.ts";
import { readFitOptions } from "./fitOptions.ts";
import { type RawModelOptions, toDataOptions } from "./modelOptions.ts";
import { openData } from "./openData.ts";
import type { Terminal } from "./terminal.ts";

/** A formula, a plan of observations and parameters to assume. */
interface OpenedPlan {
  readonly formula: string;
  readonly table: Table;
  readonly parameters: AssumedParameters;
  readonly options: DesignOptions;
  readonly notes: readonly Note[];
}

/** Reads what `--beta`, `--components` and `--data` say: then the formula is not fitted. */
export async function openPlan(
  spec: string,
  beta: string,
  raw: RawModelOptions & { readonly data?: string },
  terminal: Terminal,
): Promise<OpenedPlan> {
  if (!isFormula(spec)) {
    throw usageError(
      "--beta assumes parameters of a formula, and this is a FIT file",
      "give a formula and --data",
    );
  }
  if (raw.data === undefined) {
    throw usageError(
      "--beta needs the plan of the observations",
      "add --data FILE, with or without the response",
    );
  }
  if (raw.components === undefined) {
    throw usageError("--beta needs the variances too", "add --components Subject=1400,residual=960");
  }
  const values = await readComponents("--beta", beta, terminal);
  const matrix = Object.entries(values).find(([, value]) => typeof value !== "number");
  if (matrix !== undefined) throw usageError(`--beta: the value of ${matrix[0]} is no number`);
  const { table, notes } = await openData(raw.data, toDataOptions(raw), terminal);
  const { options, notes: more } = await readFitOptions(raw, terminal);
  const { components, held, startComponents, start, method, algorithm, ...design } = options;
  return {
    formula: spec,
    table,
    parameters: { beta: values as Readonly<Record<string, number>>, components: components! },
    options: design,
    notes: [...notes, ...more],
  };
}
