import type { RandomEffectRow } from "../inference/randomEffects.ts";
import { toTable } from "../table/fromObjects.ts";
import type { Table } from "../table/table.ts";

/**
 * Predicted random effects as a table for breeders: component, group, term (and trait), level, estimate, se, pev (the
 * square of se), reliability, accuracy (its root) and, for a pedigree, inbreeding; empty where there is no value.
 */
export function randomEffectsTable(rows: readonly RandomEffectRow[]): Table {
  const traits = rows.some(({ trait }) => trait !== undefined);
  const related = rows.some(({ inbreeding }) => inbreeding !== undefined);
  return toTable(
    rows.map(({ component, group, term, trait, level, estimate, se, reliability, inbreeding }) => ({
      component,
      group,
      term,
      ...(traits ? { trait: trait ?? null } : {}),
      level,
      estimate,
      se,
      pev: se === null ? null : se * se,
      reliability,
      accuracy: reliability === null ? null : Math.sqrt(Math.max(0, reliability)),
      ...(related ? { inbreeding: inbreeding ?? null } : {}),
    })),
  );
}

/** The largest predictions first; components, terms and traits stay together. */
export function byEstimate(rows: readonly RandomEffectRow[] | null): readonly RandomEffectRow[] | null {
  if (rows === null) return null;
  const sections = new Map<string, RandomEffectRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.component, row.group, row.term, row.trait ?? null]);
    const section = sections.get(key);
    if (section === undefined) sections.set(key, [row]);
    else section.push(row);
  }
  return [...sections.values()].flatMap((section) => section.sort((a, b) => b.estimate - a.estimate));
}
