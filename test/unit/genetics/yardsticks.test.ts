// Published examples: Mrode (2014), Linear Models for the Prediction of Animal Breeding Values, 3rd ed.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { pedigreeRelationship } from "../../../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { relationshipColumn } from "../../../src/genetics/relationshipProduct.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { toFull } from "./denseRelationships.ts";

const file = fileURLToPath(new URL("../../../../shared/yardsticks/genetics.json", import.meta.url));
const available = existsSync(file);
interface Example {
  readonly input: { readonly sire: number[]; readonly dam: number[] };
  readonly checks: Readonly<
    Record<string, { readonly computed: number[]; readonly book: number[]; tol: number }>
  >;
}
const examples: Readonly<Record<string, Example>> = available
  ? JSON.parse(readFileSync(file, "utf8")).examples
  : {};

describe.skipIf(!available)(`published pedigrees${available ? "" : " (skipped: no yardsticks)"}`, () => {
  it("INB: inbreeding, A and its inverse of chapter 2", () => {
    const { input, checks } = examples.INB!;
    const pedigree = buildPedigree(toTable({ id: [1, 2, 3, 4, 5, 6], sire: input.sire, dam: input.dam }));
    const { relationship, inbreeding } = pedigreeRelationship(pedigree);
    expect([...inbreeding]).toEqual(checks["F (M&L) Mrode 6-animal"]!.computed);
    const lower = [0, 1, 2, 3, 4, 5].flatMap((j) => [
      ...relationshipColumn({ pedigree, inbreeding }, j).slice(j),
    ]);
    expect(lower).toEqual(checks["A printed"]!.computed);
    const inverse = toFull(relationship.inverse).flat();
    checks["inv(A)=Ainv rules"]!.computed.forEach((value, k) => {
      expect(inverse[k]).toBeCloseTo(value, 11);
    });
  });

  it("M3.4: the rows of the groups of A*^-1", () => {
    const { input, checks } = examples["M3.4"]!;
    const name = (parent: number): string => (parent < 0 ? `G${-parent}` : String(parent));
    const pedigree = buildPedigree(
      toTable({
        id: ["1", "2", "3", "4", "5", "6", "7", "8"],
        sire: input.sire.map(name),
        dam: input.dam.map(name),
      }),
      { groups: ["G1", "G2"] },
    );
    for (const inbreeding of [true, false]) {
      const full = toFull(pedigreeRelationship(pedigree, { inbreeding }).relationship.inverse);
      const rows = [...full[8]!, ...full[9]!];
      const { computed, book, tol } = checks["A*inv group rows"]!;
      rows.forEach((value, k) => {
        expect(value).toBeCloseTo(computed[k]!, 11);
        expect(Math.abs(value - book[k]!)).toBeLessThan(tol);
      });
    }
  });
});

describe("a sire model", () => {
  it("has the relationships of M3.2 from a pedigree of the sires: 1, 3 and 4, a son of 1", () => {
    const pedigree = buildPedigree(toTable({ sire: [1, 3, 4], father: [0, 0, 1], mother: [0, 0, 0] }));
    const { relationship } = pedigreeRelationship(pedigree);
    expect(toFull(relationship.inverse).flat()).toEqual([4 / 3, 0, -2 / 3, 0, 1, 0, -2 / 3, 0, 4 / 3]);
    expect(relationship.logDeterminant).toBeCloseTo(Math.log(0.75), 15);
  });
});
