/** What a code means and what to do about it; shown by `henderson explain CODE`. */
export interface CatalogueEntry {
  readonly title: string;
  /** What happened and why it matters, in plain language. */
  readonly meaning: string;
  /** What to do, most useful first. */
  readonly remedy: string;
}

/** The codes of one layer: code -> entry. Each layer that throws or notes has a `catalogue.ts`. */
export type Catalogue = Readonly<Record<string, CatalogueEntry>>;
