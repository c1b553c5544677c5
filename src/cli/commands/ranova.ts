import { Command } from "commander";
import { exactRatioTest } from "../../inference/exactRatioTest.ts";
import { ranova } from "../../inference/ranova.ts";
import { jsonText } from "../../report/commandJson.ts";
import { ranovaJson } from "../../report/ranovaJson.ts";
import { exactText, ranovaText } from "../../report/ranovaText.ts";
import type { CommandContext } from "../commandContext.ts";
import {
  addModelArgument,
  addModelOptions,
  addPlannedOptions,
  type RawModelOptions,
} from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawRanovaOptions extends RawModelOptions {
  readonly data?: string;
  readonly whole?: boolean;
  readonly exact?: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `henderson ranova FIT|FORMULA` */
export function ranovaCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("ranova").description(
      "Test the random terms by likelihood ratio: (x | g) against (1 | g), (1 | g) against nothing. P by chi-squared, and by the mixture that holds where variances are zero.",
    ),
  )
    .option("--whole", "take whole terms out instead of one effect after the other")
    .option(
      "--exact <draws>",
      "also the finite-sample distribution of the ratio, simulated: for a model with one random effect",
      wholeNumber(1, 10_000_000),
    )
    .option("--seed <n>", "seed of the draws", wholeNumber(0, 2 ** 31), 1)
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
  const exact = raw.exact === undefined ? null : exactRatioTest(fit, { draws: raw.exact, seed: raw.seed });
  if (raw.json === true) context.terminal.out(jsonText(ranovaJson(result, notes, exact)));
  else {
    printNotes([...notes, ...result.notes], context);
    context.terminal.out(
      `${[...ranovaText(result), ...(exact === null ? [] : exactText(exact))].join("\n")}\n`,
    );
  }
  context.exit(result.rows.every(({ converged }) => converged) ? 0 : 3);
}
