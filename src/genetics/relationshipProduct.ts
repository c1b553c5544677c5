// A x without A: A = T D T', so A x is a pass from offspring to parents, a scaling, and a pass from parents to
// offspring (Colleau 2002, GSE 34:409). O(n) each.

import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { parentInbreeding } from "./ancestorNodes.ts";
import type { Pedigree } from "./pedigree.ts";

/** A pedigree with the inbreeding that its relationships need; gamma where groups are metafounders. */
export interface RelatedAnimals {
  readonly pedigree: Pedigree;
  /** F, length n, from `inbreedingCoefficients` with the same gamma */
  readonly inbreeding: Float64Array;
  readonly gamma?: Matrix;
}

/** A x; x and the result have length n (metafounders have coefficient zero and are left out). */
export function multiplyRelationship(related: RelatedAnimals, x: Float64Array): Float64Array {
  const { pedigree, inbreeding, gamma } = related;
  const { sires, dams } = pedigree;
  const n = sires.length;
  const size = gamma === undefined ? n : n + gamma.rows;
  const v = new Float64Array(size);
  v.set(x.subarray(0, n));
  for (let i = n - 1; i >= 0; i--) {
    const half = 0.5 * v[i]!;
    if (half === 0) continue;
    const s = sires[i]!;
    const d = dams[i]!;
    if (s >= 0 && s < size) v[s]! += half;
    if (d >= 0 && d < size) v[d]! += half;
  }
  if (gamma !== undefined) multiplyTail(gamma, v, n);
  for (let i = 0; i < n; i++) {
    const s = sires[i]!;
    const d = dams[i]!;
    const m = 0.5 - 0.25 * (parentInbreeding(s, inbreeding, gamma) + parentInbreeding(d, inbreeding, gamma));
    const fromSire = s >= 0 && s < size ? v[s]! : 0;
    const fromDam = d >= 0 && d < size ? v[d]! : 0;
    v[i] = m * v[i]! + 0.5 * (fromSire + fromDam);
  }
  return v.subarray(0, n);
}

function multiplyTail(gamma: Matrix, v: Float64Array, n: number): void {
  const before = v.slice(n);
  for (let g = 0; g < gamma.rows; g++) {
    let sum = 0;
    for (let h = 0; h < gamma.rows; h++) sum += gamma.values[g + h * gamma.rows]! * before[h]!;
    v[n + g] = sum;
  }
}

/** Column i of A: the relationships of one animal with all, length n. */
export function relationshipColumn(related: RelatedAnimals, animal: number): Float64Array {
  const unit = new Float64Array(related.pedigree.sires.length);
  unit[animal] = 1;
  return multiplyRelationship(related, unit);
}

/** Mean relationship of every animal with those at `positions` (default all animals, itself included), length n. */
export function averageRelationships(related: RelatedAnimals, positions?: Int32Array): Float64Array {
  const n = related.pedigree.sires.length;
  const x = new Float64Array(n);
  if (positions === undefined) x.fill(1 / n);
  else for (const i of positions) x[i]! += 1 / positions.length;
  return multiplyRelationship(related, x);
}

/**
 * The relationships among the animals at `positions` (A22): q x q, full and exactly symmetric.
 *
 * One pass over their ancestors an animal: O(q * ancestors).
 */
export function relationshipBlock(related: RelatedAnimals, positions: Int32Array): Matrix {
  const { reduced, place } = ancestorsOnly(related, positions);
  const q = positions.length;
  const block = createMatrix(q, q);
  for (let j = 0; j < q; j++) {
    const column = relationshipColumn(reduced, place[positions[j]!]!);
    for (let i = 0; i <= j; i++) {
      const value = column[place[positions[i]!]!]!;
      block.values[i + j * q] = value;
      block.values[j + i * q] = value;
    }
  }
  return block;
}

/** The same relationships in a pedigree of these animals and their ancestors; `place` is -1 for the others. */
function ancestorsOnly(
  related: RelatedAnimals,
  positions: Int32Array,
): { reduced: RelatedAnimals; place: Int32Array } {
  const { animals, sires, dams, generations, groups } = related.pedigree;
  const n = animals.length;
  const place = new Int32Array(n).fill(-1);
  for (const i of positions) place[i] = 0;
  for (let i = n - 1; i >= 0; i--) {
    if (place[i]! < 0) continue;
    for (const p of [sires[i]!, dams[i]!]) if (p >= 0 && p < n) place[p] = 0;
  }
  const kept: number[] = [];
  for (let i = 0; i < n; i++) if (place[i]! >= 0) place[i] = kept.push(i) - 1;
  const moved = (p: number): number => (p < 0 ? -1 : p < n ? place[p]! : p - n + kept.length);
  const pedigree: Pedigree = {
    animals: kept.map((i) => animals[i]!),
    sires: Int32Array.from(kept, (i) => moved(sires[i]!)),
    dams: Int32Array.from(kept, (i) => moved(dams[i]!)),
    generations: Int32Array.from(kept, (i) => generations[i]!),
    groups,
    notes: [],
  };
  const inbreeding = Float64Array.from(kept, (i) => related.inbreeding[i]!);
  return { reduced: { ...related, pedigree, inbreeding }, place };
}
