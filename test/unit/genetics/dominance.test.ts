import { expect, it } from "vitest";
import { dominanceMatrix, dominanceRelationship } from "../../../src/genetics/dominance.ts";
import { inbreedingCoefficients } from "../../../src/genetics/inbreeding.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { simulatePedigree } from "../../../src/genetics/simulatePedigree.ts";
import {
  fromIdentity,
  logDeterminant,
  matrixRows,
  pedigreeTable,
  times,
  toFull,
} from "./denseRelationships.ts";

const pedigree = buildPedigree(
  pedigreeTable([
    ["c", "a", "b"],
    ["d", "a", "b"],
    ["e", "a", "x"],
    ["f", "u", "v"],
    ["g", "u", "v"],
    ["p", "c", "f"],
    ["q", "d", "g"],
    ["o", "c", "0"],
  ]),
);
const at = (id: string): number => pedigree.animals.indexOf(id);

it("full sibs have 1/4, double first cousins 1/16, half sibs and animals with an unknown parent nothing", () => {
  const d = matrixRows(dominanceMatrix(pedigree, inbreedingCoefficients(pedigree)));
  expect(d[at("c")]![at("d")]).toBe(1 / 4);
  expect(d[at("p")]![at("q")]).toBe(1 / 16);
  expect(d[at("c")]![at("e")]).toBe(0);
  expect(d[at("o")]!.filter((value) => value !== 0)).toEqual([1]);
  expect(d.map((row, i) => row[i])).toEqual(d.map(() => 1));
});

it("the inverse and determinant are those of D", () => {
  const d = matrixRows(dominanceMatrix(pedigree, inbreedingCoefficients(pedigree)));
  const { relationship, notes } = dominanceRelationship(pedigree);
  expect(fromIdentity(times(toFull(relationship.inverse), d))).toBeLessThan(1e-13);
  expect(relationship.logDeterminant).toBeCloseTo(logDeterminant(d), 13);
  expect(relationship.inverse.values.length).toBe(pedigree.animals.length + 3);
  expect(notes).toEqual([]);
});

it("inbreeding is noted, and refused where it makes D indefinite", () => {
  const { pedigree: inbred } = simulatePedigree({ seed: 2, generations: 5, animals: 20, sires: 3, dams: 10 });
  expect(dominanceRelationship(inbred).notes[0]!.message).toMatch(/^\d+ of 100 animals are inbred/);
  const selfed = Array.from({ length: 8 }, (_, i) => [`l${i + 1}`, `l${i}`, `l${i}`] as const);
  const lines = buildPedigree(pedigreeTable([...selfed, ["m", "l8", "l8"], ["n", "l8", "l8"]]));
  expect(() => dominanceRelationship(lines)).toThrow("not positive definite: its smallest eigenvalue is -");
});
