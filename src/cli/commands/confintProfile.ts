import { profileIntervals } from "../../inference/profile/profileIntervals.ts";
import { intervalText } from "../../report/coefficientText.ts";
import { jsonText } from "../../report/commandJson.ts";
import { profileJson } from "../../report/profileJson.ts";
import type { CommandContext } from "../commandContext.ts";
import type { RawConfintOptions } from "../confintOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { printNotes } from "../printNotes.ts";
import { progressLine } from "../progress.ts";

/** `confint --method profile` */
export function printProfileIntervals(
  { fit, notes }: OpenedFit,
  { level, parameters, derive, criterion, scale, json, digits }: RawConfintOptions,
  context: CommandContext,
): void {
  const line = progressLine(context.terminal);
  const result = profileIntervals(fit, {
    level,
    scale,
    ...(parameters === undefined ? {} : { parameters }),
    ...(derive === undefined ? {} : { derive }),
    ...(criterion === undefined ? {} : { criterion }),
    onProgress({ parameter, index, count, minimizations }) {
      line.update(`profile of ${parameter} (${index + 1} of ${count}), ${minimizations} constrained fits`);
      return true;
    },
  });
  line.clear();
  const all = [...notes, ...result.notes];
  if (json === true) {
    context.terminal.out(jsonText(profileJson({ ...result, notes: all })));
    return;
  }
  printNotes(all, context);
  context.terminal.out(`${intervalText(result.intervals, level, digits).join("\n")}\n`);
}
