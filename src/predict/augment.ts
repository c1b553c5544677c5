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
  const last = kept === null ? fit.nobs - 1 : kept.reduce((most, row) => Math.max(most, row), 0);
  if (last >= table.rowCount) {
    throw new HendersonError(
      "predict/other-table",
      `the fit uses row ${last + 1}, and the table has ${table.rowCount} rows`,
      { hint: "pass the table that the model was fitted to" },
    );
  }
  const fitted = fittedValues(fit);
  const { traits, response } = fit.model;
  const fixed = fittedValues(fit, "mean");
  const columns = new Map<string, Column>(table.columns);
  const add = (name: string, trait: number, value: (i: number) => number): void => {
    const values = new Float64Array(table.rowCount).fill(Number.NaN);
    for (let i = 0; i < fitted.length; i++) {
      if (traits !== undefined && traits.trait[i] !== trait) continue;
      values[kept === null ? i : kept[i]!] = value(i);
    }
    const full = traits === undefined ? name : `${name}.${traits.names[trait]!}`;
    columns.set(full, { kind: "numeric", name: full, values });
  };
  (traits?.names ?? [""]).forEach((_, trait) => {
    add(".fitted", trait, (i) => fitted[i]!);
    add(".resid", trait, (i) => response[i]! - fitted[i]!);
    add(".fixed", trait, (i) => fixed[i]!);
  });
  return { rowCount: table.rowCount, columns };
}
