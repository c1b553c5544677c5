import { Command } from "commander";
import { compareByCrossValidation, crossValidation } from "../../checks/crossValidation.ts";
import { comparisonJson, crossValidationJson } from "../../report/checkJson.ts";
import { jsonText } from "../../report/commandJson.ts";
import { comparisonText, crossValidationText } from "../../report/deletionText.ts";
import type { CommandContext } from "../commandContext.ts";
import { addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";
import { progressLine } from "../progress.ts";

interface RawLooOptions extends RawModelOptions {
  readonly data?: string;
  readonly group?: string;
  readonly json?: boolean;
}

/** `henderson loo FIT|FORMULA...` */
export function looCommand(context: CommandContext): Command {
  const command = new Command("loo")
    .description(
      "Leave-one-out cross-validation, exact at the estimated variances and without refits; several models are compared by their log predictive density.",
    )
    .argument("<model...>", "FIT files (henderson fit --save), or formulas with --data")
    .option("--data <file>", "the data, for formulas or where the data of a FIT file have moved")
    .option(
      "--group <name>",
      "leave out whole groups: a grouping factor of the model, or a column of the data",
    )
    .option("--json", "print the numbers as JSON (schema henderson/loo@1)");
  return addModelOptions(command).action((specs: readonly string[], raw: RawLooOptions) =>
    runLoo(specs, raw, context),
  );
}

async function runLoo(specs: readonly string[], raw: RawLooOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const models = await openModels(specs, raw, true, terminal);
  const notes = models.flatMap((model) => model.notes);
  const line = progressLine(terminal);
  const options = {
    ...(raw.group === undefined ? {} : { group: raw.group }),
    ...(models[0]!.table === null ? {} : { table: models[0]!.table }),
    onProgress(done: number, of: number): boolean {
      line.update(`left out ${done} of ${of}`);
      return true;
    },
  };
  if (models.length === 1) {
    const result = crossValidation(models[0]!.fit, options);
    line.clear();
    if (raw.json === true) terminal.out(jsonText(crossValidationJson(result, notes)));
    else {
      printNotes([...notes, ...result.notes], context);
      terminal.out(`${crossValidationText(result).join("\n")}\n`);
    }
  } else {
    const result = compareByCrossValidation(
      models.map(({ fit }) => fit),
      { ...options, names: models.map(({ name }) => name) },
    );
    line.clear();
    if (raw.json === true) terminal.out(jsonText(comparisonJson(result, notes)));
    else {
      printNotes([...notes, ...result.notes], context);
      terminal.out(`${comparisonText(result).join("\n")}\n`);
    }
  }
  context.exit(models.every(({ fit }) => fit.convergence.converged) ? 0 : 3);
}
