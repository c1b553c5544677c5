import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import { inbreedingCoefficients } from "../../../src/genetics/inbreeding.ts";
import { pedigreeRelationship } from "../../../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import {
  averageRelationships,
  multiplyRelationship,
  relationshipBlock,
  relationshipColumn,
} from "../../../src/genetics/relationshipProduct.ts";
import { simulatePedigree } from "../../../src/genetics/simulatePedigree.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import {
  type Dense,
  difference,
  fromIdentity,
  logDeterminant,
  matrixRows,
  pedigreeTable,
  randomPedigree,
  shuffled,
  tabular,
  times,
  toFull,
} from "./denseRelationships.ts";

const seeds = Array.from({ length: 12 }, (_, k) => k + 1);
const groups = ["G1", "G2", "G3"];
const gammaRows: Dense = [
  [0.8, 0.2, 0.1],
  [0.2, 0.5, -0.1],
  [0.1, -0.1, 1.1],
];
const gamma: Matrix = { rows: 3, columns: 3, values: Float64Array.from(gammaRows.flat()) };

describe.each(seeds)("random pedigree %i", (seed) => {
  const rows = randomPedigree(randomStream(seed), 60 + 10 * seed);
  const pedigree = buildPedigree(pedigreeTable(rows));
  const a = tabular(pedigree);
  const { relationship, inbreeding } = pedigreeRelationship(pedigree);

  it("has the inbreeding of the tabular method", () => {
    expect(Math.max(...inbreeding)).toBeGreaterThan(0.1);
    inbreeding.forEach((f, i) => {
      expect(f).toBeCloseTo(a[i]![i]! - 1, 13);
      expect(relationship.diagonal[i]).toBeCloseTo(a[i]![i]!, 13);
    });
  });

  it("has the inverse and determinant of the tabular A", () => {
    expect(fromIdentity(times(toFull(relationship.inverse), a))).toBeLessThan(1e-10);
    expect(relationship.logDeterminant).toBeCloseTo(logDeterminant(a), 9);
  });

  it("keeps the inverse sorted with the diagonal first", () => {
    const { size, pointers, rows: at } = relationship.inverse;
    for (let j = 0; j < size; j++) {
      expect(at[pointers[j]!]).toBe(j);
      for (let p = pointers[j]! + 1; p < pointers[j + 1]!; p++) expect(at[p]!).toBeGreaterThan(at[p - 1]!);
    }
  });

  it("gives A x, columns, means and blocks without A", () => {
    const related = { pedigree, inbreeding };
    const random = randomStream(seed, 9);
    const x = Float64Array.from(a, () => random.normal());
    const product = times(
      a,
      Array.from(x, (value) => [value]),
    ).map(([value]) => value!);
    expect(difference([[...multiplyRelationship(related, x)]], [product])).toBeLessThan(1e-12);
    expect(difference([[...relationshipColumn(related, 7)]], [a[7]!])).toBeLessThan(1e-13);
    const means = a.map((row) => row.reduce((s, v) => s + v, 0) / row.length);
    expect(difference([[...averageRelationships(related)]], [means])).toBeLessThan(1e-12);
    const some = Int32Array.of(50, 3, 17, 41);
    const block = [...some].map((i) => [...some].map((j) => a[i]![j]!));
    expect(difference(matrixRows(relationshipBlock(related, some)), block)).toBeLessThan(1e-13);
    expect(averageRelationships(related, some)[5]).toBeCloseTo(
      [...some].reduce((s, j) => s + a[5]![j]!, 0) / 4,
      13,
    );
  });

  it("does not depend on the order of the rows, nor on which parent is the sire", () => {
    const again = shuffled(rows, randomStream(seed, 2)).map(([i, s, d]) => [i, d, s] as const);
    const other = buildPedigree(pedigreeTable(again));
    const made = pedigreeRelationship(other);
    expect(made.relationship.logDeterminant).toBeCloseTo(relationship.logDeterminant, 10);
    other.animals.forEach((animal, i) => {
      expect(made.inbreeding[i]).toBeCloseTo(inbreeding[pedigree.animals.indexOf(animal)]!, 13);
    });
    const place = other.animals.map((animal) => pedigree.animals.indexOf(animal));
    const full = toFull(relationship.inverse);
    const expected = place.map((i) => place.map((j) => full[i]![j]!));
    expect(difference(toFull(made.relationship.inverse), expected)).toBeLessThan(1e-12);
  });
});

describe.each(seeds)("random pedigree %i with groups", (seed) => {
  const pedigree = buildPedigree(pedigreeTable(randomPedigree(randomStream(seed, 5), 80, groups)), {
    groups,
  });
  const n = pedigree.animals.length;
  /** shares of the groups in each animal */
  const shares: Dense = [];
  for (let i = 0; i < n; i++) {
    const of = (p: number): number[] => (p < n ? shares[p]! : groups.map((_, g) => (p - n === g ? 1 : 0)));
    const s = of(pedigree.sires[i]!);
    const d = of(pedigree.dams[i]!);
    shares.push(groups.map((_, g) => 0.5 * (s[g]! + d[g]!)));
  }

  it("has the inverse of Quaas: A^-1 bordered by -A^-1 Q and Q'A^-1 Q", () => {
    const { relationship, inbreeding } = pedigreeRelationship(pedigree);
    const a = tabular(pedigree);
    const full = toFull(relationship.inverse);
    const animals = full.slice(0, n).map((row) => row.slice(0, n));
    expect(fromIdentity(times(animals, a))).toBeLessThan(1e-10);
    const border = times(animals, shares).map((row) => row.map((v) => -v));
    expect(
      difference(
        full.slice(0, n).map((row) => row.slice(n)),
        border,
      ),
    ).toBeLessThan(1e-10);
    const transposed = groups.map((_, g) => shares.map((row) => -row[g]!));
    expect(
      difference(
        full.slice(n).map((row) => row.slice(n)),
        times(transposed, border),
      ),
    ).toBeLessThan(1e-9);
    expect(relationship.logDeterminant).toBeCloseTo(logDeterminant(a), 9);
    expect([relationship.fixedGroups, relationship.groups]).toEqual([3, 3]);
    expect(relationship.levels.slice(n)).toEqual(groups);
    inbreeding.forEach((f, i) => {
      expect(f).toBeCloseTo(a[i]![i]! - 1, 13);
    });
    expect([...relationship.diagonal.slice(n)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("has random groups with the variance of the animals divided by the number added", () => {
    const { relationship } = pedigreeRelationship(pedigree, { random: 2 });
    const a = tabular(pedigree);
    const joint = [...shares, ...groups.map((_, g) => groups.map((__, h) => (g === h ? 1 : 0)))];
    const k: Dense = joint.map((q, i) =>
      joint.map(
        (r, j) => (i < n && j < n ? a[i]![j]! : 0) + q.reduce((sum, v, g) => sum + (v * r[g]!) / 2, 0),
      ),
    );
    expect(fromIdentity(times(toFull(relationship.inverse), k))).toBeLessThan(1e-10);
    expect(relationship.logDeterminant).toBeCloseTo(logDeterminant(k), 9);
    expect(relationship.fixedGroups).toBe(0);
    for (let i = 0; i < n; i++) expect(relationship.diagonal[i]).toBeCloseTo(k[i]![i]!, 12);
  });

  it("has metafounders: the inverse of the explicit A^Gamma and its inbreeding", () => {
    const { relationship, inbreeding } = pedigreeRelationship(pedigree, { gamma });
    const k = tabular(pedigree, gammaRows);
    expect(fromIdentity(times(toFull(relationship.inverse), k))).toBeLessThan(1e-10);
    expect(relationship.logDeterminant).toBeCloseTo(logDeterminant(k), 9);
    inbreeding.forEach((f, i) => {
      expect(f).toBeCloseTo(k[i]![i]! - 1, 13);
    });
    const related = { pedigree, inbreeding, gamma };
    expect(difference([[...relationshipColumn(related, 30)]], [k[30]!.slice(0, n)])).toBeLessThan(1e-13);
    const some = Int32Array.of(60, 2, 33);
    const block = [...some].map((i) => [...some].map((j) => k[i]![j]!));
    expect(difference(matrixRows(relationshipBlock(related, some)), block)).toBeLessThan(1e-13);
  });

  it("has the usual A when gamma tends to zero", () => {
    const small: Matrix = {
      rows: 3,
      columns: 3,
      values: Float64Array.of(1e-9, 0, 0, 0, 1e-9, 0, 0, 0, 1e-9),
    };
    const made = pedigreeRelationship(pedigree, { gamma: small });
    const plain = pedigreeRelationship(pedigree);
    expect(difference([[...made.inbreeding]], [[...plain.inbreeding]])).toBeLessThan(1e-8);
  });
});

describe("relationships of a pedigree", () => {
  it("are those of a population of many generations, where old generations are swept", () => {
    for (const shape of [
      { generations: 12, animals: 60, sires: 4, dams: 20 },
      { generations: 9, animals: 80, sires: 30, dams: 5, overlap: 0.4 },
      { generations: 25, animals: 20, sires: 2, dams: 8, overlap: 0.2 },
    ]) {
      const { pedigree, inbreeding } = simulatePedigree({ seed: 4, ...shape });
      const a = tabular(pedigree);
      inbreeding.forEach((f, i) => {
        expect(Math.abs(f - (a[i]![i]! - 1))).toBeLessThan(1e-12);
      });
    }
  });

  it("ignore inbreeding when asked", () => {
    const pedigree = buildPedigree(
      pedigreeTable([
        ["b", "a", "a"],
        ["c", "b", "b"],
      ]),
    );
    const { relationship } = pedigreeRelationship(pedigree, { inbreeding: false });
    expect(relationship.logDeterminant).toBeCloseTo(2 * Math.log(0.5), 14);
    expect(pedigreeRelationship(pedigree).relationship.logDeterminant).toBeCloseTo(Math.log(0.5 * 0.25), 14);
  });

  it("are refused after endless selfing", () => {
    const rows = Array.from({ length: 60 }, (_, i) => [`a${i + 1}`, `a${i}`, `a${i}`] as const);
    const pedigree = buildPedigree(pedigreeTable(rows));
    expect(() => pedigreeRelationship(pedigree)).toThrow("completely inbred");
    expect(inbreedingCoefficients(pedigree)[10]).toBeCloseTo(1 - 2 ** -10, 14);
  });

  it("refuse a gamma that is not positive definite and options without groups", () => {
    const pedigree = buildPedigree(pedigreeTable([["a", "G1", "G2"]]), { groups: ["G1", "G2"] });
    const bad: Matrix = { rows: 2, columns: 2, values: Float64Array.of(1, 2, 2, 1) };
    expect(() => pedigreeRelationship(pedigree, { gamma: bad })).toThrow("smallest eigenvalue is -1.000");
    const plain = buildPedigree(pedigreeTable([["a", "b", "c"]]));
    expect(() => pedigreeRelationship(plain, { random: 1 })).toThrow("none are named");
  });
});
