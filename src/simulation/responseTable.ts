import type { FitResult } from "../fit/result.ts";
import type { Column, Table } from "../table/table.ts";

/**
 * Simulated responses as columns sim_1, sim_2, .. beside the rows of the data they came from: missing in rows that are not in
 * the model. Of several traits sim_1.milk, sim_1.fat.
 *
 * @param rowCount rows of the table that was fitted
 */
export function responseTable(
  fit: Pick<FitResult, "model" | "design">,
  responses: readonly Float64Array[],
  rowCount: number,
): Table {
  const kept = fit.design?.keptRows ?? null;
  const { traits } = fit.model;
  const columns = new Map<string, Column>();
  responses.forEach((response, r) => {
    (traits?.names ?? [null]).forEach((trait, t) => {
      const name = trait === null ? `sim_${r + 1}` : `sim_${r + 1}.${trait}`;
      const values = new Float64Array(rowCount).fill(Number.NaN);
      for (let i = 0; i < response.length; i++) {
        if (traits !== undefined && traits.trait[i] !== t) continue;
        values[kept === null ? i : kept[i]!] = response[i]!;
      }
      columns.set(name, { kind: "numeric", name, values });
    });
  });
  return { rowCount, columns };
}
