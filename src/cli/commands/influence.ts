import { Command } from "commander";
import { influence } from "../../checks/influence.ts";
import type { InfluenceOptions } from "../../checks/influenceResult.ts";
import { influenceJson } from "../../report/checkJson.ts";
import { jsonText } from "../../report/commandJson.ts";
import { influenceTable, influenceText } from "../../report/deletionText.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { writeAtomically } from "../files.ts";
import { addModelArgument, addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { oneOf, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";
import { progressLine } from "../progress.ts";

interface RawInfluenceOptions extends RawModelOptions {
  readonly data?: string;
  readonly group?: string;
  readonly update: NonNullable<InfluenceOptions["update"]>;
  readonly refit?: boolean;
  readonly top: number;
  readonly output?: string;
  readonly json?: boolean;
}

/** `henderson influence FIT|FORMULA` */
export function influenceCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("influence").description(
      "How estimates move when a row, or a group of rows, is left out: Cook's distance, MDFFITS, COVRATIO and DFBETAS.",
    ),
  )
    .option("--group <name>", "leave out groups: a grouping factor of the model, or a column of the data")
    .option(
      "--update <how>",
      "variances without the unit: none (held, exact for the fixed effects), one-step, or refit",
      oneOf(["none", "one-step", "refit"] as const),
      "none" as const,
    )
    .option("--refit", "the same as --update refit")
    .option("--top <n>", "as many units in the text", wholeNumber(1, 1_000_000), 10)
    .option("-o, --output <file>", "write all units as CSV to a file")
    .option("--json", "print all units as JSON (schema henderson/influence@1)");
  return addModelOptions(command).action((spec: string, raw: RawInfluenceOptions) =>
    runInfluence(spec, raw, context),
  );
}

async function runInfluence(spec: string, raw: RawInfluenceOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const [model] = await openModels([spec], raw, true, terminal);
  const { fit, table, notes } = model!;
  const line = progressLine(terminal);
  const result = influence(fit, {
    ...(raw.group === undefined ? {} : { group: raw.group }),
    ...(table === null ? {} : { table }),
    update: raw.refit === true ? "refit" : raw.update,
    onProgress(done, of) {
      line.update(`left out ${done} of ${of}`);
      return true;
    },
  });
  line.clear();
  if (raw.output !== undefined) writeAtomically(raw.output, writeCsv(influenceTable(result)));
  if (raw.json === true) terminal.out(jsonText(influenceJson(result, notes)));
  else {
    printNotes([...notes, ...result.notes], context);
    if (raw.output === undefined) terminal.out(`${influenceText(result, raw.top).join("\n")}\n`);
  }
  const refitted = (result.components?.notConverged.length ?? 0) === 0;
  context.exit(fit.convergence.converged && refitted ? 0 : 3);
}
