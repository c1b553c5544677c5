import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { type ConfidenceInterval, waldIntervals } from "../../inference/confint.ts";
import { denominatorOf } from "../../inference/denominator.ts";
import { requireFixedEffects } from "../../inference/requireFixedEffects.ts";
import { type VarianceInterval, varianceIntervals } from "../../inference/varianceIntervals.ts";
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
  { level, ddf, parameters = ["fixed"], scale, json, digits }: RawConfintOptions,
  context: CommandContext,
): Promise<void> {
  const onlyVariances = parameters.every((name) => name === "variance" || name === "theta_");
  const onlyFixed = parameters.every((name) => name === "fixed" || name === "beta_");
  if (onlyFixed)
    requireFixedEffects(fit, "intervals of them (--parameters variance gives those of the variances)");
  const method = await denominatorOption(ddf);
  const variances = onlyFixed ? [] : varianceIntervals(fit, { level, scale });
  const fixed = onlyVariances ? [] : waldIntervals(fit, { level, ...method });
  const chosen = selected([...variances, ...fixed], parameters);
  const notes = onlyVariances ? read : [...read, ...denominatorOf(fit, method.ddf).notes];
  if (json === true) {
    context.terminal.out(jsonText(confintJson(chosen, "wald", level, notes)));
    return;
  }
  printNotes(notes, context);
  context.terminal.out(`${intervalText(chosen, level, digits).join("\n")}\n`);
}

type Row = ConfidenceInterval | VarianceInterval;

/** Rows by name, component or group. */
function selected(rows: readonly Row[], parameters: readonly string[]): readonly Row[] {
  const fits = (row: Row, name: string): boolean => {
    const variance = "component" in row;
    if (name === "all") return true;
    if (name === "variance" || name === "theta_") return variance;
    if (name === "fixed" || name === "beta_") return !variance;
    return row.name === name || (variance && row.component === name);
  };
  for (const name of parameters) {
    if (rows.some((row) => fits(row, name)) || /^(all|variance|fixed|theta_|beta_)$/.test(name)) continue;
    const names = rows.map((row) => row.name);
    const close = nearest(name, names);
    const list = `there are ${names.join(", ")}; and all, variance, fixed`;
    throw new HendersonError("inference/profile-parameter", `there is no parameter '${name}'`, {
      hint: close === null ? list : `the closest is '${close}'; ${list}`,
    });
  }
  return rows.filter((row) => parameters.some((name) => fits(row, name)));
}
