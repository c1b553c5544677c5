import type { FitResult } from "../fit/result.ts";

/** Names of the fixed coefficients; of several traits with the trait before, `wwg:sexF`. Length p. */
export function coefficientLabels({ model }: FitResult): readonly string[] {
  const { names } = model.fixed;
  const { traits } = model;
  return traits === undefined
    ? names
    : names.map((name, j) => `${traits.names[traits.fixedTrait[j]!]!}:${name}`);
}

/** Row of the table (from 1) of every record; of several traits with the trait after, `12:wwg`. */
export function recordLabel({ model, design }: FitResult, record: number): string {
  const row = String((design?.keptRows[record] ?? record) + 1);
  const { traits } = model;
  return traits === undefined ? row : `${row}:${traits.names[traits.trait[record]!]!}`;
}
