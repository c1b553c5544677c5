import type { Note } from "../base/notes.ts";
import type { Kernels } from "../linalg/kernels.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { Relationship } from "../model/relationship.ts";
import { quoteValue } from "../table/quoteValue.ts";
import { invertDense, requireDenseSize } from "./denseInverse.ts";
import { inbreedingCoefficients } from "./inbreeding.ts";
import type { Pedigree } from "./pedigree.ts";
import { relationshipBlock } from "./relationshipProduct.ts";

/**
 * Dominance relationships D of a pedigree: d_ij = (a_ss' a_dd' + a_sd' a_ds') / 4 from the relationships of the
 * parents s, d of i and s', d' of j, d_ii = 1 (Cockerham 1954; Henderson 1985, J Anim Sci 60:111). n x n, full.
 *
 * Assumes that no animal is inbred. Animals with an unknown parent share no genotype with others.
 *
 * @throws HendersonError "genetics/too-large"
 */
export function dominanceMatrix(pedigree: Pedigree, inbreeding: Float64Array): Matrix {
  const { animals, sires, dams } = pedigree;
  const n = animals.length;
  requireDenseSize(n, "a dominance relationship matrix of this pedigree");
  const parents = new Set<number>();
  for (let i = 0; i < n; i++) {
    for (const p of [sires[i]!, dams[i]!]) if (p >= 0 && p < n) parents.add(p);
  }
  const positions = Int32Array.from(parents).sort();
  const place = new Int32Array(n).fill(-1);
  positions.forEach((p, k) => {
    place[p] = k;
  });
  const { values: a, rows: q } = relationshipBlock({ pedigree, inbreeding }, positions);
  const at = (p: number): number => (p >= 0 && p < n ? place[p]! : -1);
  const d = createMatrix(n, n);
  for (let i = 0; i < n; i++) {
    d.values[i * (n + 1)] = 1;
    const s = at(sires[i]!) * q;
    const m = at(dams[i]!) * q;
    if (s < 0 || m < 0) continue;
    for (let j = 0; j < i; j++) {
      const t = at(sires[j]!);
      const u = at(dams[j]!);
      if (t < 0 || u < 0) continue;
      const value = 0.25 * (a[s + t]! * a[m + u]! + a[s + u]! * a[m + t]!);
      d.values[i + j * n] = value;
      d.values[j + i * n] = value;
    }
  }
  return d;
}

/**
 * D as a relationship: its inverse and log|D|.
 *
 * @throws HendersonError "genetics/too-large", "genetics/not-positive-definite", "genetics/near-singular"
 */
export function dominanceRelationship(
  pedigree: Pedigree,
  name = "D",
  kernels?: Kernels,
): { readonly relationship: Relationship; readonly notes: readonly Note[] } {
  const inbreeding = inbreedingCoefficients(pedigree);
  const matrix = dominanceMatrix(pedigree, inbreeding);
  const { inverse, logDeterminant } = invertDense(
    matrix,
    `the dominance relationship matrix '${name}'`,
    "the formula holds without inbreeding; leave inbred animals out of the pedigree",
    kernels,
  );
  const relationship: Relationship = {
    name,
    source: "dominance",
    levels: pedigree.animals,
    inverse,
    logDeterminant,
    diagonal: new Float64Array(matrix.rows).fill(1),
    fixedGroups: 0,
    groups: 0,
  };
  return { relationship, notes: inbreedingNotes(pedigree, inbreeding) };
}

function inbreedingNotes({ animals }: Pedigree, inbreeding: Float64Array): Note[] {
  let inbred = 0;
  let most = 0;
  inbreeding.forEach((f, i) => {
    if (f > 0) inbred++;
    if (f > inbreeding[most]!) most = i;
  });
  if (inbred === 0) return [];
  return [
    {
      code: "genetics/dominance-inbreeding",
      severity: "warning",
      message: `${inbred} of ${animals.length} animals are inbred (${quoteValue(animals[most]!)} most: F = ${Number(inbreeding[most]!.toPrecision(3))}); dominance relationships are computed as if none were`,
      hint: "with little inbreeding the error is small; with much, dominance needs more variances than one",
    },
  ];
}
