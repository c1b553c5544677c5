import { Command } from "commander";
import { jointTests } from "../../inference/means/jointTests.ts";
import { means } from "../../inference/means/means.ts";
import type { MeansOptions } from "../../inference/means/meansOptions.ts";
import { slopes } from "../../inference/means/slopes.ts";
import { jsonText } from "../../report/commandJson.ts";
import { jointTestsJson, meansJson } from "../../report/meansJson.ts";
import { jointTestsText, meansText } from "../../report/meansText.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import { usageError } from "../failure.ts";
import { addMeansOptions, type RawMeansOptions, toMeansOptions, withoutAveraging } from "../meansOptions.ts";
import { addModelArgument, addModelOptions, addTestOptions } from "../modelOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { openModels } from "../openModels.ts";
import { printNotes } from "../printNotes.ts";

/** `henderson means FIT 'pairwise ~ treat'` */
export function meansCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("means").description(
      "Marginal means, contrasts between them, slopes, and joint tests of terms.",
    ),
  ).argument("[specs]", "'treat', '~ treat * dose', 'pairwise ~ treat | sex', '~ 1'");
  addModelOptions(command);
  return addMeansOptions(addTestOptions(command)).action(
    (model: string, specs: string | undefined, raw: RawMeansOptions) => runMeans(model, specs, raw, context),
  );
}

async function runMeans(
  model: string,
  specs: string | undefined,
  raw: RawMeansOptions,
  context: CommandContext,
): Promise<void> {
  if (raw.joint === true && specs !== undefined) {
    throw usageError(
      "--joint tests all terms, and means of some variables are asked for as well",
      `leave out '${specs}', or separate the tests by --by`,
    );
  }
  if (raw.joint !== true && specs === undefined) {
    throw usageError(
      "it is not said of which variables means are wanted",
      "add factors of the model, as 'treat' or 'pairwise ~ treat | sex', or --joint for tests of all terms",
    );
  }
  const [opened] = await openModels([model], withoutAveraging(raw), true, context.terminal);
  const options = { ...toMeansOptions(raw), ...(await denominatorOption(raw.ddf)) };
  if (specs === undefined) printJointTests(opened!, options, raw, context);
  else printMeans(opened!, specs, options, raw, context);
  context.exit(opened!.fit.convergence.converged ? 0 : 3);
}

function printMeans(
  { fit, table, notes }: OpenedFit,
  specs: string,
  options: MeansOptions,
  raw: RawMeansOptions,
  context: CommandContext,
): void {
  // the text has the tests of contrasts unless more is asked for
  const comparing =
    specs
      .replace(/`[^`]*`/g, "")
      .trim()
      .search("~") > 0 ||
    raw.contrast !== undefined ||
    raw.interaction !== undefined;
  const infer = raw.infer ?? (raw.json === true || !comparing ? "both" : "tests");
  const all = { ...options, infer };
  const result =
    raw.slope === undefined ? means(fit, table!, specs, all) : slopes(fit, table!, raw.slope, specs, all);
  if (raw.json === true) {
    context.terminal.out(jsonText(meansJson(result, specs, notes)));
    return;
  }
  const own = [...result.notes, ...result.estimates.notes, ...(result.contrasts?.notes ?? [])];
  printNotes([...notes, ...own], context);
  const lines = meansText(result, {
    ...(raw.infer === undefined ? {} : { infer: raw.infer }),
    ...(raw.digits === undefined ? {} : { digits: raw.digits }),
  });
  context.terminal.out(`${lines.join("\n")}\n`);
}

function printJointTests(
  { fit, table, notes }: OpenedFit,
  options: MeansOptions,
  raw: RawMeansOptions,
  context: CommandContext,
): void {
  const result = jointTests(fit, table!, options);
  if (raw.json === true) {
    context.terminal.out(jsonText(jointTestsJson(result, notes)));
    return;
  }
  printNotes([...notes, ...result.notes], context);
  context.terminal.out(`${jointTestsText(result).join("\n")}\n`);
}
