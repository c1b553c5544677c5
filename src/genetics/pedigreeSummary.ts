import type { Note } from "../base/notes.ts";
import { type PedigreeRelationshipOptions, pedigreeRelationship } from "./inverseRelationship.ts";
import type { Pedigree } from "./pedigree.ts";

/** What there is to know about a pedigree; `henderson/pedigree@1` as it is printed. */
export interface PedigreeSummary {
  readonly schema: "henderson/pedigree@1";
  readonly animals: number;
  /** animals without a known parent */
  readonly founders: number;
  /** longest path from a founder, counted in animals */
  readonly generations: number;
  /** animals with offspring that stand in the column of sires, and of dams */
  readonly sires: number;
  readonly dams: number;
  /** ids of unknown-parent groups */
  readonly groups: readonly string[];
  /** every animal in the order of the pedigree */
  readonly inbreeding: readonly { readonly level: string; readonly F: number }[];
  readonly meanF: number;
  readonly maxF: number;
  /** log of the determinant of A; with fixed groups that of the animals given the groups */
  readonly logDetA: number;
  /** entries stored of A^-1: lower triangle with the diagonal */
  readonly nonzeros: number;
  readonly notes: readonly Note[];
}

/** Counts, inbreeding, log|A| and the size of A^-1 of a pedigree. */
export function pedigreeSummary(
  pedigree: Pedigree,
  options: PedigreeRelationshipOptions = {},
): PedigreeSummary {
  const { animals, sires, dams, generations, groups, notes } = pedigree;
  const { relationship, inbreeding } = pedigreeRelationship(pedigree, options);
  const n = animals.length;
  let founders = 0;
  let sum = 0;
  let maxF = Number.NEGATIVE_INFINITY;
  let last = 0;
  for (let i = 0; i < n; i++) {
    if (isUnknown(sires[i]!, n) && isUnknown(dams[i]!, n)) founders++;
    sum += inbreeding[i]!;
    maxF = Math.max(maxF, inbreeding[i]!);
    last = Math.max(last, generations[i]!);
  }
  return {
    schema: "henderson/pedigree@1",
    animals: n,
    founders,
    generations: last + 1,
    sires: distinct(sires, n),
    dams: distinct(dams, n),
    groups,
    inbreeding: animals.map((level, i) => ({ level, F: inbreeding[i]! })),
    meanF: sum / n,
    maxF,
    logDetA: relationship.logDeterminant,
    nonzeros: relationship.inverse.values.length,
    notes,
  };
}

function isUnknown(parent: number, animalCount: number): boolean {
  return parent < 0 || parent >= animalCount;
}

function distinct(parents: Int32Array, animalCount: number): number {
  const seen = new Uint8Array(animalCount);
  let count = 0;
  for (const p of parents) {
    if (isUnknown(p, animalCount) || seen[p] === 1) continue;
    seen[p] = 1;
    count++;
  }
  return count;
}
