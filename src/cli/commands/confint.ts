import { Command } from "commander";
import { waldIntervals } from "../../inference/confint.ts";
import type { DenominatorName } from "../../inference/denominator.ts";
import { intervalText } from "../../report/coefficientText.ts";
import { confintJson, jsonText } from "../../report/commandJson.ts";
import type { CommandContext } from "../commandContext.ts";
import { addModelOptions, addTestOptions, type RawModelOptions } from "../modelOptions.ts";
import { notYet } from "../notYet.ts";
import { openModels } from "../openModels.ts";
import { oneOf, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawConfintOptions extends Omit<RawModelOptions, "method"> {
  readonly data?: string;
  readonly method: "wald" | "profile" | "bootstrap";
  readonly ddf?: DenominatorName;
  readonly level: number;
  readonly digits: number;
  readonly json?: boolean;
}

/** `henderson confint FIT` */
export function confintCommand(context: CommandContext): Command {
  const command = new Command("confint")
    .description("Confidence intervals of the fixed effects.")
    .argument("<model>", "FIT file (henderson fit --save), or a formula with --data")
    .option("--data <file>", "the data, for a formula or where the data of a FIT file have moved")
    .option(
      "--method <name>",
      "wald; profile and bootstrap are not yet in this version",
      oneOf(["wald", "profile", "bootstrap"] as const),
      "wald" as const,
    )
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 7)
    .option("--json", "print the intervals as JSON (schema henderson/confint@1)");
  addModelOptions(command);
  return addTestOptions(command).action((spec: string, raw: RawConfintOptions) =>
    runConfint(spec, raw, context),
  );
}

async function runConfint(spec: string, raw: RawConfintOptions, context: CommandContext): Promise<void> {
  const { method, ddf, level, ...rest } = raw;
  if (method !== "wald") throw notYet(`confint --method ${method}`, "wald intervals are there");
  const [model] = await openModels([spec], rest, ddf !== "none", context.terminal);
  const { fit, notes } = model!;
  const intervals = waldIntervals(fit, { level, ...(ddf === undefined ? {} : { ddf }) });
  if (raw.json === true) context.terminal.out(jsonText(confintJson(intervals, method, level, notes)));
  else {
    printNotes(notes, context);
    context.terminal.out(`${intervalText(intervals, level, raw.digits).join("\n")}\n`);
  }
  context.exit(fit.convergence.converged ? 0 : 3);
}
