import type { RandomEffectRow } from "../inference/randomEffects.ts";
import { formatNumbers } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

/** Predicted random effects, a line each; standard errors are those of prediction. */
export function randomEffectsText(rows: readonly RandomEffectRow[], digits: number): string[] {
  const words = (heading: string, value: (row: RandomEffectRow) => string): TextColumn => ({
    heading,
    cells: rows.map(value),
    align: "left",
  });
  const numbers = (heading: string, value: (row: RandomEffectRow) => number | null): TextColumn => ({
    heading,
    cells: formatNumbers(rows.map(value), digits),
    align: "right",
  });
  const tied = rows.some(({ component, group }) => component !== group && !component.startsWith(`${group}.`));
  const traits = rows.some(({ trait }) => trait !== undefined);
  return textTable([
    words(" Groups", (row) => ` ${row.component}`),
    ...(tied ? [words("Column", (row) => row.group)] : []),
    words("Level", (row) => row.level),
    ...(traits ? [words("Trait", (row) => row.trait ?? "")] : []),
    words("Name", (row) => row.term),
    numbers("Estimate", (row) => row.estimate),
    numbers("Std. Error", (row) => row.se),
    numbers("Reliability", (row) => row.reliability),
  ]);
}
