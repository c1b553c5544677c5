import { Command } from "commander";
import { varianceExplained } from "../../inference/varianceExplained.ts";
import { jsonText } from "../../report/commandJson.ts";
import { r2Json, r2Text } from "../../report/r2Report.ts";
import type { CommandContext } from "../commandContext.ts";
import {
  addModelArgument,
  addModelOptions,
  addPlannedOptions,
  type RawModelOptions,
} from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { probability, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawR2Options extends RawModelOptions {
  readonly data?: string;
  readonly level: number;
  readonly digits: number;
  readonly json?: boolean;
}

/** `henderson r2 FIT|FORMULA` */
export function r2Command(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("r2").description(
      "Marginal and conditional R2 and the intraclass correlation (Nakagawa, Johnson and Schielzeth 2017), with the variance of every part.",
    ),
  )
    .option("--level <p>", "coverage of the intervals", probability, 0.95)
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 4)
    .option("--json", "print the result as JSON (schema henderson/r2@1)");
  addModelOptions(command);
  return addPlannedOptions(command).action((spec: string, raw: RawR2Options) => runR2(spec, raw, context));
}

async function runR2(spec: string, raw: RawR2Options, context: CommandContext): Promise<void> {
  const { level, digits, json, ...rest } = raw;
  const [model] = await openModels([spec], rest, true, context.terminal);
  const { fit, notes } = model!;
  const result = varianceExplained(fit, { level });
  if (json === true) context.terminal.out(jsonText(r2Json(result, notes)));
  else {
    printNotes([...notes, ...result.notes], context);
    context.terminal.out(`${r2Text(result, digits).join("\n")}\n`);
  }
  context.exit(fit.convergence.converged ? 0 : 3);
}
