import { columnFromArray, tableFromArrays } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { type ColumnValues, readObjects, type TableSource, toTable } from "../../../src/table/fromObjects.ts";
import { plain } from "./columnsAsRows.ts";
import { failure } from "./failure.ts";

describe("toTable", () => {
  it("takes row objects, with absent keys missing", () => {
    const table = toTable([{ y: 1, g: "a" }, { g: "b", y: null, z: true }, { y: 3 }]);
    expect(table.rowCount).toBe(3);
    expect(plain(table)).toEqual({ y: [1, null, 3], g: ["a", "b", null], z: [null, true, null] });
  });

  it("takes an object of arrays, typed arrays and iterables", () => {
    const table = toTable({
      a: [1, null, 3],
      b: Float64Array.of(1, Number.NaN, 3),
      c: Int32Array.of(1, 2, 3),
      d: BigInt64Array.of(1n, 2n, -3n),
      e: new Set(["x", "y", "z"]),
      f: [true, undefined, false],
    });
    expect(plain(table)).toEqual({
      a: [1, null, 3],
      b: [1, null, 3],
      c: [1, 2, 3],
      d: [1, 2, -3],
      e: ["x", "y", "z"],
      f: [true, null, false],
    });
  });

  it("takes a Map of columns", () => {
    const columns = new Map<string, ColumnValues>([
      ["y", Float64Array.of(1, 2)],
      ["g", ["a", "b"]],
    ]);
    expect(plain(toTable(columns))).toEqual({ y: [1, 2], g: ["a", "b"] });
    expect(failure(() => toTable(new Map())).code).toBe("table/empty");
  });

  it("copies typed arrays", () => {
    const y = Float64Array.of(1, 2);
    const table = toTable({ y });
    y[0] = 99;
    expect(plain(table).y).toEqual([1, 2]);
  });

  it("returns a table as it is", () => {
    const table = toTable({ y: [1, 2], g: ["a", "b"] });
    expect(toTable(table).columns.get("g")).toBe(table.columns.get("g"));
  });

  it("takes the same texts for missing as files do", () => {
    const { table, report } = readObjects(
      { a: [1, "NA", 3], b: ["x", "", "."], c: [-9, 1, 2] },
      { na: ["-9"] },
    );
    expect(plain(table)).toEqual({ a: [1, null, 3], b: ["x", null, null], c: [null, 1, 2] });
    expect(report.columns.map(({ kind }) => kind)).toEqual(["numeric", "text", "numeric"]);
  });

  it("turns dates into ISO text and large integers into digits", () => {
    const { table, notes } = readObjects({
      day: [new Date("2026-01-31"), new Date(Number.NaN)],
      time: [new Date("2026-01-31T12:30:00Z"), null],
      id: [9007199254740993n, 1n],
    });
    expect(plain(table)).toEqual({
      day: ["2026-01-31", null],
      time: ["2026-01-31T12:30:00.000Z", null],
      id: ["9007199254740993", "1"],
    });
    expect(notes.map(({ code }) => code)).toEqual(["table/large-integers"]);
  });

  it("reports why a mixed column is text", () => {
    const { report, table } = readObjects({ x: [1, 2, "two", 4] });
    expect(plain(table).x).toEqual(["1", "2", "two", "4"]);
    expect(report.columns[0]!.whyText).toEqual({ reason: "not-a-number", value: "two", row: 3, numbers: 3 });
  });

  it("keeps numbers as text on request", () => {
    expect(plain(toTable({ id: [1, 2, null] }, { text: ["id"] })).id).toEqual(["1", "2", null]);
    expect(plain(toTable({ id: Float64Array.of(1, Number.NaN) }, { text: ["id"] })).id).toEqual(["1", null]);
  });

  it("takes tables of flechette", () => {
    const arrow = tableFromArrays({ y: [1.5, null, 3], g: ["a", "b", "a"] });
    expect(plain(toTable(arrow))).toEqual({ y: [1.5, null, 3], g: ["a", "b", "a"] });
    expect(columnFromArray([1, 2]).length).toBe(2);
  });

  it("takes tables of the shape of Arrow JS, whose toArray ignores nulls", () => {
    const columns = new Map<string, Iterable<unknown>>([["y", [1, null]]]);
    const arrow = {
      schema: { fields: [{ name: "y" }] },
      getChild: (name: string) => columns.get(name) ?? null,
    };
    expect(plain(toTable(arrow))).toEqual({ y: [1, null] });
  });

  it("takes tables of the shape of arquero", () => {
    const arquero = { columnNames: () => ["y"], array: () => Float64Array.of(1, 2), numRows: () => 2 };
    expect(plain(toTable(arquero))).toEqual({ y: [1, 2] });
  });

  it("names the column whose length differs", () => {
    const error = failure(() => toTable({ y: [1, 2, 3], x: [1, 2] }));
    expect(error.code).toBe("table/length");
    expect(error.message).toBe("column 'x' has 2 values but 'y' has 3");
    const broken = { rowCount: 3, columns: toTable({ y: [1, 2] }).columns };
    expect(failure(() => toTable(broken)).code).toBe("table/length");
  });

  it("refuses what is no table", () => {
    for (const source of [null, 5, "a,b", [1, 2], [[1, 2]], { y: 5 }, { y: "abc" }]) {
      expect(failure(() => toTable(source as unknown as TableSource)).code).toBe("table/source");
    }
    expect(failure(() => toTable([])).code).toBe("table/empty");
    expect(failure(() => toTable({})).code).toBe("table/empty");
    expect(failure(() => toTable({ y: [] })).message).toContain("0 rows");
  });

  it("refuses nested values with column and row", () => {
    const error = failure(() => toTable([{ y: 1 }, { y: [1, 2] }]));
    expect(error.code).toBe("table/cell");
    expect(error.message).toBe("column 'y' holds a list in row 2");
  });

  it("survives a column called __proto__", () => {
    const rows = JSON.parse('[{"__proto__": 1, "y": 2}]') as object[];
    expect(Array.from(toTable(rows).columns.keys())).toEqual(["__proto__", "y"]);
  });
});
