import { Command } from "commander";
import type { FitResult } from "../../fit/result.ts";
import type { DenominatorName } from "../../inference/denominator.ts";
import { type PredictionTable, predictionTable } from "../../inference/predictionTable.ts";
import { notEstimable } from "../../inference/rowChecks.ts";
import type { NewLevels, PredictResult } from "../../predict/predict.ts";
import { predict } from "../../predict/predict.ts";
import { jsonText, predictJson } from "../../report/commandJson.ts";
import { predictionTableJson } from "../../report/predictionJson.ts";
import type { Column, Table } from "../../table/table.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import { writeAtomically } from "../files.ts";
import { addTestOptions } from "../modelOptions.ts";
import { type DataOptions, openData } from "../openData.ts";
import { openFit } from "../openFit.ts";
import { collect, nameList, oneOf } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawPredictOptions {
  readonly target: "mean" | "group" | "new-group";
  readonly newLevels: NewLevels;
  readonly interval?: "confidence" | "prediction";
  readonly ddf?: DenominatorName;
  readonly level: number;
  readonly thetaUncertainty?: boolean;
  readonly data?: string;
  readonly na?: readonly string[];
  readonly text?: readonly string[];
  readonly output?: string;
  readonly json?: boolean;
}

/** `henderson predict FIT NEWDATA` */
export function predictCommand(context: CommandContext): Command {
  const command = new Command("predict")
    .description(
      "Predict new rows: prints them as CSV with a column .prediction (NA where a predictor is missing), and with --interval also .se, .df, .lower and .upper.",
    )
    .argument("<fit>", "FIT file (henderson fit --save)")
    .argument("<newdata>", "file with the new rows; - is standard input")
    .option(
      "--target <what>",
      "mean: the population; group: with the random effects of the row's groups; new-group: a group not yet seen",
      oneOf(["mean", "group", "new-group"] as const),
      "mean" as const,
    )
    .option(
      "--new-levels <rule>",
      "unknown groups under --target group: error, or zero for the population mean (intervals are then those of a new group)",
      oneOf(["error", "zero"] as const),
      "error" as const,
    )
    .option(
      "--interval <kind>",
      "confidence: for the mean of the target; prediction: for one new observation of it",
      oneOf(["confidence", "prediction"] as const),
    )
    .option(
      "--theta-uncertainty",
      "intervals with the uncertainty of the variance components (Kackar-Harville, Prasad-Rao)",
    )
    .option("--data <file>", "the data of the fit, where they have moved")
    .option("--text <col,...>", "columns of the new rows to read as text", nameList)
    .option("--na <string>", "a further text that means missing (may be repeated)", collect)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "print the predictions as JSON (schema henderson/predict@1)");
  return addTestOptions(command).action((fit: string, newData: string, raw: RawPredictOptions) =>
    runPredict(fit, newData, raw, context),
  );
}

async function runPredict(
  fitPath: string,
  newData: string,
  raw: RawPredictOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const given = raw.data === undefined ? {} : { data: raw.data };
  const { fit } = await openFit(fitPath, { rows: raw.interval !== undefined, ...given }, terminal);
  const options: DataOptions = {
    ...(raw.na === undefined ? {} : { na: raw.na }),
    ...(raw.text === undefined ? {} : { text: raw.text }),
  };
  const { table, notes } = await openData(newData, options, terminal);
  const result =
    raw.interval === undefined ? pointPredictions(fit, table, raw) : await intervals(fit, table, raw);
  const all = { ...result, notes: [...notes, ...result.notes] };
  const text =
    raw.json === true
      ? jsonText("se" in all ? predictionTableJson(all) : predictJson(all))
      : writeCsv(withColumns(table, all));
  if (raw.output === undefined) terminal.out(text);
  else writeAtomically(raw.output, text);
  if (raw.json !== true) printNotes(all.notes, context);
}

function pointPredictions(fit: FitResult, table: Table, raw: RawPredictOptions): PredictResult {
  // with an identity link the mean of a new group is the mean of the population
  const target = raw.target === "group" ? "group" : "mean";
  const result = predict(fit, table, { target, newLevels: raw.newLevels });
  const notes = [...result.notes];
  const refused = notEstimable(fit, table, result.predictions, notes);
  return { ...result, notes, predictions: result.predictions.map((x, i) => (refused.has(i) ? null : x)) };
}

async function intervals(fit: FitResult, table: Table, raw: RawPredictOptions): Promise<PredictionTable> {
  const { target, newLevels, interval, level, ddf, thetaUncertainty } = raw;
  return predictionTable(fit, table, {
    target,
    newLevels,
    interval: interval!,
    level,
    thetaUncertainty: thetaUncertainty === true,
    ...(await denominatorOption(ddf)),
  });
}

function withColumns(table: Table, result: PredictResult | PredictionTable): Table {
  const columns = new Map<string, Column>(table.columns);
  const parts: [string, readonly (number | null)[]][] = [[".prediction", result.predictions]];
  if ("se" in result) {
    parts.push([".se", result.se], [".df", result.df], [".lower", result.lower], [".upper", result.upper]);
  }
  (result.traits ?? [null]).forEach((trait, t) => {
    for (const [part, all] of parts) {
      const name = trait === null ? part : `${part}.${trait}`;
      const own = all.slice(t * table.rowCount, (t + 1) * table.rowCount);
      columns.set(name, { kind: "numeric", name, values: Float64Array.from(own, (x) => x ?? Number.NaN) });
    }
  });
  return { rowCount: table.rowCount, columns };
}
