import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tableCatalogue } from "../../../src/table/catalogue.ts";

describe("the table catalogue", () => {
  it("has exactly the codes that the folder uses", () => {
    const folder = new URL("../../../src/table/", import.meta.url);
    const used = new Set<string>();
    for (const file of readdirSync(folder).filter((name) => name !== "catalogue.ts")) {
      const text = readFileSync(new URL(file, folder), "utf8");
      for (const [, code] of text.matchAll(/"(table\/[a-z-]+)"\s*,\n?\s*(?!")/g)) used.add(code!);
      for (const [, code] of text.matchAll(/HendersonError\(\s*"(table\/[a-z-]+)"/g)) used.add(code!);
    }
    expect(Object.keys(tableCatalogue).sort()).toEqual(Array.from(used).sort());
  });
});
