import type { RandomEffectRow } from "../inference/randomEffects.ts";
import type { Column, Table } from "../table/table.ts";
import { csvPieces } from "../table/writeCsv.ts";

/** Rows of the table that stand as columns at once: all of a million would take as much memory as the fit. */
const AT_ONCE = 8192;

/**
 * Predicted random effects as CSV for breeders: component, group, term (and trait), level, estimate, se, pev (the square of
 * se), reliability, accuracy (its root) and, for a pedigree, inbreeding; NA where there is no value. In pieces.
 */
export function* randomEffectsCsv(rows: readonly RandomEffectRow[]): Generator<string, void, undefined> {
  const traits = rows.some(({ trait }) => trait !== undefined);
  const inbreeding = rows.some((row) => row.inbreeding !== undefined);
  let first = 0;
  do {
    const table = tableOf(rows.slice(first, first + AT_ONCE), traits, inbreeding);
    yield* csvPieces(table, { header: first === 0 });
    first += AT_ONCE;
  } while (first < rows.length);
}

function tableOf(rows: readonly RandomEffectRow[], traits: boolean, inbreeding: boolean): Table {
  const columns = new Map<string, Column>();
  const text = (name: string, of: (row: RandomEffectRow) => string | undefined): void => {
    const levels: string[] = [];
    const codes = Int32Array.from(rows, (row) => {
      const value = of(row);
      return value === undefined ? -1 : levels.at(-1) === value ? levels.length - 1 : levels.push(value) - 1;
    });
    columns.set(name, { kind: "text", name, levels, codes });
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
  if (traits) text("trait", ({ trait }) => trait);
  text("level", ({ level }) => level);
  number("estimate", ({ estimate }) => estimate);
  number("se", ({ se }) => se);
  number("pev", ({ se }) => (se === null ? null : se * se));
  number("reliability", ({ reliability }) => reliability);
  number("accuracy", ({ reliability }) =>
    reliability === null ? null : Math.sqrt(Math.max(0, reliability)),
  );
  if (inbreeding) number("inbreeding", (row) => row.inbreeding);
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
