import { Command } from "commander";
import type { NewLevels } from "../../predict/predict.ts";
import { predict } from "../../predict/predict.ts";
import { jsonText, predictJson } from "../../report/commandJson.ts";
import type { Column } from "../../table/table.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { writeAtomically } from "../files.ts";
import { notYet } from "../notYet.ts";
import { type DataOptions, openData } from "../openData.ts";
import { openFit } from "../openFit.ts";
import { collect, nameList, oneOf } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawPredictOptions {
  readonly target: "mean" | "group" | "new-group";
  readonly newLevels: NewLevels;
  readonly interval?: string;
  readonly data?: string;
  readonly na?: readonly string[];
  readonly text?: readonly string[];
  readonly output?: string;
  readonly json?: boolean;
}

/** `henderson predict FIT NEWDATA` */
export function predictCommand(context: CommandContext): Command {
  return new Command("predict")
    .description(
      "Predict new rows: prints them as CSV with a column .prediction (NA where a predictor is missing).",
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
      "unknown groups under --target group: error, or zero for the population mean",
      oneOf(["error", "zero"] as const),
      "error" as const,
    )
    .option("--interval <kind>", "confidence or prediction (not yet in this version)")
    .option("--data <file>", "the data of the fit, where they have moved")
    .option("--text <col,...>", "columns of the new rows to read as text", nameList)
    .option("--na <string>", "a further text that means missing (may be repeated)", collect)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "print the predictions as JSON (schema henderson/predict@1)")
    .action((fit: string, newData: string, raw: RawPredictOptions) => runPredict(fit, newData, raw, context));
}

async function runPredict(
  fitPath: string,
  newData: string,
  raw: RawPredictOptions,
  context: CommandContext,
): Promise<void> {
  if (raw.interval !== undefined) throw notYet("the option --interval");
  const { terminal } = context;
  const given = raw.data === undefined ? {} : { data: raw.data };
  const { fit } = await openFit(fitPath, { rows: false, ...given }, terminal);
  const options: DataOptions = {
    ...(raw.na === undefined ? {} : { na: raw.na }),
    ...(raw.text === undefined ? {} : { text: raw.text }),
  };
  const { table, notes } = await openData(newData, options, terminal);
  // with an identity link the mean of a new group is the mean of the population
  const target = raw.target === "group" ? "group" : "mean";
  const result = predict(fit, table, { target, newLevels: raw.newLevels });
  const all = { ...result, notes: [...notes, ...result.notes] };
  const values = Float64Array.from(result.predictions, (x) => x ?? Number.NaN);
  const columns = new Map<string, Column>(table.columns);
  (result.traits ?? [null]).forEach((trait, t) => {
    const name = trait === null ? ".prediction" : `.prediction.${trait}`;
    const own = values.subarray(t * table.rowCount, (t + 1) * table.rowCount);
    columns.set(name, { kind: "numeric", name, values: own });
  });
  const text =
    raw.json === true ? jsonText(predictJson(all)) : writeCsv({ rowCount: table.rowCount, columns });
  if (raw.output === undefined) terminal.out(text);
  else writeAtomically(raw.output, text);
  if (raw.json !== true) printNotes(all.notes, context);
}
