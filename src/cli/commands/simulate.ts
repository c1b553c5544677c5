import { Command } from "commander";
import { jsonText } from "../../report/commandJson.ts";
import { simulateJson } from "../../report/simulationJson.ts";
import { responseTable } from "../../simulation/responseTable.ts";
import { simulate } from "../../simulation/simulate.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { writeAtomically } from "../files.ts";
import { addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { nameList, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawSimulateOptions extends RawModelOptions {
  readonly data?: string;
  readonly n: number;
  readonly seed: number;
  readonly keep?: readonly string[];
  readonly output?: string;
  readonly json?: boolean;
}

/** `henderson simulate FIT` */
export function simulateCommand(context: CommandContext): Command {
  const command = new Command("simulate")
    .description(
      "Draw responses from a fitted model: CSV with a column sim_1, sim_2, .. for each, and the rows of the data.",
    )
    .argument("<model>", "FIT file (henderson fit --save), or a formula with --data")
    .option("--data <file>", "the data, for a formula or where the data of a FIT file have moved")
    .option("--n <count>", "number of responses", wholeNumber(1, 1_000_000), 1)
    .option("--seed <s>", "seed of the random streams", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      "--keep <component,...>",
      "random terms whose estimated effects are kept instead of drawn anew; 'all' for all of them",
      nameList,
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "print JSON (schema henderson/simulate@1)");
  return addModelOptions(command).action((spec: string, raw: RawSimulateOptions) =>
    runSimulate(spec, raw, context),
  );
}

async function runSimulate(spec: string, raw: RawSimulateOptions, context: CommandContext): Promise<void> {
  const { n, seed, keep, output, json, ...rest } = raw;
  const [model] = await openModels([spec], rest, true, context.terminal);
  const { fit, table, notes } = model!;
  const randomEffects = keep === undefined ? "new" : keep.length === 1 && keep[0] === "all" ? "same" : keep;
  const responses = simulate(fit, { n, seed, randomEffects });
  const text =
    json === true
      ? jsonText(simulateJson(responses, fit.design?.keptRows ?? null, seed, notes))
      : writeCsv(responseTable(fit, responses, table!.rowCount));
  if (json !== true) printNotes(notes, context);
  if (output === undefined) context.terminal.out(text);
  else writeAtomically(output, text);
  context.exit(fit.convergence.converged ? 0 : 3);
}
