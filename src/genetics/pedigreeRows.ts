import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Note } from "../base/notes.ts";
import { quoteValue, quoteValues } from "../table/quoteValue.ts";

/** Codes of the three columns, -1 unknown; all of one length. */
interface Parentage {
  readonly animal: Int32Array;
  readonly sire: Int32Array;
  readonly dam: Int32Array;
}

/** What each id is, before the animals are ordered. */
export interface PedigreeRows extends Parentage {
  /** row of each code; -1 without one */
  readonly rowOf: Int32Array;
  /** group of each code; -1 for an animal */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
  /** parents without a row that are no groups, in order of appearance */
  readonly addedCodes: readonly number[];
  readonly addedCount: number;
  readonly notes: readonly Note[];
}

/** Matches ids with rows and groups; refuses what cannot be a pedigree, except loops. */
export function collectRows(
  parentage: Parentage,
  labels: readonly string[],
  groups: readonly string[],
): PedigreeRows {
  const { animal, sire, dam } = parentage;
  const groupOf = groupCodes(labels, groups, parentage);
  requireAnimals(parentage, labels);
  const rowOf = new Int32Array(labels.length).fill(-1);
  const duplicates: number[] = [];
  const conflicts: string[] = [];
  for (let row = 0; row < animal.length; row++) {
    const code = animal[row]!;
    if (groupOf[code]! >= 0) {
      requireFounderGroup(labels[code]!, sire[row]!, dam[row]!);
      continue;
    }
    const first = rowOf[code]!;
    if (first < 0) rowOf[code] = row;
    else if (sire[first] === sire[row] && dam[first] === dam[row]) duplicates.push(code);
    else conflicts.push(`${quoteValue(labels[code]!)} (rows ${first + 1} and ${row + 1})`);
  }
  if (conflicts.length > 0) throw conflictError(conflicts);
  const addedCodes = parentsWithoutRow(parentage, rowOf, groupOf);
  const name = (code: number): string => labels[code]!;
  const notes: Note[] = [];
  if (duplicates.length > 0) {
    notes.push({
      code: "genetics/duplicate-rows",
      severity: "info",
      message: `${counted(duplicates.length, "row repeats an animal", "rows repeat an animal")} with the same parents and ${duplicates.length === 1 ? "was" : "were"} left out: ${quoteValues(duplicates.slice(0, 4).map(name), 3)}`,
    });
  }
  if (addedCodes.length > 0) {
    notes.push({
      code: "genetics/added-parents",
      severity: "info",
      message: `${counted(addedCodes.length, "parent has no row of its own and was added as a base animal", "parents have no rows of their own and were added as base animals")}: ${quoteValues(addedCodes.slice(0, 3).map(name))}${addedCodes.length > 3 ? ", ..." : ""}`,
    });
  }
  return {
    ...parentage,
    rowOf,
    groupOf,
    groupCount: groups.length,
    addedCodes,
    addedCount: addedCodes.length,
    notes,
  };
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function groupCodes(
  labels: readonly string[],
  groups: readonly string[],
  { sire, dam }: Parentage,
): Int32Array {
  const groupOf = new Int32Array(labels.length).fill(-1);
  if (groups.length === 0) return groupOf;
  const wanted = new Map(groups.map((group, g) => [group, g] as const));
  if (wanted.size < groups.length) {
    throw new HendersonError("genetics/group", `a group is named twice in ${quoteValues(groups, 10)}`);
  }
  labels.forEach((label, code) => {
    const g = wanted.get(label);
    if (g !== undefined) groupOf[code] = g;
  });
  const seen = new Uint8Array(groups.length);
  for (const parents of [sire, dam]) {
    for (const code of parents) if (code >= 0 && groupOf[code]! >= 0) seen[groupOf[code]!] = 1;
  }
  const absent = groups.filter((_, g) => seen[g] === 0);
  if (absent.length > 0) {
    const close = labels.length <= 100_000 ? nearest(absent[0]!, labels) : null;
    throw new HendersonError(
      "genetics/group",
      `no animal has a parent in the ${absent.length === 1 ? "group" : "groups"} ${quoteValues(absent, 10)}`,
      {
        hint:
          close === null || groups.includes(close)
            ? "groups are ids that stand in the columns of the parents, where a parent is unknown"
            : `did you mean ${quoteValue(close)}?`,
      },
    );
  }
  return groupOf;
}

/** Some programs list groups on top of the pedigree; as founders they lose nothing by being left out. */
function requireFounderGroup(group: string, sire: number, dam: number): void {
  if (sire < 0 && dam < 0) return;
  throw new HendersonError("genetics/group", `the group ${quoteValue(group)} has parents in the pedigree`, {
    hint: "a group stands for unknown parents; an animal cannot be one",
  });
}

function requireAnimals({ animal, sire, dam }: Parentage, labels: readonly string[]): void {
  const missing: number[] = [];
  const own: string[] = [];
  for (let row = 0; row < animal.length; row++) {
    const code = animal[row]!;
    if (code < 0) missing.push(row + 1);
    else if (code === sire[row] || code === dam[row])
      own.push(`${quoteValue(labels[code]!)} (row ${row + 1})`);
  }
  if (missing.length > 0) {
    throw new HendersonError(
      "genetics/missing-animal",
      `the animal is missing or 0 in ${missing.length === 1 ? "row" : "rows"} ${firstOf(missing.map(String))} of the pedigree`,
      { hint: "0 and NA stand for unknown parents and cannot be ids; delete empty rows" },
    );
  }
  if (own.length > 0) {
    throw new HendersonError(
      "genetics/self-parent",
      `${own.length === 1 ? "an animal is its own parent" : `${own.length} animals are their own parents`}: ${firstOf(own)}`,
      { hint: "write 0 for a parent that is not known" },
    );
  }
}

function conflictError(conflicts: readonly string[]): HendersonError {
  return new HendersonError(
    "genetics/conflicting-parents",
    `${conflicts.length === 1 ? "an animal has rows" : `${conflicts.length} rows repeat an animal`} with different parents: ${firstOf(conflicts)}`,
    { hint: "keep the row with the right parents" },
  );
}

function parentsWithoutRow({ sire, dam }: Parentage, rowOf: Int32Array, groupOf: Int32Array): number[] {
  const seen = new Uint8Array(rowOf.length);
  const added: number[] = [];
  for (let row = 0; row < sire.length; row++) {
    for (const code of [sire[row]!, dam[row]!]) {
      if (code < 0 || rowOf[code]! >= 0 || groupOf[code]! >= 0 || seen[code] === 1) continue;
      seen[code] = 1;
      added.push(code);
    }
  }
  return added;
}

/** The first ten of a list, with the number of the others. */
export function firstOf(items: readonly string[]): string {
  const shown = items.slice(0, 10).join(", ");
  return items.length > 10 ? `${shown} and ${items.length - 10} more` : shown;
}
