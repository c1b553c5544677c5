import { rankNumbers } from "./levels.ts";
import type { FactorVector } from "./vector.ts";

/** Groups of rows: codes of length n into levels, -1 where a factor is missing. */
export interface Grouping {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/**
 * Combinations of factors that occur, `a:b`, sorted by the first factor, then the second.
 *
 * @param factors one or more; levels of a single factor stay as they are
 */
export function crossGroups(factors: readonly FactorVector[]): Grouping {
  const [first, ...others] = factors;
  let current: Grouping = first!;
  for (const factor of others) {
    const { codes, levels } = current;
    const width = factor.levels.length;
    const n = codes.length;
    const combined = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const present = codes[i]! >= 0 && factor.codes[i]! >= 0;
      combined[i] = present ? codes[i]! * width + factor.codes[i]! : Number.NaN;
    }
    const ranked = rankNumbers(combined);
    const names: string[] = [];
    for (const code of ranked.levels) {
      const left = Math.floor(code / width);
      names.push(`${levels[left]!}:${factor.levels[code - left * width]!}`);
    }
    current = { codes: ranked.codes, levels: names };
  }
  return current;
}
