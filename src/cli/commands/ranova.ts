import { Command } from "commander";
import { ranova } from "../../inference/ranova.ts";
import { jsonText } from "../../report/commandJson.ts";
import { ranovaJson } from "../../report/ranovaJson.ts";
import { ranovaText } from "../../report/ranovaText.ts";
import type { CommandContext } from "../commandContext.ts";
import { addModelOptions, addPlannedOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";

interface RawRanovaOptions extends RawModelOptions {
  readonly data?: string;
  readonly whole?: boolean;
  readonly json?: boolean;
}

/** `henderson ranova FIT|FORMULA` */
export function ranovaCommand(context: CommandContext): Command {
  const command = new Command("ranova")
    .description(
      "Test the random terms by likelihood ratio: (x | g) against (1 | g), (1 | g) against nothing. P by chi-squared, and by the mixture that holds where variances are zero.",
    )
    .argument("<model>", "FIT file (henderson fit --save), or a formula with --data")
    .option("--data <file>", "the data, for a formula or where the data of a FIT file have moved")
    .option("--whole", "take whole terms out instead of one effect after the other")
    .option("--json", "print the table as JSON (schema henderson/ranova@1)");
  addModelOptions(command);
  return addPlannedOptions(command).action((spec: string, raw: RawRanovaOptions) =>
    runRanova(spec, raw, context),
  );
}

async function runRanova(spec: string, raw: RawRanovaOptions, context: CommandContext): Promise<void> {
  const [model] = await openModels([spec], raw, true, context.terminal);
  const { fit, table, options, notes } = model!;
  const result = ranova(fit, table!, { ...options, whole: raw.whole === true });
  if (raw.json === true) context.terminal.out(jsonText(ranovaJson(result, notes)));
  else {
    printNotes([...notes, ...result.notes], context);
    context.terminal.out(`${ranovaText(result).join("\n")}\n`);
  }
  context.exit(result.rows.every(({ converged }) => converged) ? 0 : 3);
}
