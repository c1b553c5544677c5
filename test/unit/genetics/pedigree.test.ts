import { describe, expect, it } from "vitest";
import { buildPedigree, type PedigreeOptions } from "../../../src/genetics/pedigree.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { errorOf } from "../base/errorOf.ts";
import { type PedigreeRow, pedigreeTable } from "./denseRelationships.ts";

const build = (rows: readonly PedigreeRow[], options?: PedigreeOptions) =>
  buildPedigree(pedigreeTable(rows), options);
const fromText = (text: string, options?: PedigreeOptions) =>
  buildPedigree(readDelimited(text).table, options);

describe("the order of a pedigree", () => {
  it("is that of the file where parents come first", () => {
    const pedigree = build([
      ["z", "0", "0"],
      ["b", "", "NA"],
      ["a", "z", "b"],
      ["k", "a", "b"],
    ]);
    expect(pedigree.animals).toEqual(["z", "b", "a", "k"]);
    expect([...pedigree.sires]).toEqual([-1, -1, 0, 2]);
    expect([...pedigree.dams]).toEqual([-1, -1, 1, 1]);
    expect([...pedigree.generations]).toEqual([0, 0, 1, 2]);
  });

  it("puts ancestors before an animal that comes too early", () => {
    const pedigree = build([
      ["c", "b", "0"],
      ["x", "0", "0"],
      ["b", "a", "x"],
      ["a", "0", "0"],
    ]);
    expect(pedigree.animals).toEqual(["a", "x", "b", "c"]);
  });

  it("begins with parents that have no rows, and counts them in a note", () => {
    const pedigree = build([
      ["c", "a", "b"],
      ["d", "c", "e"],
    ]);
    expect(pedigree.animals).toEqual(["a", "b", "e", "c", "d"]);
    expect(pedigree.notes.map(({ code, message }) => [code, message])).toEqual([
      [
        "genetics/added-parents",
        "3 parents have no rows of their own and were added as base animals: 'a', 'b', 'e'",
      ],
    ]);
  });

  it("takes a chain of 200000 generations in reverse without recursion", () => {
    const n = 200_000;
    const animal = Float64Array.from({ length: n }, (_, i) => n - i);
    const pedigree = buildPedigree(
      toTable({ id: animal, father: animal.map((id) => id - 1), mother: new Float64Array(n) }),
    );
    expect(pedigree.animals[0]).toBe("1");
    expect(pedigree.generations[n - 1]).toBe(n - 1);
  });
});

describe("ids", () => {
  it("are the same as numbers and as text", () => {
    const pedigree = fromText("id,sire,dam\n10,0,0\n2,0,0\n30,10,2\nx4,30,2\n");
    expect(pedigree.animals).toEqual(["10", "2", "30", "x4"]);
    expect([...pedigree.sires]).toEqual([-1, -1, 0, 2]);
  });

  it("are not cut: 100000 stays 100000", () => {
    expect(fromText("id,sire,dam\n100000,0,0\n200000,100000,0\n").animals).toEqual(["100000", "200000"]);
  });

  it("of unknown parents may be missing in a whole column", () => {
    const pedigree = fromText("id,sire,dam\na,,NA\nb,a,NA\n");
    expect([...pedigree.dams]).toEqual([-1, -1]);
    expect([...pedigree.sires]).toEqual([-1, 0]);
  });
});

describe("a pedigree is refused", () => {
  it("when an animal descends from itself, with the circle", () => {
    const error = errorOf(() =>
      build([
        ["a", "c", "0"],
        ["b", "a", "0"],
        ["c", "0", "b"],
        ["d", "a", "b"],
      ]),
    );
    expect(error.code).toBe("genetics/loop");
    expect(error.message).toBe(
      "the pedigree has a loop of 3 animals, each an offspring of the next: 'a' <- 'c' <- 'b' <- 'a'",
    );
  });

  it("when animals are their own parents, all named with their rows", () => {
    const error = errorOf(() =>
      build([
        ["a", "a", "0"],
        ["b", "0", "0"],
        ["c", "b", "c"],
      ]),
    );
    expect(error.code).toBe("genetics/self-parent");
    expect(error.message).toBe("2 animals are their own parents: 'a' (row 1), 'c' (row 3)");
  });

  it("when an animal has different parents in two rows; equal rows count once", () => {
    const error = errorOf(() =>
      build([
        ["a", "s", "d"],
        ["a", "s", "0"],
      ]),
    );
    expect(error.code).toBe("genetics/conflicting-parents");
    expect(error.message).toContain("'a' (rows 1 and 2)");
    const twice = build([
      ["a", "s", "d"],
      ["a", "s", "d"],
    ]);
    expect(twice.animals).toEqual(["s", "d", "a"]);
    expect(twice.notes[0]!.code).toBe("genetics/duplicate-rows");
  });

  it("names the first ten of many", () => {
    const rows = Array.from({ length: 14 }, (_, i) => [`a${i}`, `a${i}`, "0"] as const);
    expect(errorOf(() => build(rows)).message).toMatch(/'a9' \(row 10\) and 4 more$/);
  });

  it("when a row has no animal, or the table no three columns", () => {
    expect(errorOf(() => fromText("id,sire,dam\n1,0,0\n0,1,1\n,1,1\n")).message).toBe(
      "the animal is missing or 0 in rows 2, 3 of the pedigree",
    );
    expect(errorOf(() => fromText("id,sire\n1,0\n")).code).toBe("genetics/pedigree-columns");
  });

  it("when both sexes occur and were refused; otherwise it is noted", () => {
    const rows: PedigreeRow[] = [
      ["c", "a", "b"],
      ["d", "b", "a"],
      ["e", "c", "c"],
    ];
    expect(errorOf(() => build(rows, { separateSexes: true })).message).toMatch(
      /^3 animals are both.*'b', 'a', 'c'$/,
    );
    const note = build(rows).notes.find(({ code }) => code === "genetics/both-sexes");
    expect(note?.message).toContain("1 come from selfing");
  });

  it("when an offspring is born before its parent", () => {
    const text = "id,sire,dam,born\na,0,0,2001\nb,a,0,2003\nc,b,a,2002\nd,c,0,NA\n";
    const error = errorOf(() => fromText(text, { birth: "born" }));
    expect(error.code).toBe("genetics/birth-order");
    expect(error.message).toBe("an offspring is not younger than a parent: 'c' (2002) of 'b' (2003)");
    expect(errorOf(() => fromText(text, { birth: "borm" })).hint).toBe("did you mean 'born'?");
    expect(fromText(text).animals).toHaveLength(4);
  });
});

describe("groups", () => {
  const rows: PedigreeRow[] = [
    ["a", "G1", "G2"],
    ["b", "a", "G2"],
    ["c", "a", "0"],
  ];

  it("come after the animals in the numbers of the parents", () => {
    const pedigree = build(rows, { groups: ["G1", "G2"] });
    expect(pedigree.animals).toEqual(["a", "b", "c"]);
    expect([...pedigree.sires]).toEqual([3, 0, 0]);
    expect([...pedigree.dams]).toEqual([4, 4, -1]);
    expect(pedigree.notes.map(({ code }) => code)).toEqual(["genetics/parents-without-group"]);
  });

  it("may have rows of their own without parents", () => {
    const pedigree = build([["G1", "0", "0"], ["G2", "0", "0"], ...rows], { groups: ["G1", "G2"] });
    expect(pedigree.animals).toEqual(["a", "b", "c"]);
  });

  it("are refused when they do not occur, occur twice or have parents", () => {
    const absent = errorOf(() => build(rows, { groups: ["G1", "g2"] }));
    expect([absent.code, absent.hint]).toEqual(["genetics/group", "did you mean 'G2'?"]);
    expect(errorOf(() => build(rows, { groups: ["G1", "G1"] })).message).toContain("named twice");
    expect(errorOf(() => build([["G1", "a", "0"], ...rows], { groups: ["G1", "G2"] })).message).toContain(
      "has parents",
    );
  });
});
