import type { RandomEffectRow } from "../inference/randomEffects.ts";
import type { Column, Table } from "../table/table.ts";

/**
 * Predicted random effects as a table for breeders: component, group, term (and trait), level, estimate, se, pev (the
 * square of se), reliability, accuracy (its root) and, for a pedigree, inbreeding; empty where there is no value.
 */
export function randomEffectsTable(rows: readonly RandomEffectRow[]): Table {
  const columns = new Map<string, Column>();
  // column by column: a million rows as objects would take more memory than the fit
  const text = (name: string, of: (row: RandomEffectRow) => string | undefined): void => {
    const codes = new Map<string, number>();
    const values = Int32Array.from(rows, (row) => {
      const value = of(row);
      if (value === undefined) return -1;
      const code = codes.get(value) ?? codes.size;
      if (code === codes.size) codes.set(value, code);
      return code;
    });
    columns.set(name, { kind: "text", name, levels: [...codes.keys()], codes: values });
  };
  const number = (name: string, of: (row: RandomEffectRow) => number | null | undefined): void => {
    columns.set(name, {
      kind: "numeric",
      name,
      values: Float64Array.from(rows, (row) => of(row) ?? Number.NaN),
    });
  };
  text("component", ({ component }) => component);
  text("group", ({ group }) => group);
  text("term", ({ term }) => term);
  if (rows.some(({ trait }) => trait !== undefined)) text("trait", ({ trait }) => trait);
  text("level", ({ level }) => level);
  number("estimate", ({ estimate }) => estimate);
  number("se", ({ se }) => se);
  number("pev", ({ se }) => (se === null ? null : se * se));
  number("reliability", ({ reliability }) => reliability);
  number("accuracy", ({ reliability }) =>
    reliability === null ? null : Math.sqrt(Math.max(0, reliability)),
  );
  if (rows.some(({ inbreeding }) => inbreeding !== undefined))
    number("inbreeding", ({ inbreeding }) => inbreeding);
  return { rowCount: rows.length, columns };
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
