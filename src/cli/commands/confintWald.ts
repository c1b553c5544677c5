import { waldIntervals } from "../../inference/confint.ts";
import { intervalText } from "../../report/coefficientText.ts";
import { confintJson, jsonText } from "../../report/commandJson.ts";
import type { CommandContext } from "../commandContext.ts";
import type { RawConfintOptions } from "../confintOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { printNotes } from "../printNotes.ts";

/** `confint --method wald` */
export function printWaldIntervals(
  { fit, notes }: OpenedFit,
  { level, ddf, json, digits }: RawConfintOptions,
  context: CommandContext,
): void {
  const intervals = waldIntervals(fit, { level, ...(ddf === undefined ? {} : { ddf }) });
  if (json === true) context.terminal.out(jsonText(confintJson(intervals, "wald", level, notes)));
  else {
    printNotes(notes, context);
    context.terminal.out(`${intervalText(intervals, level, digits).join("\n")}\n`);
  }
}
