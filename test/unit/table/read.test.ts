import { gzipSync } from "node:zlib";
import {
  columnFromArray,
  dictionary,
  float64,
  int64,
  list,
  tableFromArrays,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { readTable } from "../../../src/table/read.ts";
import { plain } from "./columnsAsRows.ts";
import { rejection } from "./failure.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function parquetBytes(): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      rowGroupSize: 2,
      columnData: [
        { name: "y", data: [1.5, null, 3], type: "DOUBLE", nullable: true },
        { name: "n", data: Int32Array.of(1, 2, 3), type: "INT32" },
        { name: "id", data: [1n, 2n, 9007199254740993n], type: "INT64" },
        { name: "g", data: ["a", null, "b"], type: "STRING", nullable: true },
        { name: "z", data: [true, false, null], type: "BOOLEAN", nullable: true },
        {
          name: "day",
          data: [new Date("2026-01-31"), new Date("2026-02-01"), null],
          type: "TIMESTAMP",
          nullable: true,
        },
      ],
    }),
  );
}

describe("Parquet", () => {
  it("is read by its first bytes, over several row groups", async () => {
    const { table, report, notes } = await readTable(parquetBytes());
    expect(plain(table)).toEqual({
      y: [1.5, null, 3],
      n: [1, 2, 3],
      id: ["1", "2", "9007199254740993"],
      g: ["a", null, "b"],
      z: [true, false, null],
      day: ["2026-01-31", "2026-02-01", null],
    });
    expect(report.format).toBe("parquet");
    expect(notes.map(({ code }) => code)).toEqual(["table/large-integers"]);
  });

  it("honours na and text", async () => {
    const { table } = await readTable(parquetBytes(), { na: ["3"], text: ["n"] });
    expect(plain(table)).toMatchObject({ y: [1.5, null, null], n: ["1", "2", null] });
  });

  it("that is cut off anywhere is an error", async () => {
    const bytes = parquetBytes();
    for (const length of [4, 8, 100, bytes.length - 1]) {
      const error = await rejection(readTable(bytes.slice(0, length), { name: "a.parquet" }));
      expect(error.code).toBe("table/parquet");
    }
  });

  it("with damaged bytes is read or refused, never more", async () => {
    const bytes = parquetBytes();
    for (let i = 0; i < bytes.length; i += 3) {
      const damaged = bytes.slice();
      damaged[i] = damaged[i]! ^ 0x55;
      try {
        await readTable(damaged, { name: "a.parquet" });
      } catch (error) {
        await rejection(Promise.reject(error));
      }
    }
  });
});

describe("Arrow", () => {
  const table = tableFromArrays({ y: [1.5, null, 3], g: ["a", "b", "a"], z: [true, null, false] });

  it.each(["stream", "file"] as const)("is read from the %s format", async (format) => {
    const result = await readTable(tableToIPC(table, { format })!);
    expect(plain(result.table)).toEqual({ y: [1.5, null, 3], g: ["a", "b", "a"], z: [true, null, false] });
    expect(result.report.format).toBe("arrow");
  });

  it("keeps 64-bit ids exact and leaves nested columns out", async () => {
    const columns = tableFromColumns({
      id: columnFromArray([9007199254740993n, 2n], int64()),
      n: columnFromArray([5n, null], int64()),
      g: columnFromArray(["u", "v"], dictionary(utf8())),
      l: columnFromArray([[1], [2]], list(float64())),
    });
    const result = await readTable(tableToIPC(columns, { format: "file" })!);
    expect(plain(result.table)).toEqual({ id: ["9007199254740993", "2"], n: [5, null], g: ["u", "v"] });
    expect(result.notes.map(({ code }) => code)).toEqual(["table/nested-column", "table/large-integers"]);
  });

  it("that is cut off is an error", async () => {
    const bytes = tableToIPC(table, { format: "file" })!;
    for (const length of [8, 40, bytes.length >> 1]) {
      expect((await rejection(readTable(bytes.slice(0, length)))).code).toBe("table/arrow");
    }
  });
});

describe("JSON", () => {
  const expected = { y: [1.5, null], g: ["a", "b"], z: [true, false] };
  it.each([
    ["rows", '[{"y":1.5,"g":"a","z":true},{"y":null,"g":"b","z":false}]', "json"],
    ["an object of arrays", '{"y":[1.5,null],"g":["a","b"],"z":[true,false]}', "json"],
    ["one row per line", '{"y":1.5,"g":"a","z":true}\n\n{"g":"b","z":false}\n', "ndjson"],
    ["rows with Python's NaN", '[{"y":1.5,"g":"a","z":true},{"y":NaN,"g":"b","z":false}]', "json"],
    [
      "rows behind a byte order mark",
      '\ufeff [\n  {"y":1.5,"g":"a","z":true},{"y":"NA","g":"b","z":false}]',
      "json",
    ],
  ])("is read from %s", async (_, text, format) => {
    const { table, report } = await readTable(encode(text));
    expect(plain(table)).toEqual(expected);
    expect(report.format).toBe(format);
  });

  it("is read from a single line", async () => {
    expect(plain((await readTable(encode('{"y":1,"x":2}'))).table)).toEqual({ y: [1], x: [2] });
  });

  it("leaves the words NaN and Infinity in text alone", async () => {
    const { table } = await readTable(encode('[{"g":"a Infinity \\" NaN","y":-Infinity}]'));
    expect(plain(table)).toEqual({ g: ['a Infinity " NaN'], y: [Number.NEGATIVE_INFINITY] });
  });

  it("notes numbers that are text", async () => {
    const { table, notes } = await readTable(encode('[{"y":"1"},{"y":"2"}]'));
    expect(plain(table)).toEqual({ y: ["1", "2"] });
    expect(notes.map(({ code }) => code)).toEqual(["table/number-text"]);
  });

  it("with an error names the line", async () => {
    expect((await rejection(readTable(encode('{"y":1}\n{"y":2\n')))).message).toContain("line 2");
    expect((await rejection(readTable(encode('[{"y":1},\n]')))).code).toBe("table/json");
    expect((await rejection(readTable(encode("[]")))).code).toBe("table/empty");
    expect((await rejection(readTable(encode("5"), { name: "a.json" }))).code).toBe("table/json");
    expect((await rejection(readTable(encode('[{"y":{"a":1}}]')))).code).toBe("table/cell");
  });
});

describe("choice of the reader", () => {
  it("follows the file name for text", async () => {
    const result = await readTable(encode("[a],[b]\n1,2\n"), { name: "data.csv" });
    expect(plain(result.table)).toEqual({ "[a]": [1], "[b]": [2] });
  });

  it("is not fooled by headers that begin like another format", async () => {
    for (const name of ["PAR1", "PARENT", "FEA1", "ARROW1", "RDX", "PK", "X"]) {
      expect(plain((await readTable(encode(`${name},y\n1,2\n`))).table)).toEqual({ [name]: [1], y: [2] });
    }
  });

  it("reads gzipped files", async () => {
    const bytes = new Uint8Array(gzipSync("a,b\n1,2\n"));
    expect(plain((await readTable(bytes, { name: "a.csv.gz" })).table)).toEqual({ a: [1], b: [2] });
    expect((await rejection(readTable(bytes.slice(0, 15)))).code).toBe("table/format");
  });

  it("says what to do with files of other programs", async () => {
    const error = await rejection(readTable(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)));
    expect(error.code).toBe("table/format");
    expect(error.hint).toBe("save the sheet as CSV");
    expect((await rejection(readTable(encode("hello"), { name: "x.arrow" }))).code).toBe("table/format");
  });
});
