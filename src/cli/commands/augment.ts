import { Command } from "commander";
import type { Note } from "../../base/notes.ts";
import type { FitResult } from "../../fit/result.ts";
import { augment } from "../../predict/augment.ts";
import type { Table } from "../../table/table.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { writeAtomically } from "../files.ts";
import { addModelArgument, addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";

interface RawAugmentOptions extends RawModelOptions {
  readonly data?: string;
  readonly influence?: boolean;
  readonly output?: string;
}

/** `henderson augment FIT` */
export function augmentCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("augment").description(
      "Print the data as CSV with .fitted (with random effects), .resid and .fixed (population mean); NA in rows that are not in the model.",
    ),
  )
    .option(
      "--influence",
      "also .hat (leverage of the conditional fit), .cooksd, .loo (prediction without the row) and .studentized",
    )
    .option("-o, --output <file>", "write to a file instead of standard output");
  return addModelOptions(command).action((spec: string, raw: RawAugmentOptions) =>
    runAugment(spec, raw, context),
  );
}

async function runAugment(spec: string, raw: RawAugmentOptions, context: CommandContext): Promise<void> {
  const [model] = await openModels([spec], raw, true, context.terminal);
  const { fit, table, notes } = model!;
  const augmented = augment(fit, table!);
  const { table: shown, notes: more } =
    raw.influence === true ? await withInfluence(fit, augmented) : { table: augmented, notes: [] };
  const text = writeCsv(shown);
  printNotes([...notes, ...more], context);
  if (raw.output === undefined) context.terminal.out(text);
  else writeAtomically(raw.output, text);
  context.exit(fit.convergence.converged ? 0 : 3);
}

async function withInfluence(
  fit: FitResult,
  table: Table,
): Promise<{ table: Table; notes: readonly Note[] }> {
  const { augmentInfluence } = await import("../../checks/augmentInfluence.ts");
  const { noFixedEffectsNotes } = await import("../../checks/influence.ts");
  return { table: augmentInfluence(fit, table), notes: noFixedEffectsNotes(fit) };
}
