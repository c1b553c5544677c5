import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toTable } from "../../../src/table/fromObjects.ts";
import { missingValues } from "../../../src/table/missingValues.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { writeCsv } from "../../../src/table/writeCsv.ts";
import { plain } from "./columnsAsRows.ts";

describe("writeCsv", () => {
  it("quotes where RFC 4180 asks for it and writes missing values as NA", () => {
    const table = toTable({
      "a,b": [0.1, null, 1e21],
      g: ['say "x"', "two\nlines", null],
      z: [true, false, null],
      w: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5],
    });
    expect(writeCsv(table)).toBe(
      '"a,b",g,z,w\n0.1,"say ""x""",TRUE,Inf\nNA,"two\nlines",FALSE,-Inf\n1e+21,NA,NA,-0.5\n',
    );
  });

  it("guards text that a spreadsheet would take for a formula, but no numbers", () => {
    const table = toTable({
      "=n": ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "x=1"],
      y: [-1, -2, -3, -4, -5, -6, 7],
    });
    expect(writeCsv(table)).toBe("'=n,y\n'=1+1,-1\n'+x,-2\n'-x,-3\n'@x,-4\n'\tx,-5\n\"'\rx\",-6\nx=1,7\n");
    expect(writeCsv(table, { guardFormulas: false })).toContain("\n=1+1,-1\n");
  });

  it("reads back as the same table", () => {
    const missing = missingValues();
    const text = fc
      .string({ unit: fc.constantFrom(..."ab ,;|\t\"'\n\r=é\u0301😀0.NA") })
      .filter((value) => !missing.texts.has(value.trim()));
    const name = fc.stringMatching(/^[a-zé ,;"]{1,6}$/).filter((value) => value === value.trim());
    const cell = fc.record({
      y: fc.option(fc.double({ noNaN: true })),
      g: fc.option(text),
      z: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), name, (rows, y) => {
        const table = toTable(
          rows.map((row) => ({ [`${y}1`]: row.y, g: row.g, z: row.z })),
          { text: ["g"] },
        );
        const csv = writeCsv(table, { guardFormulas: false });
        const back = readDelimited(csv, { delimiter: ",", text: ["g"] });
        expect(back.table.rowCount).toBe(rows.length);
        const sameZero = (values: ReturnType<typeof plain>): unknown =>
          JSON.parse(
            JSON.stringify(values, (_, v) => (v === Infinity ? "Inf" : v === -Infinity ? "-Inf" : v)),
          );
        expect(sameZero(plain(back.table))).toEqual(sameZero(plain(table)));
      }),
      { numRuns: 500 },
    );
  });
});
