import { Command } from "commander";
import { anovaTable } from "../../inference/anova.ts";
import type { DenominatorName } from "../../inference/denominator.ts";
import type { AnovaType } from "../../inference/hypotheses.ts";
import { compareFits } from "../../inference/likelihoodRatio.ts";
import { refitByLikelihood } from "../../predict/refit.ts";
import { anovaJson, jsonText, termsJson } from "../../report/commandJson.ts";
import { anovaText, comparisonText, mixtureLines } from "../../report/testText.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import {
  addAnovaOption,
  addDdfOption,
  addModelOptions,
  addPlannedOptions,
  type RawModelOptions,
} from "../modelOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";

interface RawAnovaOptions extends RawModelOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly ddf?: DenominatorName;
  readonly anova?: AnovaType;
}

/** `henderson anova FIT|FORMULA...` */
export function anovaCommand(context: CommandContext): Command {
  const command = new Command("anova")
    .description(
      "Compare models of the same data: likelihood-ratio tests, AIC and BIC. REML fits with different fixed effects are refitted by ML. For one model, F tests of its terms.",
    )
    .argument("<models...>", "FIT files (henderson fit --save), or formulas with --data")
    .option("--data <file>", "the data, for formulas or where the data of a FIT file have moved")
    .option("--json", "print the table as JSON (schema henderson/anova@1)");
  addAnovaOption(addDdfOption(addModelOptions(command)));
  return addPlannedOptions(command).action((specs: string[], raw: RawAnovaOptions) =>
    runAnova(specs, raw, context),
  );
}

async function runAnova(
  specs: readonly string[],
  raw: RawAnovaOptions,
  context: CommandContext,
): Promise<void> {
  const models = await openModels(specs, raw, true, context.terminal);
  if (models.length === 1) return testTerms(models[0]!, raw, context);
  const names = labels(models);
  const comparison = compareFits(
    models.map(({ fit }) => fit),
    { names, refit: (fit) => refitByLikelihood(fit, { deterministic: raw.deterministic === true }) },
  );
  const formulas = models.map(({ formula }) => formula);
  if (raw.json === true) context.terminal.out(jsonText(anovaJson(comparison, formulas)));
  else {
    const legend = comparison.rows.map(({ name, index }) => `${name}: ${formulas[index]!}`);
    context.terminal.out(
      `${["Models:", ...legend, ...comparisonText(comparison.rows), ...mixtureLines(comparison.rows)].join("\n")}\n`,
    );
    printNotes(comparison.notes, context);
  }
  context.exit(models.every(({ fit }) => fit.convergence.converged) ? 0 : 3);
}

/** Names for the lines of the table: those of the FIT files, made distinct, and numbers for formulas. */
function labels(models: readonly OpenedFit[]): string[] {
  const names = models.map(({ name, formula }, i) => (name === formula ? `model ${i + 1}` : name));
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${i + 1})`,
  );
}

/** One model has nothing to be compared with; its terms are tested instead, as R's anova() does. */
async function testTerms(
  { fit, notes }: OpenedFit,
  raw: RawAnovaOptions,
  context: CommandContext,
): Promise<void> {
  const table = anovaTable(fit, {
    ...(await denominatorOption(raw.ddf)),
    ...(raw.anova === undefined ? {} : { type: raw.anova }),
  });
  if (raw.json === true) context.terminal.out(jsonText(termsJson(table, notes)));
  else {
    printNotes([...notes, ...table.notes], context);
    context.terminal.out(`${anovaText(table, fit.design?.responseName ?? "").join("\n")}\n`);
  }
  context.exit(fit.convergence.converged ? 0 : 3);
}
