import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { functions } from "./functions.ts";

type Row = readonly [string, readonly (number | string)[], boolean, boolean, number | string];

const tolerance = 1e-11;

function readRows(name: string): Map<string, Row[]> {
  const text = readFileSync(new URL(`../../reference/data/${name}`, import.meta.url), "utf8");
  const groups = new Map<string, Row[]>();
  for (const row of (JSON.parse(text) as { rows: Row[] }).rows) {
    const group = groups.get(row[0]);
    if (group === undefined) groups.set(row[0], [row]);
    else group.push(row);
  }
  return groups;
}

function relativeError(actual: number, expected: number): number {
  if (actual === expected) return 0;
  // below the normal range a double has no eleven digits
  if (Math.abs(expected) < 1e-306 && Math.abs(actual) < 1e-306) return 0;
  const error = Math.abs(actual - expected) / Math.abs(expected);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

for (const [file, oracle] of [
  ["distributions.json", "R"],
  ["distributionsHard.json", "40-digit quadrature"],
] as const) {
  describe(`against ${oracle}`, () => {
    for (const [name, rows] of readRows(file)) {
      it(`${name} agrees to ${tolerance} relative on ${rows.length} values`, () => {
        const wrong: string[] = [];
        for (const [, args, lower, log, value] of rows) {
          const actual = functions[name]!(args.map(toNumber), { lower, log });
          if (relativeError(actual, toNumber(value)) > tolerance) {
            wrong.push(`${args} lower=${lower} log=${log}: ${actual}, expected ${value}`);
          }
        }
        expect(wrong).toEqual([]);
      });
    }
  });
}

function toNumber(value: number | string): number {
  if (typeof value === "number") return value;
  return value === "Inf" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
