import { Command } from "commander";
import { diagnose } from "../../checks/diagnosis/diagnose.ts";
import { checkJson } from "../../report/checkJson.ts";
import { checkText } from "../../report/checkText.ts";
import { jsonText } from "../../report/commandJson.ts";
import type { CommandContext } from "../commandContext.ts";
import { addModelArgument, addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";

interface RawCheckOptions extends RawModelOptions {
  readonly data?: string;
  readonly refits: boolean;
  readonly json?: boolean;
}

/** `henderson check FIT|FORMULA` */
export function checkCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("check").description(
      "Check a fit in plain language: convergence, boundaries, influential rows and groups, residuals, groups with few rows, predictors that say the same; the most important first, each with what to do.",
    ),
  )
    .option("--no-refits", "do not fit simpler models beside a boundary fit")
    .option("--json", "print the findings as JSON (schema henderson/check@1)");
  return addModelOptions(command).action((spec: string, raw: RawCheckOptions) =>
    runCheck(spec, raw, context),
  );
}

async function runCheck(spec: string, raw: RawCheckOptions, context: CommandContext): Promise<void> {
  const [model] = await openModels([spec], raw, true, context.terminal);
  const { fit, formula, notes } = model!;
  const diagnosis = diagnose(fit, { refits: raw.refits });
  if (raw.json === true) context.terminal.out(jsonText(checkJson(diagnosis, fit, formula, notes)));
  else {
    printNotes(notes, context);
    context.terminal.out(`${checkText(diagnosis, formula).join("\n")}\n`);
  }
  context.exit(fit.convergence.converged ? 0 : 3);
}
