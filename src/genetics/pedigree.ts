import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { quoteValue, quoteValues } from "../table/quoteValue.ts";
import type { Column, Table } from "../table/table.ts";
import { requireBirthOrder } from "./birthOrder.ts";
import { codeIdentifiers } from "./identifiers.ts";
import { orderPedigree } from "./pedigreeOrder.ts";
import { collectRows, type PedigreeRows } from "./pedigreeRows.ts";

/** Who descends from whom: n animals, parents before their offspring, and unknown-parent groups. */
export interface Pedigree {
  /** ids, length n */
  readonly animals: readonly string[];
  /** first parent of each animal: the position of an animal, n + g for group g, -1 unknown; length n */
  readonly sires: Int32Array;
  /** second parent, likewise; equal to the first after selfing */
  readonly dams: Int32Array;
  /** 0 without a parent among the animals, else 1 + the later parent's; length n */
  readonly generations: Int32Array;
  /** ids of the groups that stand in parent columns */
  readonly groups: readonly string[];
  readonly notes: readonly Note[];
}

export interface PedigreeOptions {
  /** ids in the parent columns that are groups of unknown parents, not animals; default none */
  readonly groups?: readonly string[];
  /** true refuses an animal that is a sire in one row and a dam in another; default false: it is noted */
  readonly separateSexes?: boolean;
  /** column with birth dates or years (numbers or ISO text); parents must not be younger than offspring */
  readonly birth?: string;
}

/**
 * The pedigree in a table whose three first columns are animal, sire and dam, under any names, in any order of rows.
 *
 * Unknown parents are missing, empty, 0 or NA. A parent without a row of its own becomes a base animal (first in
 * the order, noted); identical duplicates count once (noted); sire = dam is selfing. Otherwise animals keep the
 * order of the file, except that an animal is preceded by its parents. O(n) time, no recursion.
 *
 * @throws HendersonError "genetics/pedigree-columns", "genetics/missing-animal", "genetics/self-parent",
 *   "genetics/conflicting-parents", "genetics/loop", "genetics/group", "genetics/sex-conflict",
 *   "genetics/birth-order", "table/unknown-column"
 */
export function buildPedigree(table: Table, options: PedigreeOptions = {}): Pedigree {
  const { codes, labels } = codeIdentifiers(parentageColumns(table));
  const [animal, sire, dam] = codes as [Int32Array, Int32Array, Int32Array];
  const groupIds = options.groups ?? [];
  const rows = collectRows({ animal, sire, dam }, labels, groupIds);
  const order = orderPedigree(rows, labels);
  const { position } = order;
  const at = (code: number): number => (code < 0 ? -1 : position[code]!);
  const n = order.codes.length;
  const sires = new Int32Array(n).fill(-1);
  const dams = new Int32Array(n).fill(-1);
  const generations = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const row = rows.rowOf[order.codes[i]!]!;
    if (row < 0) continue;
    const s = at(sire[row]!);
    const d = at(dam[row]!);
    sires[i] = s;
    dams[i] = d;
    const before = Math.max(s >= 0 && s < n ? generations[s]! : -1, d >= 0 && d < n ? generations[d]! : -1);
    generations[i] = before + 1;
  }
  const animals = Array.from(order.codes, (code) => labels[code]!);
  const pedigree = { animals, sires, dams, generations, groups: groupIds };
  if (options.birth !== undefined) requireBirthOrder(table, options.birth, pedigree, rows, order.codes);
  return {
    ...pedigree,
    notes: [
      ...rows.notes,
      ...sexNotes(pedigree, options.separateSexes ?? false),
      ...ungroupedNotes(pedigree, rows),
    ],
  };
}

function parentageColumns(table: Table): Column[] {
  const columns = Array.from(table.columns.values()).slice(0, 3);
  if (columns.length === 3) return columns;
  throw new HendersonError(
    "genetics/pedigree-columns",
    `a pedigree has three columns (animal, sire, dam); this table has ${table.columns.size}: ${quoteValues(Array.from(table.columns.keys()))}`,
    { hint: "the first line names the columns; cells are separated by commas, semicolons, tabs or blanks" },
  );
}

type Parentage = Omit<Pedigree, "notes">;

function sexNotes({ animals, sires, dams }: Parentage, separate: boolean): Note[] {
  const n = animals.length;
  const isSire = new Uint8Array(n);
  for (const s of sires) if (s >= 0 && s < n) isSire[s] = 1;
  const both = new Set<number>();
  let selfed = 0;
  for (let i = 0; i < n; i++) {
    const d = dams[i]!;
    if (d >= 0 && d < n && isSire[d] === 1) both.add(d);
    if (d >= 0 && d < n && d === sires[i]) selfed++;
  }
  if (both.size === 0) return [];
  const names = Array.from(both, (i) => animals[i]!);
  if (separate) {
    throw new HendersonError(
      "genetics/sex-conflict",
      `${both.size === 1 ? "an animal is" : `${both.size} animals are`} both sire and dam: ${quoteValues(names, 10)}`,
      { hint: "correct the parents, or allow both sexes as in plants" },
    );
  }
  return [
    {
      code: "genetics/both-sexes",
      severity: "info",
      message: `${both.size} of ${n} animals stand as sire and as dam (${quoteValues(names, 3)})${selfed > 0 ? `; ${selfed} come from selfing` : ""}`,
      hint: "this is usual in plants; in animals look for wrong ids (sexes=separate refuses them)",
    },
  ];
}

function ungroupedNotes({ animals, sires, dams, groups }: Parentage, { addedCount }: PedigreeRows): Note[] {
  if (groups.length === 0) return [];
  let missing = 0;
  let first = -1;
  for (let i = 0; i < animals.length; i++) {
    const unknown = (sires[i] === -1 ? 1 : 0) + (dams[i] === -1 ? 1 : 0);
    if (unknown > 0 && first < 0) first = i;
    missing += unknown;
  }
  if (missing === 0) return [];
  const added = addedCount > 0 ? ` (${2 * addedCount} of them of animals without a row of their own)` : "";
  return [
    {
      code: "genetics/parents-without-group",
      severity: "warning",
      message: `${missing} unknown parents have no group though the pedigree has groups, first that of ${quoteValue(animals[first]!)}${added}; they count as one more base with mean zero`,
      hint: "write a group id for every unknown parent",
    },
  ];
}
