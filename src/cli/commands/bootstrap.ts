import { Command } from "commander";
import { jsonText } from "../../report/commandJson.ts";
import { bootstrapJson, ratioJson } from "../../report/simulationJson.ts";
import { bootstrapText, ratioText } from "../../report/simulationText.ts";
import { bootstrap } from "../../simulation/bootstrap.ts";
import { type BootstrapIntervalType, bootstrapIntervals } from "../../simulation/bootstrapIntervals.ts";
import { bootstrapRatio } from "../../simulation/bootstrapRatio.ts";
import type { ClusterSpec } from "../../simulation/resampleGroups.ts";
import type { CommandContext } from "../commandContext.ts";
import { usageError } from "../failure.ts";
import { addModelArgument, addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { openModels } from "../openModels.ts";
import { oneOf, probability } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";
import { addReplicateOptions, type RawReplicateOptions, withReplicates } from "../replicateOptions.ts";

interface RawBootstrapOptions extends RawModelOptions, RawReplicateOptions {
  readonly data?: string;
  readonly against?: string;
  readonly type: BootstrapIntervalType;
  readonly level: number;
  readonly draws: "auto" | "rows" | "sums";
  readonly clusters?: string;
  readonly json?: boolean;
}

type DrawnReplicates = RawReplicateOptions & Pick<RawBootstrapOptions, "draws">;

/** `henderson bootstrap FIT [--against FIT0]` */
export function bootstrapCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("bootstrap").description(
      "Parametric bootstrap of the estimates, or with --against of the likelihood-ratio test of a smaller model.",
    ),
  )
    .option(
      "--against <model>",
      "the null model: a FIT file or a formula; the larger model is tested against it",
    )
    .option(
      "--type <name>",
      "intervals of the estimates: percentile, basic or normal",
      oneOf(["percentile", "basic", "normal"] as const),
      "percentile" as const,
    )
    .option("--level <p>", "coverage of intervals", probability, 0.95)
    .option(
      "--draws <name>",
      "rows: whole responses, as henderson simulate prints them; sums: only what the likelihood sees of them; auto",
      oneOf(["auto", "rows", "sums"] as const),
      "auto" as const,
    )
    .option(
      "--clusters <group>",
      "draw groups of rows with replacement instead: a grouping of the model, or a column",
    )
    .option("--json", "print JSON with every replicate (schema henderson/bootstrap@1)");
  addReplicateOptions(command, 1000);
  return addModelOptions(command).action((spec: string, raw: RawBootstrapOptions) =>
    runBootstrap(spec, raw, context),
  );
}

async function runBootstrap(spec: string, raw: RawBootstrapOptions, context: CommandContext): Promise<void> {
  const { against, n, seed, workers, type, level, draws, clusters, json, ...rest } = raw;
  if (against !== undefined && clusters !== undefined) {
    throw usageError(
      "--clusters is for the estimates of one model",
      "the likelihood ratio is bootstrapped from the null model",
    );
  }
  const specs = against === undefined ? [spec] : [spec, against];
  const [model, smaller] = await openModels(specs, rest, true, context.terminal);
  const replicates = { n, seed, draws, ...(workers === undefined ? {} : { workers }) };
  const converged =
    smaller === undefined
      ? await estimates(model!, replicates, { type, level, clusters, json: json === true }, context)
      : await ratio(model!, smaller, replicates, json === true, context);
  const fits = [model!, ...(smaller === undefined ? [] : [smaller])];
  context.exit(converged && fits.every(({ fit }) => fit.convergence.converged) ? 0 : 3);
}

interface EstimateOptions {
  readonly type: BootstrapIntervalType;
  readonly level: number;
  readonly clusters: string | undefined;
  readonly json: boolean;
}

/** A grouping of the model by its name; else the values of a column in the rows of the model. */
function clusterSpec({ fit, table }: OpenedFit, name: string): ClusterSpec {
  const column = table?.columns.get(name);
  if (column === undefined || fit.model.random.some(({ group }) => group === name)) return name;
  const rows = fit.design?.keptRows ?? Int32Array.from({ length: fit.nobs }, (_, i) => i);
  return Array.from(rows, (row) =>
    column.kind === "text" ? (column.levels[column.codes[row]!] ?? "") : column.values[row]!,
  );
}

async function estimates(
  opened: OpenedFit,
  replicates: DrawnReplicates,
  { type, level, clusters, json }: EstimateOptions,
  context: CommandContext,
): Promise<boolean> {
  const { terminal } = context;
  const { fit, notes } = opened;
  const how = clusters === undefined ? {} : { clusters: clusterSpec(opened, clusters) };
  const result = await withReplicates(replicates, terminal, (options) =>
    bootstrap(fit, { ...options, ...how, draws: replicates.draws }),
  );
  const title = clusters === undefined ? "Parametric bootstrap" : `Cluster bootstrap, groups of ${clusters}`;
  const intervals = bootstrapIntervals(result, { level, type });
  if (json) terminal.out(jsonText(bootstrapJson(result, intervals, level, type, notes)));
  else {
    printNotes([...notes, ...result.notes], context);
    terminal.out(`${bootstrapText(result, intervals, { level, type, title }).join("\n")}\n`);
  }
  return result.done === result.requested;
}

async function ratio(
  larger: OpenedFit,
  smaller: OpenedFit,
  replicates: DrawnReplicates,
  json: boolean,
  context: CommandContext,
): Promise<boolean> {
  const { terminal } = context;
  const result = await withReplicates(replicates, terminal, (options) =>
    bootstrapRatio(larger.fit, smaller.fit, { ...options, draws: replicates.draws }),
  );
  const formulas = [larger.formula, smaller.formula] as const;
  const notes = [...larger.notes];
  if (json) terminal.out(jsonText(ratioJson(result, formulas, notes)));
  else {
    printNotes([...notes, ...result.notes], context);
    terminal.out(`${ratioText(result, formulas).join("\n")}\n`);
  }
  return result.done === result.requested;
}
