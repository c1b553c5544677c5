import { describe, expect, it } from "vitest";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { readRelationship, relationshipFiles } from "../../../src/genetics/readRelationship.ts";
import { relationshipFrom } from "../../../src/genetics/relationshipFrom.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { errorOf, pointedAt } from "../base/errorOf.ts";
import { fromIdentity, tabular, times, toFull } from "./denseRelationships.ts";

describe("the text of a relationship", () => {
  it("has a name, a kind, a file and options", () => {
    expect(readRelationship("A=pedigree:data/my, ped.csv,groups=G1+G2,random=1")).toEqual({
      name: "A",
      kind: "pedigree",
      file: "data/my, ped.csv",
      options: { groups: ["G1", "G2"], random: 1 },
    });
    expect(
      readRelationship("A.2=pedigree:C:\\ped.csv,gamma=g.csv,sexes=separate,birth=year,inbreeding=no"),
    ).toEqual({
      name: "A.2",
      kind: "pedigree",
      file: "C:\\ped.csv",
      options: { gamma: "g.csv", separateSexes: true, birth: "year", inbreeding: false },
    });
    expect(readRelationship("K=matrix:k.csv,ridge=.01").options).toEqual({ ridge: 0.01 });
    expect(relationshipFiles(readRelationship("A=pedigree:p,gamma=g"))).toEqual(["p", "g"]);
  });

  it.each([
    [
      "ped.csv",
      "genetics/relationship-text",
      "write NAME=KIND:FILE, as in A=pedigree:ped.csv",
      "ped.csv".slice(0, 1),
    ],
    ["1A=pedigree:p", "genetics/relationship-text", "write NAME=KIND:FILE, as in A=pedigree:ped.csv", "1A"],
    ["A=ped.csv", "genetics/relationship-text", "kinds are", "ped.csv"],
    ["A=pedigre:p.csv", "genetics/relationship-text", "did you mean 'pedigree:'?", "pedigre"],
    ["A=pedigree:", "genetics/relationship-text", "write A=pedigree:FILE", ":"],
    ["A=pedigree:p,group=G", "genetics/relationship-option", "did you mean 'groups='?", "group"],
    ["A=matrix:p,groups=G", "genetics/relationship-option", "its options are ridge", "groups"],
    [
      "A=pedigree:p,random=yes",
      "genetics/relationship-option",
      "write a positive number, as in random=1",
      "yes",
    ],
    ["A=pedigree:p,groups=G++H", "genetics/relationship-option", "write the ids", "G++H"],
    ["A=pedigree:p,birth=a,birth=b", "genetics/relationship-option", "its options are", "birth"],
    ["A=inverse:p,ridge=1", "genetics/relationship-option", "inverse takes no options", "ridge"],
  ])("points at what is wrong in %s", (text, code, hint, marked) => {
    const error = errorOf(() => readRelationship(text));
    expect(error.code).toBe(code);
    expect(error.hint).toContain(hint);
    expect(pointedAt(error)).toBe(marked);
  });
});

describe("a relationship from its text", () => {
  const tables = new Map(
    Object.entries({
      ped: "id,s,d\na,G1,G2\nb,G1,G2\nc,a,b\nd,c,a\n",
      gamma: "G2,G1\n0.5,0.1\n0.1,0.7\n",
      half: "G1,G3\n0.5,0.1\n0.1,0.7\n",
      k: "a,b\n1,.5\n.5,1\n",
    }).map(([name, text]) => [name, readDelimited(text).table]),
  );
  const make = (text: string) => relationshipFrom(readRelationship(text), tables);

  it("is a pedigree with fixed groups, random groups or metafounders", () => {
    expect(make("A=pedigree:ped,groups=G1+G2").relationship.fixedGroups).toBe(2);
    expect(make("A=pedigree:ped,groups=G1+G2,random=1").relationship.fixedGroups).toBe(0);
    const { relationship } = make("A=pedigree:ped,groups=G1+G2,gamma=gamma");
    const pedigree = buildPedigree(tables.get("ped")!, { groups: ["G1", "G2"] });
    const k = tabular(pedigree, [
      [0.7, 0.1],
      [0.1, 0.5],
    ]);
    expect(fromIdentity(times(toFull(relationship.inverse), k))).toBeLessThan(1e-13);
    // the names of the groups are those of gamma when none are given
    expect(make("A=pedigree:ped,gamma=gamma").relationship.levels.slice(4)).toEqual(["G2", "G1"]);
  });

  it("says which groups gamma lacks", () => {
    expect(() => make("A=pedigree:ped,groups=G1+G2,gamma=half")).toThrow("has no row for the group 'G2'");
  });

  it("is any of the other kinds", () => {
    expect(make("S=sire-mgs:ped").relationship.source).toBe("sire-mgs");
    expect(make("D=dominance:ped").relationship.source).toBe("dominance");
    expect(make("K=matrix:k").relationship.logDeterminant).toBeCloseTo(Math.log(0.75), 14);
    expect(make("K=inverse:k").relationship.logDeterminant).toBeCloseTo(-Math.log(0.75), 14);
    expect(() => make("K=inverse:other")).toThrow("'other' was not given");
  });
});
