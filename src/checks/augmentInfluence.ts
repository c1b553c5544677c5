import type { FitResult } from "../fit/result.ts";
import type { Column, Table } from "../table/table.ts";
import { influence } from "./influence.ts";
import { leaveOneOut } from "./leaveOneOut.ts";
import { leverage } from "./leverage.ts";
import { modelResiduals } from "./modelResiduals.ts";

/**
 * A table of the fit's rows with `.hat` (leverage of the conditional fit), `.cooksd` (Cook's distance of the fixed effects
 * by deletion; absent where the model has none), `.loo` (prediction without the row) and `.studentized`; missing in rows
 * that are not in the model.
 */
export function augmentInfluence(fit: FitResult, table: Table): Table {
  const columns = new Map<string, Column>(table.columns);
  const { traits } = fit.model;
  const rows = fit.design?.keptRows;
  const add = (part: string, own: Float64Array): void => {
    (traits?.names ?? [null]).forEach((trait, t) => {
      const name = trait === null ? part : `${part}.${trait}`;
      const values = new Float64Array(table.rowCount).fill(Number.NaN);
      own.forEach((value, i) => {
        if (traits === undefined || traits.trait[i] === t) values[rows?.[i] ?? i] = value;
      });
      columns.set(name, { kind: "numeric", name, values });
    });
  };
  add(".hat", leverage(fit).conditional);
  if (fit.beta.length > 0) add(".cooksd", influence(fit).cooksDistance);
  add(".loo", leaveOneOut(fit).predictions);
  add(".studentized", modelResiduals(fit, "studentized"));
  return { rowCount: table.rowCount, columns };
}
