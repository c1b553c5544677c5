import { Command } from "commander";
import type { CommandContext } from "../commandContext.ts";
import type { RawConfintOptions } from "../confintOptions.ts";
import { usageError } from "../failure.ts";
import { addModelArgument, addModelOptions, addTestOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { collect, nameList, oneOf, wholeNumber } from "../optionValues.ts";
import { addReplicateOptions } from "../replicateOptions.ts";

/** `henderson confint FIT` */
export function confintCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("confint").description("Confidence intervals of fixed effects and variance parameters."),
  )
    .option(
      "--method <name>",
      "wald; profile: likelihood-ratio intervals; bootstrap: of responses simulated from the fit",
      oneOf(["wald", "profile", "bootstrap"] as const),
      "wald" as const,
    )
    .option(
      "--parameters <name,...>",
      "parameters or components by name, or all, variance, fixed; default fixed for wald, all otherwise",
      nameList,
    )
    .option(
      "--derive <name=expression>",
      "for profile: a function of the components, as 'h2 = animal / (animal + residual)' (may be repeated)",
      collect,
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
    .option(
      "--interval <name>",
      "how bootstrap intervals are made: percentile, basic or normal",
      oneOf(["percentile", "basic", "normal"] as const),
      "percentile" as const,
    )
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 7)
    .option("--json", "print the intervals as JSON (schema henderson/confint@1)");
  addReplicateOptions(command, 1000);
  addModelOptions(command);
  return addTestOptions(command).action((spec: string, raw: RawConfintOptions) =>
    runConfint(spec, raw, context),
  );
}

async function runConfint(spec: string, raw: RawConfintOptions, context: CommandContext): Promise<void> {
  const { method, ddf, level, ...rest } = raw;
  const profiled =
    raw.derive !== undefined ? "derive" : raw.criterion !== undefined ? "criterion" : undefined;
  if (method !== "profile" && profiled !== undefined) {
    throw usageError(
      `--${profiled} is for profile intervals, and the method is ${method}`,
      "add --method profile",
    );
  }
  const rows = method !== "wald" || ddf !== "none" || raw.parameters !== undefined;
  const [model] = await openModels([spec], rest, rows, context.terminal);
  let complete = true;
  if (method === "bootstrap") {
    const { printBootstrapIntervals } = await import("./confintBootstrap.ts");
    complete = await printBootstrapIntervals(model!, raw, context);
  } else if (method === "profile")
    (await import("./confintProfile.ts")).printProfileIntervals(model!, raw, context);
  else await (await import("./confintWald.ts")).printWaldIntervals(model!, raw, context);
  context.exit(complete && model!.fit.convergence.converged ? 0 : 3);
}
