/** henderson/table: delimited text without waiting (readTable of henderson loads its readers), and CSV out. */

export { readDelimited } from "./table/readDelimited.ts";
export type { ReadOptions, ReadResult } from "./table/readResult.ts";
export type { Table } from "./table/table.ts";
export { takeRows } from "./table/takeRows.ts";
export { writeCsv } from "./table/writeCsv.ts";
