import { waldIntervals } from "../../inference/confint.ts";
import { denominatorOf } from "../../inference/denominator.ts";
import { intervalText } from "../../report/coefficientText.ts";
import { confintJson, jsonText } from "../../report/commandJson.ts";
import type { CommandContext } from "../commandContext.ts";
import type { RawConfintOptions } from "../confintOptions.ts";
import { denominatorOption } from "../denominatorOption.ts";
import type { OpenedFit } from "../openFit.ts";
import { printNotes } from "../printNotes.ts";

/** `confint --method wald` */
export async function printWaldIntervals(
  { fit, notes: read }: OpenedFit,
  { level, ddf, json, digits }: RawConfintOptions,
  context: CommandContext,
): Promise<void> {
  const method = await denominatorOption(ddf);
  const intervals = waldIntervals(fit, { level, ...method });
  const notes = [...read, ...denominatorOf(fit, method.ddf).notes];
  if (json === true) context.terminal.out(jsonText(confintJson(intervals, "wald", level, notes)));
  else {
    printNotes(notes, context);
    context.terminal.out(`${intervalText(intervals, level, digits).join("\n")}\n`);
  }
}
