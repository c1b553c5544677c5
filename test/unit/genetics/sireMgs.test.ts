import { expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { buildSirePedigree, sireMgsRelationship } from "../../../src/genetics/sireMgs.ts";
import {
  fromIdentity,
  logDeterminant,
  type PedigreeRow,
  pedigreeTable,
  randomPedigree,
  tabular,
  times,
  toFull,
} from "./denseRelationships.ts";

it("the inverse for sires and maternal grandsires is that of A with the dams in between", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const rows = randomPedigree(randomStream(seed, 3), 50);
    const made = buildSirePedigree(pedigreeTable(rows));
    const { relationship, inbreeding } = sireMgsRelationship(made);
    const withDams = rows.flatMap(([bull, sire, mgs]): PedigreeRow[] => [
      [`dam of ${bull}`, mgs, "0"],
      [bull, sire, `dam of ${bull}`],
    ]);
    const expanded = buildPedigree(pedigreeTable(withDams));
    const all = tabular(expanded);
    const place = made.bulls.animals.map((bull) => expanded.animals.indexOf(bull));
    const a = place.map((i) => place.map((j) => all[i]![j]!));
    expect(fromIdentity(times(toFull(relationship.inverse), a))).toBeLessThan(1e-11);
    expect(relationship.logDeterminant).toBeCloseTo(logDeterminant(a), 10);
    inbreeding.forEach((f, i) => {
      expect(f).toBeCloseTo(a[i]![i]! - 1, 13);
      expect(relationship.diagonal[i]).toBe(1 + f);
    });
    expect(Math.max(...inbreeding)).toBeGreaterThan(0);
    expect(made.bulls.notes).toEqual([]);
  }
});

it("the variances without inbreeding are 11/16, 3/4, 15/16 and 1", () => {
  const made = buildSirePedigree(
    pedigreeTable([
      ["s", "0", "0"],
      ["m", "0", "0"],
      ["both", "s", "m"],
      ["sire", "s", "0"],
      ["mgs", "0", "m"],
    ]),
  );
  const { relationship } = sireMgsRelationship(made);
  expect(relationship.logDeterminant).toBeCloseTo(Math.log((11 / 16) * (3 / 4) * (15 / 16)), 14);
});
