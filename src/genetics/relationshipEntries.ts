import { HendersonError } from "../base/errors.ts";
import type { Table } from "../table/table.ts";
import { requireDenseSize } from "./denseInverse.ts";
import { inbreedingCoefficients } from "./inbreeding.ts";
import { pedigreeRelationship } from "./inverseRelationship.ts";
import type { Pedigree } from "./pedigree.ts";
import { relationshipColumn } from "./relationshipProduct.ts";

/** A itself, or its inverse. */
export type RelationshipMatrix = "relationships" | "inverse";

/**
 * The entries of A or A^-1 that are not zero: a table with columns row, column and value, the lower triangle with its
 * diagonal, column by column in the order of the pedigree. Written as CSV it can be read again as `matrix:` or `inverse:`.
 *
 * With groups the inverse has their rows (A*), last; A has no place for them.
 *
 * @throws HendersonError genetics/too-large where A would be dense and large, genetics/matrix-of-groups
 */
export function relationshipEntries(pedigree: Pedigree, which: RelationshipMatrix): Table {
  return which === "inverse" ? inverseEntries(pedigree) : ownEntries(pedigree);
}

function inverseEntries(pedigree: Pedigree): Table {
  const { levels, inverse } = pedigreeRelationship(pedigree).relationship;
  const columns = new Int32Array(inverse.rows.length);
  for (let j = 0; j < inverse.size; j++) columns.fill(j, inverse.pointers[j], inverse.pointers[j + 1]);
  return tableOf(levels, inverse.rows, columns, inverse.values);
}

function ownEntries(pedigree: Pedigree): Table {
  const { animals, groups } = pedigree;
  if (groups.length > 0) {
    throw new HendersonError(
      "genetics/matrix-of-groups",
      "with groups of unknown parents there is no matrix of relationships, only its generalized inverse",
      { hint: "ask for the inverse, or leave out the groups" },
    );
  }
  requireDenseSize(animals.length, "the matrix of relationships of this pedigree");
  const related = { pedigree, inbreeding: inbreedingCoefficients(pedigree) };
  const rows: Int32Array[] = [];
  const values: Float64Array[] = [];
  for (let j = 0; j < animals.length; j++) {
    const column = relationshipColumn(related, j);
    const kept = Int32Array.from(column, (_, i) => i).filter((i) => i >= j && column[i] !== 0);
    rows.push(kept);
    values.push(Float64Array.from(kept, (i) => column[i]!));
  }
  const count = rows.reduce((sum, { length }) => sum + length, 0);
  const all = {
    rows: new Int32Array(count),
    columns: new Int32Array(count),
    values: new Float64Array(count),
  };
  let at = 0;
  rows.forEach((kept, j) => {
    all.rows.set(kept, at);
    all.columns.fill(j, at, at + kept.length);
    all.values.set(values[j]!, at);
    at += kept.length;
  });
  return tableOf(animals, all.rows, all.columns, all.values);
}

function tableOf(
  levels: readonly string[],
  rows: Int32Array,
  columns: Int32Array,
  values: Float64Array,
): Table {
  return {
    rowCount: values.length,
    columns: new Map([
      ["row", { kind: "text", name: "row", levels, codes: rows }],
      ["column", { kind: "text", name: "column", levels, codes: columns }],
      ["value", { kind: "numeric", name: "value", values }],
    ]),
  };
}
