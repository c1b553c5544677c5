import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTable } from "../../../src/table/read.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { checked } from "./failure.ts";

const magic = fc.constantFrom(
  "",
  "PAR1",
  "ARROW1\0\0",
  "\xff\xff\xff\xff",
  "\x1f\x8b",
  "[{",
  '{"a":',
  "\xef\xbb\xbf",
  "\xff\xfe",
  "a,b\n",
);
const tail = fc.constantFrom("", "PAR1", "ARROW1", "}]", '"');

describe("whatever the bytes are", () => {
  it("a table or one of our errors comes out", async () => {
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 400 }), tail, async (start, middle, end) => {
        const text = (part: string): number[] => Array.from(part, (character) => character.charCodeAt(0));
        const bytes = Uint8Array.from([...text(start), ...middle, ...text(end)]);
        try {
          const { table } = await readTable(bytes);
          expect(table.rowCount).toBeGreaterThan(0);
        } catch (error) {
          checkedOrAssertion(error);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("text made of delimiters, quotes and line ends is read or refused", () => {
    const text = fc.string({ unit: fc.constantFrom(...'a1,;\t| "\n\r.-eN'), maxLength: 60 });
    fc.assert(
      fc.property(text, (source) => {
        try {
          const { table, report } = readDelimited(source);
          for (const column of table.columns.values()) {
            expect(column.kind === "text" ? column.codes.length : column.values.length).toBe(table.rowCount);
          }
          expect(report.columns.length).toBe(table.columns.size);
        } catch (error) {
          checkedOrAssertion(error);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("a megabyte of quotes or delimiters takes less than three seconds", () => {
    for (const unit of ['"', ",", "\n", "a\n", '"a",', " ", "\t", '""']) {
      const start = performance.now();
      try {
        readDelimited(unit.repeat(1e6 / unit.length));
      } catch (error) {
        checkedOrAssertion(error);
      }
      expect(performance.now() - start, JSON.stringify(unit)).toBeLessThan(3000);
    }
  });
});

/** Passes assertion errors on; everything else must be ours. */
function checkedOrAssertion(error: unknown): void {
  if (error instanceof Error && error.name === "AssertionError") throw error;
  checked(error);
}
