import { HendersonError } from "../base/errors.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import type { Column, Table } from "../table/table.ts";
import { fittedValues } from "./fittedValues.ts";

/**
 * The data with three columns: `.fitted` (with the random effects), `.resid` (response minus fitted) and
 * `.fixed` (population mean). Every row of the table is kept; rows that are not in the model have missing values.
 *
 * @param table the table that was fitted
 * @throws fit/needs-data when the fit was loaded without its data
 * @throws predict/other-table when the table is too short to be the one that was fitted
 */
export function augment(fit: FitResult, table: Table): Table {
  requireRows(fit, "fitted values");
  const kept = fit.design?.keptRows ?? null;
  const last = kept === null ? fit.nobs - 1 : kept[kept.length - 1]!;
  if (last >= table.rowCount) {
    throw new HendersonError(
      "predict/other-table",
      `the fit uses row ${last + 1}, and the table has ${table.rowCount} rows`,
      { hint: "pass the table that the model was fitted to" },
    );
  }
  const fitted = fittedValues(fit);
  const spread = (name: string, value: (i: number) => number): Column => {
    const values = new Float64Array(table.rowCount).fill(Number.NaN);
    for (let i = 0; i < fitted.length; i++) values[kept === null ? i : kept[i]!] = value(i);
    return { kind: "numeric", name, values };
  };
  const fixed = fittedValues(fit, "mean");
  const columns = new Map(table.columns);
  for (const column of [
    spread(".fitted", (i) => fitted[i]!),
    spread(".resid", (i) => fit.model.response[i]! - fitted[i]!),
    spread(".fixed", (i) => fixed[i]!),
  ]) {
    columns.set(column.name, column);
  }
  return { rowCount: table.rowCount, columns };
}
