import { isFormula } from "./arguments/argumentKind.ts";
import { optionsForFormula } from "./factorOptions.ts";
import { usageError } from "./failure.ts";
import { fitToData } from "./fitModel.ts";
import { readFitOptions } from "./fitOptions.ts";
import { type RawModelOptions, toDataOptions } from "./modelOptions.ts";
import { openData } from "./openData.ts";
import { type OpenedFit, openFit } from "./openFit.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Opens arguments that are FIT files or, where they hold a `~`, formulas to fit to --data. A formula is fitted
 * with the model options of the command line.
 *
 * @param rows whether FIT files need their rows
 */
export async function openModels(
  specs: readonly string[],
  raw: RawModelOptions & { readonly data?: string },
  rows: boolean,
  terminal: Terminal,
): Promise<OpenedFit[]> {
  if (raw.method === "ANOVA") {
    throw usageError("--method ANOVA is for henderson fit", "likelihoods are compared, so use REML or ML");
  }
  const formulas = specs.filter(isFormula);
  if (formulas.length > 0 && raw.data === undefined) {
    throw usageError(`'${formulas[0]}' is a formula, so the data are needed`, "add --data FILE");
  }
  const dataOptions = toDataOptions(raw);
  const data = formulas.length > 0 ? await openData(raw.data!, dataOptions, terminal) : null;
  const { options, notes } = await readFitOptions(raw, terminal);
  const opened: OpenedFit[] = [];
  for (const spec of specs) {
    if (!isFormula(spec)) {
      const given = raw.data === undefined ? {} : { data: raw.data };
      opened.push(await openFit(spec, { rows, ...given }, terminal));
      continue;
    }
    const own = optionsForFormula(spec, formulas, options);
    const fit = fitToData(spec, data!, own, terminal);
    opened.push({
      name: spec,
      fit,
      formula: spec,
      options: own,
      table: data!.table,
      notes: [...data!.notes, ...notes],
    });
  }
  return opened;
}
