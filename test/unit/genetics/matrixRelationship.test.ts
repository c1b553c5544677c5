import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import { pedigreeRelationship } from "../../../src/genetics/inverseRelationship.ts";
import { inverseMatrixRelationship, matrixRelationship } from "../../../src/genetics/matrixRelationship.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { readRelationshipTable } from "../../../src/genetics/relationshipTable.ts";
import { smallestEigenvalue } from "../../../src/genetics/smallestEigenvalue.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import {
  type Dense,
  difference,
  fromIdentity,
  logDeterminant,
  pedigreeTable,
  randomPedigree,
  tabular,
  times,
  toFull,
} from "./denseRelationships.ts";

const table = (text: string) => readDelimited(text).table;
const pedigree = buildPedigree(pedigreeTable(randomPedigree(randomStream(3), 40)));
const a = tabular(pedigree);
const names = pedigree.animals;
const denseText = (rows: Dense): string =>
  [names.join(","), ...rows.map((row) => row.map(String).join(","))].join("\n");

describe("a matrix of the user", () => {
  it("gives the inverse, determinant and diagonal of the pedigree it came from", () => {
    const { relationship, notes } = matrixRelationship(table(denseText(a)), { name: "K" });
    const exact = pedigreeRelationship(pedigree).relationship;
    expect(difference(toFull(relationship.inverse), toFull(exact.inverse))).toBeLessThan(1e-10);
    expect(relationship.logDeterminant).toBeCloseTo(exact.logDeterminant, 10);
    expect(difference([[...relationship.diagonal]], [[...exact.diagonal]])).toBeLessThan(1e-13);
    expect(relationship.levels).toEqual(names);
    expect(notes).toEqual([]);
  });

  it("may have a column of ids in another order", () => {
    const k = matrixRelationship(table("id,a,b,c\nb,.5,2,0\nc,0,0,3\na,1,.5,0\n"), {
      name: "K",
    }).relationship;
    expect(k.levels).toEqual(["a", "b", "c"]);
    expect([...k.diagonal]).toEqual([1, 2, 3]);
    expect(
      fromIdentity(
        times(toFull(k.inverse), [
          [1, 0.5, 0],
          [0.5, 2, 0],
          [0, 0, 3],
        ]),
      ),
    ).toBeLessThan(1e-15);
    // c is not related to the others: nothing is stored between them
    expect(k.inverse.values.length).toBe(4);
  });

  it("may be sparse, from either triangle, with or without a header", async () => {
    const text = "1 1 1.0\n2 2 2.0\n1 2 0.5\n3 3 3\n3 2 0.25\n2 3 0.25\n";
    const read = await readRelationshipTable(new TextEncoder().encode(text), "matrix");
    const k = matrixRelationship(read.table, { name: "K" }).relationship;
    const same = matrixRelationship(table(`i j k\n${text}`), { name: "K" }).relationship;
    expect(k).toEqual(same);
    expect(k.levels).toEqual(["1", "2", "3"]);
    expect(
      fromIdentity(
        times(toFull(k.inverse), [
          [1, 0.5, 0],
          [0.5, 2, 0.25],
          [0, 0.25, 3],
        ]),
      ),
    ).toBeLessThan(1e-15);
  });

  it("with three levels that are numbers is dense when it is symmetric", async () => {
    const text = "7,8,9\n1,.5,0\n.5,2,0\n0,0,3\n";
    const read = await readRelationshipTable(new TextEncoder().encode(text), "matrix");
    expect(matrixRelationship(read.table, { name: "K" }).relationship.levels).toEqual(["7", "8", "9"]);
  });

  it("is refused when not symmetric, naming the entry; single precision is averaged", () => {
    const text = (value: string): string => `a,b,c,d\n1,.5,0,0\n${value},1,0,0\n0,0,1,0\n0,0,0,1\n`;
    expect(() => matrixRelationship(table(text("0.4")), { name: "K" })).toThrow(
      "the matrix of 'K' is not symmetric: its value for 'b' and 'a' is 0.4 in one place and 0.5 in the other",
    );
    const { notes } = matrixRelationship(table(text("0.5000002")), { name: "K" });
    expect(notes.map(({ code }) => code)).toEqual(["genetics/averaged"]);
  });

  it("is refused when indefinite or singular, telling the smallest eigenvalue; a ridge helps", () => {
    const indefinite = table("a,b\n1,2\n2,1\n");
    expect(() => matrixRelationship(indefinite, { name: "K" })).toThrow(
      "the matrix of 'K' is not positive definite: its smallest eigenvalue is -1.000",
    );
    const clones = table("a,b,c,d\n1,1,0,0\n1,1,0,0\n0,0,1,0\n0,0,0,1\n");
    expect(() => matrixRelationship(clones, { name: "K" })).toThrow(/smallest eigenvalue/);
    const { relationship, notes } = matrixRelationship(clones, { name: "K", ridge: 0.01 });
    expect(relationship.logDeterminant).toBeCloseTo(Math.log((1.01 ** 2 - 1) * 1.01 ** 2), 12);
    expect(relationship.diagonal[0]).toBe(1.01);
    expect(notes.map(({ code }) => code)).toEqual(["genetics/ridge"]);
  });

  it("is refused when it is no matrix", () => {
    expect(() => matrixRelationship(table("a,b\n1,0\n0,1\n0,0\n"), { name: "K" })).toThrow(
      "3 rows and 2 columns",
    );
    expect(() => matrixRelationship(table("id,a,b,c\na,1,0,0\nb,0,1,0\nx,0,0,1\n"), { name: "K" })).toThrow(
      "has 'x'",
    );
    expect(() => matrixRelationship(table("a,b\n1,NA\n0,1\n"), { name: "K" })).toThrow("row 'a', column 'b'");
    expect(() => matrixRelationship(table("i,j,v\na,a,1\na,b,.1\n"), { name: "K" })).toThrow(
      "no diagonal entry for 'b'",
    );
  });
});

describe("an inverse of the user", () => {
  it("stays sparse and gives log|K| and the diagonal of K", () => {
    const exact = pedigreeRelationship(pedigree).relationship;
    const { pointers, rows, values } = exact.inverse;
    const lines = ["i,j,v"];
    for (let j = 0; j < names.length; j++) {
      for (let p = pointers[j]!; p < pointers[j + 1]!; p++)
        lines.push(`${names[j]},${names[rows[p]!]},${values[p]}`);
    }
    const { relationship } = inverseMatrixRelationship(table(lines.join("\n")), { name: "K" });
    expect(relationship.logDeterminant).toBeCloseTo(exact.logDeterminant, 10);
    const place = relationship.levels.map((level) => names.indexOf(level));
    relationship.diagonal.forEach((value, i) => {
      expect(value).toBeCloseTo(a[place[i]!]![place[i]!]!, 12);
    });
    const expected = place.map((i) => place.map((j) => toFull(exact.inverse)[i]![j]!));
    expect(toFull(relationship.inverse)).toEqual(expected);
    expect(logDeterminant(toFull(relationship.inverse))).toBeCloseTo(-relationship.logDeterminant, 10);
  });

  it("is refused when indefinite", () => {
    expect(() => inverseMatrixRelationship(table("a,b\n1,2\n2,1\n"), { name: "K" })).toThrow(
      "the inverse matrix of 'K' is not positive definite: its smallest eigenvalue is -1.000",
    );
  });
});

it("the smallest eigenvalue is found by products: of a path graph, 2 - 2 cos(pi / (n + 1))", () => {
  for (const n of [1, 2, 50, 119]) {
    const multiply = (x: Float64Array): Float64Array =>
      x.map((value, i) => 2 * value - (x[i - 1] ?? 0) - (x[i + 1] ?? 0));
    expect(smallestEigenvalue(n, multiply)).toBeCloseTo(2 - 2 * Math.cos(Math.PI / (n + 1)), 10);
  }
});

it("a pedigree without a header is refused, and no other", async () => {
  const read = (text: string) => readRelationshipTable(new TextEncoder().encode(text), "pedigree");
  await expect(read("1 0 0\n2 1 0\n")).rejects.toMatchObject({ code: "genetics/no-header" });
  expect((await read("a b c\n1 0 0\n2 1 0\n")).table.rowCount).toBe(2);
});
