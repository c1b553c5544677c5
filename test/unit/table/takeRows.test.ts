import { describe, expect, it } from "vitest";
import { toTable } from "../../../src/table/fromObjects.ts";
import { takeRows } from "../../../src/table/takeRows.ts";
import { plain } from "./columnsAsRows.ts";
import { failure } from "./failure.ts";

const table = toTable({ y: [1, 2, null, 4], g: ["a", "b", null, "c"], z: [true, false, null, true] });

describe("takeRows", () => {
  it("takes rows in the given order, more than once where asked", () => {
    const taken = takeRows(table, Int32Array.of(3, 1, 2, 1));
    expect(taken.rowCount).toBe(4);
    expect(plain(taken)).toEqual({
      y: [4, 2, null, 2],
      g: ["c", "b", null, "b"],
      z: [true, false, null, false],
    });
  });

  it("keeps only levels that occur, in order of first appearance", () => {
    expect(takeRows(table, Int32Array.of(3, 1)).columns.get("g")).toMatchObject({ levels: ["c", "b"] });
  });

  it("refuses rows outside the table", () => {
    expect(failure(() => takeRows(table, Int32Array.of(0, 4))).code).toBe("table/row");
    expect(failure(() => takeRows(table, Int32Array.of(-1))).code).toBe("table/row");
  });
});
