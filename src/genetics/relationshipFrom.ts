import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { Relationship } from "../model/relationship.ts";
import { quoteValue } from "../table/quoteValue.ts";
import type { Table } from "../table/table.ts";
import { dominanceRelationship } from "./dominance.ts";
import { pedigreeRelationship } from "./inverseRelationship.ts";
import { inverseMatrixRelationship, matrixRelationship } from "./matrixRelationship.ts";
import { buildPedigree, type PedigreeOptions } from "./pedigree.ts";
import type { RelationshipOptions, RelationshipSpec } from "./readRelationship.ts";
import { buildSirePedigree, sireMgsRelationship } from "./sireMgs.ts";
import { inOrderOf, readSymmetric } from "./symmetricTable.ts";

export interface MadeRelationship {
  readonly relationship: Relationship;
  readonly notes: readonly Note[];
  /** F of the animals, in the order of the levels (groups have none); pedigrees only */
  readonly inbreeding?: Float64Array;
}

/**
 * The relationship that a specification asks for.
 *
 * @param tables   the tables of `relationshipFiles(spec)`, by file name
 * @param kernels  for dense matrices; default the fastest there are
 * @throws HendersonError with a code of the genetics catalogue
 */
export function relationshipFrom(
  spec: RelationshipSpec,
  tables: ReadonlyMap<string, Table>,
  kernels: Kernels = chooseKernels(),
): MadeRelationship {
  const { name, kind, options } = spec;
  const table = tableOf(spec.file, tables);
  switch (kind) {
    case "matrix":
      return matrixRelationship(
        table,
        options.ridge === undefined ? { name, kernels } : { name, kernels, ridge: options.ridge },
      );
    case "inverse":
      return inverseMatrixRelationship(table, { name, kernels });
    case "sire-mgs": {
      const pedigree = buildSirePedigree(table);
      return { ...sireMgsRelationship(pedigree, name), notes: pedigree.bulls.notes };
    }
    case "dominance": {
      const pedigree = buildPedigree(table, pedigreeOptions(options, []));
      const made = dominanceRelationship(pedigree, name, kernels);
      return { ...made, notes: [...pedigree.notes, ...made.notes] };
    }
    case "pedigree":
      return fromPedigree(spec, table, tables);
  }
}

function fromPedigree(
  { name, options }: RelationshipSpec,
  table: Table,
  tables: ReadonlyMap<string, Table>,
): MadeRelationship {
  const { gamma: file, random, inbreeding } = options;
  const what = `the matrix gamma of '${name}'`;
  const read = file === undefined ? null : readSymmetric(tableOf(file, tables), what);
  const groups = options.groups ?? read?.levels ?? [];
  const pedigree = buildPedigree(table, pedigreeOptions(options, groups));
  const made = pedigreeRelationship(pedigree, {
    name,
    ...(random === undefined ? {} : { random }),
    ...(inbreeding === undefined ? {} : { inbreeding }),
    ...(read === null ? {} : { gamma: inOrderOf(groups, read, what) }),
  });
  return { ...made, notes: [...pedigree.notes, ...(read?.notes ?? [])] };
}

function pedigreeOptions(options: RelationshipOptions, groups: readonly string[]): PedigreeOptions {
  return {
    groups,
    separateSexes: options.separateSexes ?? false,
    ...(options.birth === undefined ? {} : { birth: options.birth }),
  };
}

function tableOf(file: string, tables: ReadonlyMap<string, Table>): Table {
  const table = tables.get(file);
  if (table !== undefined) return table;
  throw new HendersonError(
    "genetics/relationship-option",
    `the table of the file ${quoteValue(file)} was not given`,
    {
      hint: "pass a table for every name in relationshipFiles(spec)",
    },
  );
}
