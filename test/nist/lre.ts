import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDelimited } from "../../src/table/readDelimited.ts";
import type { Table } from "../../src/table/table.ts";

const folder = fileURLToPath(new URL("../../../shared/data/nist/", import.meta.url));

/** Whether the data are beside the repository; they are not part of it. */
export const nistIsPresent: boolean = existsSync(folder);

/** What the name of a test says when the data are absent. */
export const skippedNote: string = nistIsPresent ? "" : " (skipped: ../shared/data/nist is absent)";

/** The JSON descriptions of one folder, `lls` or `anova`, by name. */
export function nistSets<T>(kind: "lls" | "anova"): T[] {
  if (!nistIsPresent) return [];
  return readdirSync(`${folder}${kind}`)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(`${folder}${kind}/${file}`, "utf8")) as T);
}

/** The data of a set. */
export function nistTable(kind: "lls" | "anova", name: string): Table {
  return readDelimited(readFileSync(`${folder}${kind}/${name}.csv`, "utf8")).table;
}

/**
 * Log relative error: about the number of correct significant digits, at most 15. Where the certified value is zero,
 * the digits after the point (log absolute error), as NIST does.
 */
export function logRelativeError(value: number, certified: number): number {
  if (!Number.isFinite(value)) return value === certified ? 15 : 0;
  const error = certified === 0 ? Math.abs(value) : Math.abs((value - certified) / certified);
  return error === 0 ? 15 : Math.max(0, Math.min(15, -Math.log10(error)));
}

/** Smallest log relative error of a vector. */
export function worst(values: ArrayLike<number>, certified: readonly string[]): number {
  if (values.length !== certified.length) return 0;
  return Math.min(...certified.map((text, j) => logRelativeError(values[j]!, Number(text))));
}

/** Rows of text with aligned columns, for the log of the run. */
export function lreTable(
  rows: readonly (readonly [string, ...number[]])[],
  heads: readonly string[],
): string {
  const lines = rows.map(
    ([name, ...values]) => name.padEnd(10) + values.map((v) => v.toFixed(1).padStart(8)).join(""),
  );
  return [
    heads[0]!.padEnd(10) +
      heads
        .slice(1)
        .map((head) => head.padStart(8))
        .join(""),
    ...lines,
  ].join("\n");
}
