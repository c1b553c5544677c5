import { Command } from "commander";
import { type DenominatorName, isMixed } from "../../inference/denominator.ts";
import { dropOne } from "../../inference/dropOne.ts";
import { type DropTests, dropTests } from "../../inference/dropTests.ts";
import { refitWithout } from "../../predict/refitWithout.ts";
import { drop1Json, jsonText } from "../../report/commandJson.ts";
import { dropTestsJson } from "../../report/ranovaJson.ts";
import { dropTestsText } from "../../report/ranovaText.ts";
import { dropText } from "../../report/testText.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import {
  addDdfOption,
  addModelArgument,
  addModelOptions,
  addPlannedOptions,
  type RawModelOptions,
} from "../modelOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { openModels } from "../openModels.ts";
import { oneOf } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawDropOptions extends RawModelOptions {
  readonly test?: "Chisq" | "F";
  readonly ddf?: DenominatorName;
  readonly data?: string;
  readonly json?: boolean;
}

/** `henderson drop1 FIT|FORMULA` */
export function drop1Command(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("drop1").description(
      "Test each fixed term that can be left out: by likelihood ratio (ML) for a mixed model, by F for a linear one.",
    ),
  )
    .option(
      "--test <name>",
      "Chisq: likelihood ratio (default for mixed models); F: with the degrees of freedom of --ddf, without refits (default for linear ones)",
      oneOf(["Chisq", "F"] as const),
    )
    .option("--json", "print the table as JSON (schema henderson/drop1@1)");
  addDdfOption(addModelOptions(command));
  return addPlannedOptions(command).action((spec: string, raw: RawDropOptions) =>
    runDrop(spec, raw, context),
  );
}

async function runDrop(spec: string, raw: RawDropOptions, context: CommandContext): Promise<void> {
  const { test, ddf, ...rest } = raw;
  const [model] = await openModels([spec], rest, true, context.terminal);
  const { fit, table, options, formula, notes } = model!;
  if (isMixed(fit) && (test === "F" || (test === undefined && ddf !== undefined))) {
    printTests(dropTests(fit, await denominatorOption(ddf)), model!, raw, context);
    return;
  }
  const refits: boolean[] = [];
  const result = dropOne(fit, (term, trait) => {
    const without = refitWithout(fit, term, table!, options, trait);
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

/** F tests of a mixed model, as lmerTest's drop1. */
function printTests(tests: DropTests, model: OpenedFit, raw: RawDropOptions, context: CommandContext): void {
  const { fit, formula, notes } = model;
  if (raw.json === true) context.terminal.out(jsonText(dropTestsJson(tests, notes)));
  else {
    printNotes([...notes, ...tests.notes], context);
    const [heading, ...lines] = dropTestsText(tests);
    context.terminal.out(`${[heading, "", "Model:", formula, ...lines].join("\n")}\n`);
  }
  context.exit(fit.convergence.converged ? 0 : 3);
}
