import { Command } from "commander";
import { dropOne } from "../../inference/dropOne.ts";
import { refitWithout } from "../../predict/refit.ts";
import { drop1Json, jsonText } from "../../report/commandJson.ts";
import { dropText } from "../../report/testText.ts";
import type { CommandContext } from "../commandContext.ts";
import { addModelOptions, addPlannedOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";

interface RawDropOptions extends RawModelOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** `henderson drop1 FIT|FORMULA` */
export function drop1Command(context: CommandContext): Command {
  const command = new Command("drop1")
    .description(
      "Test each fixed term that can be left out: by likelihood ratio (ML) for a mixed model, by F for a linear one.",
    )
    .argument("<model>", "FIT file (henderson fit --save), or a formula with --data")
    .option("--data <file>", "the data, for a formula or where the data of a FIT file have moved")
    .option("--json", "print the table as JSON (schema henderson/drop1@1)");
  addModelOptions(command);
  return addPlannedOptions(command).action((spec: string, raw: RawDropOptions) =>
    runDrop(spec, raw, context),
  );
}

async function runDrop(spec: string, raw: RawDropOptions, context: CommandContext): Promise<void> {
  const [model] = await openModels([spec], raw, true, context.terminal);
  const { fit, table, options, formula, notes } = model!;
  const refits: boolean[] = [];
  const result = dropOne(fit, (term) => {
    const without = refitWithout(fit, term, table!, options);
    refits.push(without.convergence.converged);
    return without;
  });
  if (raw.json === true) context.terminal.out(jsonText(drop1Json(result, notes)));
  else {
    printNotes(notes, context);
    context.terminal.out(
      `${["Single term deletions", "", "Model:", formula, ...dropText(result)].join("\n")}\n`,
    );
  }
  context.exit(fit.convergence.converged && refits.every(Boolean) ? 0 : 3);
}
