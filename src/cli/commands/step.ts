import { Command, InvalidArgumentError } from "commander";
import type { DenominatorName } from "../../inference/denominator.ts";
import { stepwise } from "../../inference/stepwise.ts";
import { jsonText } from "../../report/commandJson.ts";
import { stepJson } from "../../report/ranovaJson.ts";
import { stepText } from "../../report/ranovaText.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import {
  addDdfOption,
  addModelArgument,
  addModelOptions,
  addPlannedOptions,
  type RawModelOptions,
} from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { oneOf } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";
import { progressLine } from "../progress.ts";

interface RawStepOptions extends RawModelOptions {
  readonly data?: string;
  readonly alphaRandom: number | "none";
  readonly alphaFixed: number | "none";
  readonly randomP: "chisq" | "mixture";
  readonly keep?: readonly string[];
  readonly ddf?: DenominatorName;
  readonly json?: boolean;
}

/** `henderson step FIT|FORMULA` */
export function stepCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("step").description(
      "Backward elimination: random terms by likelihood ratio, then fixed terms by F, as lmerTest's step. Prints the path and the final formula.",
    ),
  )
    .option("--alpha-random <p>", "random terms with a larger p go; none keeps them", limit, 0.1)
    .option("--alpha-fixed <p>", "fixed terms with a larger p go; none keeps them", limit, 0.05)
    .option(
      "--random-p <kind>",
      "p of random terms: chisq (as lmerTest), or mixture, which holds where variances are zero",
      oneOf(["chisq", "mixture"] as const),
      "chisq" as const,
    )
    .option("--keep <term>", "a term that stays (may be repeated)", collectTerm)
    .option("--json", "print the path as JSON (schema henderson/step@1)");
  addDdfOption(addModelOptions(command));
  return addPlannedOptions(command).action((spec: string, raw: RawStepOptions) =>
    runStep(spec, raw, context),
  );
}

async function runStep(spec: string, raw: RawStepOptions, context: CommandContext): Promise<void> {
  const { alphaRandom, alphaFixed, randomP, keep, ddf, json, ...rest } = raw;
  const [model] = await openModels([spec], rest, true, context.terminal);
  const { fit, table, options, notes } = model!;
  const line = progressLine(context.terminal);
  const result = stepwise(fit, table!, {
    ...options,
    alphaRandom: alphaRandom === "none" ? null : alphaRandom,
    alphaFixed: alphaFixed === "none" ? null : alphaFixed,
    randomP,
    ...(keep === undefined ? {} : { keep }),
    ...(await denominatorOption(ddf)),
    onRound({ round, part, formula }) {
      line.update(`round ${round}, ${part} terms of ${formula}`);
      return true;
    },
  });
  line.clear();
  if (json === true) context.terminal.out(jsonText(stepJson(result, notes)));
  else {
    printNotes([...notes, ...result.notes], context);
    context.terminal.out(`${stepText(result).join("\n")}\n`);
  }
  context.exit(result.fit.convergence.converged ? 0 : 3);
}

function limit(value: string): number | "none" {
  if (value.toLowerCase() === "none") return "none";
  const number = Number(value);
  if (value.trim() !== "" && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError("It must be a number between 0 and 1, or none.");
}

function collectTerm(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}
