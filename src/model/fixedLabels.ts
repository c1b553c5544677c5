import type { Model } from "./model.ts";

/** Names of the fixed columns; `trait:name` where there are several traits. */
export function fixedLabels({ fixed, traits }: Pick<Model, "fixed" | "traits">): readonly string[] {
  if (traits === undefined) return fixed.names;
  return fixed.names.map((name, j) => `${traits.names[traits.fixedTrait[j]!]!}:${name}`);
}
