import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formulaCatalogue } from "../../../src/formula/catalogue.ts";

const folder = new URL("../../../src/formula/", import.meta.url);

function codesInSources(): Set<string> {
  const codes = new Set<string>();
  for (const file of readdirSync(folder)) {
    if (file === "catalogue.ts") continue;
    for (const match of readFileSync(new URL(file, folder), "utf8").matchAll(/"(formula\/[a-z-]+)"/gu)) {
      codes.add(match[1]!);
    }
  }
  return codes;
}

describe("formulaCatalogue", () => {
  it("explains every code that is thrown, and no other", () => {
    expect(Object.keys(formulaCatalogue).sort()).toEqual([...codesInSources()].sort());
  });

  it("has whole sentences in every entry", () => {
    for (const { title, meaning, remedy } of Object.values(formulaCatalogue)) {
      expect(title).not.toMatch(/\.$/u);
      expect(meaning).toMatch(/\.$/u);
      expect(remedy).toMatch(/\.$/u);
    }
  });
});
