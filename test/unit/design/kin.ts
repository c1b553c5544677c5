import type { RandomTerm } from "../../../src/model/model.ts";
import type { Relationship } from "../../../src/model/relationship.ts";

/** Unrelated individuals under a name: the design reads names and levels only. */
export function kinOf(name: string, levels: readonly (string | number)[]): Relationship {
  const q = levels.length;
  return {
    name,
    source: "pedigree",
    levels: levels.map(String),
    inverse: {
      size: q,
      pointers: Int32Array.from({ length: q + 1 }, (_, j) => j),
      rows: Int32Array.from({ length: q }, (_, j) => j),
      values: new Float64Array(q).fill(1),
    },
    logDeterminant: 0,
    diagonal: new Float64Array(q).fill(1),
    fixedGroups: 0,
    groups: 0,
  };
}

/**
 * What every record meets, in words: per record its nonzero effects as `coefficient@level`, with the weight in
 * front where it is not 1.
 */
export function meetings(
  term: Pick<RandomTerm, "codes" | "basis" | "incidence"> & Partial<RandomTerm>,
  names: readonly string[],
  levels: readonly string[],
  rowCount: number,
): string[] {
  const layers = term.incidence ?? term.basis.map((values) => [{ codes: term.codes, values }]);
  return Array.from({ length: rowCount }, (_, r) =>
    layers
      .flatMap((own, k) =>
        own.flatMap(({ codes, values }) => {
          const weight = values === null ? 1 : values[r]!;
          if (codes[r]! < 0 || weight === 0) return [];
          return [`${weight === 1 ? "" : `${weight} `}${names[k]}@${levels[codes[r]!]}`];
        }),
      )
      .join(" + "),
  );
}

/** The same for a term of a model. */
export function meetingsOf(term: RandomTerm, rowCount: number): string[] {
  return meetings(term, term.coefficientNames, term.levels, rowCount);
}
