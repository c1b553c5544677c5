import { nearest } from "../../base/nearest.ts";
import { intervalText } from "../../report/coefficientText.ts";
import { confintJson, jsonText } from "../../report/commandJson.ts";
import { bootstrap } from "../../simulation/bootstrap.ts";
import { type BootstrapInterval, bootstrapIntervals } from "../../simulation/bootstrapIntervals.ts";
import type { CommandContext } from "../commandContext.ts";
import type { RawConfintOptions } from "../confintOptions.ts";
import { usageError } from "../failure.ts";
import type { OpenedFit } from "../openFit.ts";
import { printNotes } from "../printNotes.ts";
import { withReplicates } from "../replicateOptions.ts";

/** `confint --method bootstrap`; whether all replicates were done */
export async function printBootstrapIntervals(
  { fit, notes }: OpenedFit,
  { level, parameters, interval, scale, n, seed, workers, json, digits }: RawConfintOptions,
  context: CommandContext,
): Promise<boolean> {
  if (scale === "variance") {
    throw usageError(
      "--scale variance is for profile intervals",
      "square the ends of the intervals of standard deviations: percentile intervals are those of the squares too",
    );
  }
  const replicates = { n, seed, ...(workers === undefined ? {} : { workers }) };
  const result = await withReplicates(replicates, context.terminal, (options) => bootstrap(fit, options));
  const all = bootstrapIntervals(result, { level, type: interval });
  const intervals = selected(all, parameters ?? ["all"], fit.beta.length);
  const everything = [...notes, ...result.notes];
  if (json === true) {
    const { requested, done } = result;
    const plain = confintJson(intervals, "bootstrap", level, everything) as { readonly [key: string]: never };
    context.terminal.out(jsonText({ ...plain, type: interval, requested, done, seed }));
  } else {
    printNotes(everything, context);
    context.terminal.out(`${intervalText(intervals, level, digits).join("\n")}\n`);
  }
  return result.done === result.requested;
}

/** Intervals by name, by group (`Subject` for all that end in `|Subject`), or fixed, variance and all. */
function selected(
  all: readonly BootstrapInterval[],
  wanted: readonly string[],
  fixed: number,
): BootstrapInterval[] {
  const names = all.map(({ name }) => name);
  const chosen = new Set<string>();
  for (const want of wanted) {
    const found = names.filter(
      (name, i) =>
        want === "all" ||
        (want === "fixed" && i < fixed) ||
        (want === "variance" && i >= fixed) ||
        name === want ||
        name.endsWith(`|${want}`),
    );
    if (found.length === 0) {
      const closest = nearest(want, names);
      throw usageError(
        `there is no parameter '${want}'`,
        `${closest === null ? "" : `the closest is '${closest}'; `}the parameters are ${names.join(", ")}`,
      );
    }
    for (const name of found) chosen.add(name);
  }
  return all.filter(({ name }) => chosen.has(name));
}
