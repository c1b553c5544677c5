import { Command } from "commander";
import type { Note } from "../../base/notes.ts";
import type { Design } from "../../design/design.ts";
import { rRandomStream } from "../../distributions/rRandomStream.ts";
import { equationsEngine } from "../../engines/equations/equations.ts";
import { jsonText } from "../../report/commandJson.ts";
import { simulateJson } from "../../report/simulationJson.ts";
import { assumedModel } from "../../simulation/assumedModel.ts";
import { responseTable } from "../../simulation/responseTable.ts";
import { simulate } from "../../simulation/simulate.ts";
import { simulateInROrder } from "../../simulation/simulateInROrder.ts";
import type { SimulationSource } from "../../simulation/source.ts";
import type { Table } from "../../table/table.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { writeAtomically } from "../files.ts";
import { addModelArgument, addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { nameList, oneOf, wholeNumber } from "../optionValues.ts";
import { openPlan } from "../planOption.ts";
import { printNotes } from "../printNotes.ts";

interface RawSimulateOptions extends RawModelOptions {
  readonly data?: string;
  readonly n: number;
  readonly seed: number;
  readonly keep?: readonly string[];
  readonly beta?: string;
  readonly rng?: "xoshiro" | "R";
  readonly output?: string;
  readonly json?: boolean;
}

/** `henderson simulate FIT` */
export function simulateCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("simulate").description(
      "Draw responses from a fitted model: CSV with a column sim_1, sim_2, .. for each, and the rows of the data.",
    ),
  )
    .option("--n <count>", "number of responses", wholeNumber(1, 1_000_000), 1)
    .option("--seed <s>", "seed of the random streams", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      "--keep <component,...>",
      "random terms whose estimated effects are kept instead of drawn anew; 'all' for all of them",
      nameList,
    )
    .option(
      "--beta <file|name=value,...>",
      "fixed effects to assume; with --components, and the formula is not fitted",
    )
    .option(
      "--rng <name>",
      "xoshiro (default), or R: the numbers of R's set.seed(seed) in the order of lme4's simulate",
      oneOf(["xoshiro", "R"] as const),
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "print JSON (schema henderson/simulate@1)");
  return addModelOptions(command).action((spec: string, raw: RawSimulateOptions) =>
    runSimulate(spec, raw, context),
  );
}

async function runSimulate(spec: string, raw: RawSimulateOptions, context: CommandContext): Promise<void> {
  const { n, seed, keep, beta, rng, output, json, ...rest } = raw;
  const { source, design, table, notes, converged } = await openSource(spec, beta, rest, context);
  const randomEffects = keep === undefined ? "new" : keep.length === 1 && keep[0] === "all" ? "same" : keep;
  const responses =
    rng === "R"
      ? simulateInROrder(source, { n, stream: rRandomStream(seed), randomEffects })
      : simulate(source, { n, seed, randomEffects });
  const text =
    json === true
      ? jsonText(simulateJson(responses, design?.keptRows ?? null, seed, notes))
      : writeCsv(responseTable({ ...source, design }, responses, table.rowCount));
  if (json !== true) printNotes(notes, context);
  if (output === undefined) context.terminal.out(text);
  else writeAtomically(output, text);
  context.exit(converged ? 0 : 3);
}

/** A fit, or the formula with the parameters that are assumed. */
async function openSource(
  spec: string,
  beta: string | undefined,
  raw: RawModelOptions & { readonly data?: string },
  { terminal }: CommandContext,
): Promise<{
  readonly source: SimulationSource;
  readonly design: Design | null;
  readonly table: Table;
  readonly notes: readonly Note[];
  readonly converged: boolean;
}> {
  if (beta === undefined) {
    const [model] = await openModels([spec], raw, true, terminal);
    const { fit, table, notes } = model!;
    return { source: fit, design: fit.design, table: table!, notes, converged: fit.convergence.converged };
  }
  const { formula, table, parameters, options, notes } = await openPlan(spec, beta, raw, terminal);
  const source = assumedModel(formula, table, parameters, { ...options, engines: [equationsEngine] });
  return { source, design: source.design, table, notes, converged: true };
}
