import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { designCatalogue } from "../../../src/design/catalogue.ts";

it("explains exactly the codes that the layer throws or notes", () => {
  const folder = new URL("../../../src/design/", import.meta.url);
  const used = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name === "catalogue.ts") continue;
    for (const match of readFileSync(new URL(name, folder), "utf8").matchAll(/"(design\/[a-z-]+)"/g))
      used.add(match[1]!);
  }
  expect(Object.keys(designCatalogue).sort()).toEqual([...used].sort());
});
