import { Command } from "commander";
import type { FitResult } from "../../fit/result.ts";
import type { DenominatorMethod, DenominatorName } from "../../inference/denominator.ts";
import { hypothesisOf, linearHypothesis } from "../../inference/linearHypothesis.ts";
import {
  confidenceRegion,
  regionBoundary,
  type SimultaneousMethod,
  simultaneousIntervals,
} from "../../inference/regions.ts";
import { jsonText } from "../../report/commandJson.ts";
import { type HypothesisReport, hypothesisJson, hypothesisText } from "../../report/hypothesisReport.ts";
import type { CommandContext } from "../commandContext.ts";
import { denominatorOption } from "../denominatorOption.ts";
import { addModelArgument, addModelOptions, addTestOptions, type RawModelOptions } from "../modelOptions.ts";
import { openModels } from "../openModels.ts";
import { oneOf, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";

interface RawTestOptions extends RawModelOptions {
  readonly data?: string;
  readonly ddf?: DenominatorName;
  readonly level: number;
  readonly simultaneous?: SimultaneousMethod;
  readonly region?: boolean;
  readonly digits: number;
  readonly json?: boolean;
}

/** `henderson test FIT HYPOTHESIS...` */
export function testCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("test").description(
      "Wald tests of linear hypotheses about the fixed effects, with intervals and joint confidence regions.",
    ),
  )
    .argument(
      "<hypotheses...>",
      "equations between coefficients, joined by commas to be tested together: 'Days = 10, (Intercept) - 2 * Days = 0'",
    )
    .option(
      "--simultaneous <method>",
      "limits that hold together for the equations of a hypothesis: scheffe, bonferroni, sidak",
      oneOf(["scheffe", "bonferroni", "sidak"] as const),
    )
    .option("--region", "the joint confidence region of the left sides")
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 4)
    .option("--json", "print the tests as JSON (schema henderson/test@1)");
  addModelOptions(command);
  return addTestOptions(command).action((spec: string, hypotheses: string[], raw: RawTestOptions) =>
    runTest(spec, hypotheses, raw, context),
  );
}

async function runTest(
  spec: string,
  hypotheses: readonly string[],
  raw: RawTestOptions,
  context: CommandContext,
): Promise<void> {
  const [model] = await openModels([spec], raw, raw.ddf !== "none", context.terminal);
  const { fit, notes } = model!;
  const method = await denominatorOption(raw.ddf);
  const reports = hypotheses.map((hypothesis) => reportOf(fit, hypothesis, raw, method.ddf));
  if (raw.json === true) context.terminal.out(jsonText(hypothesisJson(reports, notes)));
  else {
    printNotes([...notes, ...new Set(reports.flatMap(({ test }) => test.notes))], context);
    const texts = reports.map((report) => hypothesisText(report, raw.digits, raw.simultaneous ?? null));
    context.terminal.out(`${texts.map((lines) => lines.join("\n")).join("\n\n")}\n`);
  }
  context.exit(fit.convergence.converged ? 0 : 3);
}

function reportOf(
  fit: FitResult,
  hypothesis: string,
  { level, simultaneous, region }: RawTestOptions,
  ddf: DenominatorMethod | undefined,
): HypothesisReport {
  const options = { level, ...(ddf === undefined ? {} : { ddf }) };
  const test = linearHypothesis(fit, hypothesis, options);
  const rows = hypothesisOf(fit, hypothesis).contrasts.map((row) => [...row]);
  const joint = region === true ? confidenceRegion(fit, rows, options) : null;
  return {
    test,
    simultaneous:
      simultaneous === undefined
        ? null
        : simultaneousIntervals(fit, rows, { ...options, method: simultaneous }),
    region: joint,
    boundary: joint !== null && joint.center.length === 2 ? regionBoundary(joint, 72) : null,
  };
}
