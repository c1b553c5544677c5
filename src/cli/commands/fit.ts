import { Command } from "commander";
import type { DenominatorName } from "../../inference/denominator.ts";
import type { AnovaType } from "../../inference/hypotheses.ts";
import type { Json } from "../../report/exactJson.ts";
import { plainOptions, saveFit } from "../../report/fitFile.ts";
import { fitJson } from "../../report/fitJson.ts";
import { jsonPieces } from "../../report/jsonPieces.ts";
import { byEstimate, randomEffectsCsv } from "../../report/randomEffectsCsv.ts";
import { summarize } from "../../report/summary.ts";
import { summaryText } from "../../report/summaryText.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import { usageError } from "../failure.ts";
import { writeAtomically } from "../files.ts";
import { fitToData } from "../fitModel.ts";
import { readFitOptions } from "../fitOptions.ts";
import {
  addAnovaOption,
  addModelOptions,
  addPlannedOptions,
  addTestOptions,
  type RawModelOptions,
  toDataOptions,
} from "../modelOptions.ts";
import { openData } from "../openData.ts";
import { collect, oneOf, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";
import { noProgress, progressLine } from "../progress.ts";

interface RawFitOptions extends RawModelOptions {
  readonly ddf?: DenominatorName;
  readonly level: number;
  readonly anova?: AnovaType;
  readonly ranef?: boolean;
  readonly derive?: readonly string[];
  readonly format: "text" | "csv";
  readonly sort?: boolean;
  readonly digits: number;
  readonly json?: boolean;
  readonly save?: string;
  readonly quiet?: boolean;
}

/** `henderson fit FORMULA DATA` */
export function fitCommand(context: CommandContext): Command {
  const command = new Command("fit")
    .description("Fit a linear mixed model, or a linear model where the formula has no random terms.")
    .argument("<formula>", "R/lme4 notation, quoted: 'Reaction ~ Days + (Days | Subject)'")
    .argument("<data>", "CSV, TSV, Parquet, Arrow or JSON file; - is standard input");
  addModelOptions(command);
  addAnovaOption(addTestOptions(command));
  return addPlannedOptions(command)
    .option("--trace", "report every iteration")
    .option("--ranef", "predict the random effects, with their standard errors and reliabilities")
    .option(
      "--derive <name=expression>",
      "a function of variance components with its standard error: 'h2 = animal / (animal + residual)' (may be repeated)",
      collect,
    )
    .option(
      "--format <kind>",
      "text, or csv: the random effects as a table (with --ranef)",
      oneOf(["text", "csv"] as const),
      "text" as const,
    )
    .option("--sort", "random effects in the order of their estimates, the largest first")
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 4)
    .option("--json", "print the result as JSON (schema henderson/fit@1)")
    .option("--save <file>", "write the fit to a file for later commands")
    .option("--quiet", "no notes about the data on stderr, and with --save no summary")
    .action((formula: string, path: string, raw: RawFitOptions) => runFit(formula, path, raw, context));
}

async function runFit(
  formula: string,
  path: string,
  raw: RawFitOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const dataOptions = toDataOptions(raw);
  if (raw.format === "csv" && (raw.ranef !== true || raw.json === true)) {
    throw usageError("--format csv is for the random effects", "add --ranef, and leave --json out");
  }
  const line = raw.quiet === true ? noProgress : progressLine(terminal);
  const { options, sources, notes: read } = await readFitOptions(raw, terminal, line);
  line.update(`reading ${path}`);
  const data = await openData(path, dataOptions, terminal);
  const notes = [...data.notes, ...read];
  const result = fitToData(formula, data, options, terminal, line);
  line.update("tests and predictions");
  const all = summarize(result, {
    level: raw.level,
    randomEffects: raw.ranef === true,
    derive: raw.derive ?? [],
    ...(await denominatorOption(raw.ddf)),
    ...(raw.anova === undefined ? {} : { anova: raw.anova }),
  });
  line.clear();
  const summary = raw.sort === true ? { ...all, randomEffects: byEstimate(all.randomEffects) } : all;
  const source = {
    ...data.source,
    ...dataOptions,
    ...(sources.length === 0 ? {} : { relationships: sources }),
  };
  if (raw.save !== undefined) writeAtomically(raw.save, saveFit(result, { source, options, summary }));
  if (raw.json === true) {
    const json = fitJson(summary, { source, notes, options: plainOptions(options) as unknown as Json });
    for (const piece of jsonPieces(json)) terminal.out(piece);
  } else if (raw.format === "csv") {
    if (raw.quiet !== true) printNotes([...notes, ...result.notes], context);
    for (const piece of randomEffectsCsv(summary.randomEffects ?? [])) terminal.out(piece);
  } else {
    if (raw.quiet !== true) printNotes(notes, context);
    if (raw.quiet !== true || raw.save === undefined) {
      const dataName = path === "-" ? "standard input" : path;
      const anova = raw.anova === undefined ? {} : { anova: true };
      terminal.out(summaryText(summary, { digits: raw.digits, dataName, ...anova }));
    }
  }
  context.exit(result.convergence.converged ? 0 : 3);
}
