import { describe, expect, it } from "vitest";
import { kinshipOf } from "../../../src/engines/equations/kinship.ts";
import { groupParts } from "../../../src/genetics/groupParts.ts";
import { pedigreeRelationship } from "../../../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { chooseKernels } from "../../../src/linalg/chooseKernels.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const rows = [
  ["1", "G1", "G2"],
  ["2", "G1", "G1"],
  ["3", "G2", "G3"],
  ["4", "1", "2"],
  ["5", "4", "3"],
  ["6", "5", "G3"],
  ["7", "5", "5"],
  ["8", "7", "4"],
];
const table = toTable(rows.map(([animal, sire, dam]) => ({ animal, sire, dam })));
const groups = ["G1", "G2", "G3"];
const pedigree = buildPedigree(table, { groups });

describe("parts of groups", () => {
  it("are halved in every generation and add up to one", () => {
    const parts = groupParts(pedigree);
    const n = pedigree.animals.length;
    const of = (animal: string): number[] =>
      groups.map((_, g) => parts[pedigree.animals.indexOf(animal) + g * n]!);
    expect(of("1")).toEqual([0.5, 0.5, 0]);
    expect(of("2")).toEqual([1, 0, 0]);
    expect(of("4")).toEqual([0.75, 0.25, 0]);
    expect(of("5")).toEqual([0.375, 0.375, 0.25]);
    for (const animal of pedigree.animals) expect(of(animal).reduce((a, b) => a + b)).toBe(1);
  });

  it("are those that the inverse relationship implies", () => {
    const { relationship } = pedigreeRelationship(pedigree);
    const { groupParts: _, ...unsaid } = relationship;
    const solved = kinshipOf(unsaid, relationship.levels.length, chooseKernels()).groupParts;
    expect(solved.length).toBe(relationship.groupParts!.length);
    relationship.groupParts!.forEach((part, i) => {
      expect(solved[i]!).toBeCloseTo(part, 12);
    });
  });

  it("are not there for random groups", () => {
    expect(pedigreeRelationship(pedigree, { random: 1 }).relationship.groupParts).toBeUndefined();
  });
});
