import type { CatalogueEntry } from "../base/catalogue.ts";

/** What a code means and what to do about it; null for an unknown code. The texts are loaded when first asked for. */
export async function explain(code: string): Promise<CatalogueEntry | null> {
  const { codes } = await import("./codes.ts");
  return Object.hasOwn(codes, code) ? codes[code]! : null;
}
