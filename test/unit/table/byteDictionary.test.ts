import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteDictionary } from "../../../src/table/byteDictionary.ts";

describe("ByteDictionary", () => {
  it("numbers strings in order of first appearance as a Map does", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4, unit: "grapheme" }), { maxLength: 300 }), (texts) => {
        const dictionary = new ByteDictionary();
        const map = new Map<string, number>();
        for (const text of texts) {
          if (!map.has(text)) map.set(text, map.size);
          const bytes = new TextEncoder().encode(`<${text}>`);
          expect(dictionary.intern(bytes, 1, bytes.length - 1)).toBe(map.get(text));
        }
        expect(dictionary.decode()).toEqual(Array.from(map.keys()));
      }),
    );
  });

  it("holds a hundred thousand strings", () => {
    const dictionary = new ByteDictionary();
    const encoder = new TextEncoder();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 100_000; i++) {
        const bytes = encoder.encode(`id${i}`);
        if (dictionary.intern(bytes, 0, bytes.length) !== i) throw new Error(`wrong code of ${i}`);
      }
    }
    expect(dictionary.size).toBe(100_000);
  });
});
