import { Command } from "commander";
import type { CommandContext } from "../commandContext.ts";
import type { RawConfintOptions } from "../confintOptions.ts";
import { addModelOptions, addTestOptions } from "../modelOptions.ts";
import { notYet } from "../notYet.ts";
import { openModels } from "../openModels.ts";
import { nameList, oneOf, wholeNumber } from "../optionValues.ts";

/** `henderson confint FIT` */
export function confintCommand(context: CommandContext): Command {
  const command = new Command("confint")
    .description("Confidence intervals of fixed effects and variance parameters.")
    .argument("<model>", "FIT file (henderson fit --save), or a formula with --data")
    .option("--data <file>", "the data, for a formula or where the data of a FIT file have moved")
    .option(
      "--method <name>",
      "wald; profile: likelihood-ratio intervals; bootstrap is not yet in this version",
      oneOf(["wald", "profile", "bootstrap"] as const),
      "wald" as const,
    )
    .option(
      "--parameters <name,...>",
      "parameters or components by name, or all, variance, fixed; default fixed for wald, all otherwise",
      nameList,
    )
    .option(
      "--criterion <name>",
      "deviance that is profiled: ml (default; REML fits are refitted), or reml (variance parameters only)",
      oneOf(["ML", "REML"] as const),
    )
    .option(
      "--scale <name>",
      "variance parameters as sd or variance",
      oneOf(["sd", "variance"] as const),
      "sd" as const,
    )
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 7)
    .option("--json", "print the intervals as JSON (schema henderson/confint@1)");
  addModelOptions(command);
  return addTestOptions(command).action((spec: string, raw: RawConfintOptions) =>
    runConfint(spec, raw, context),
  );
}

async function runConfint(spec: string, raw: RawConfintOptions, context: CommandContext): Promise<void> {
  const { method, ddf, level, ...rest } = raw;
  if (method === "bootstrap")
    throw notYet("confint --method bootstrap", "wald and profile intervals are there");
  const rows = method === "profile" || ddf !== "none";
  const [model] = await openModels([spec], rest, rows, context.terminal);
  if (method === "profile") (await import("./confintProfile.ts")).printProfileIntervals(model!, raw, context);
  else await (await import("./confintWald.ts")).printWaldIntervals(model!, raw, context);
  context.exit(model!.fit.convergence.converged ? 0 : 3);
}
