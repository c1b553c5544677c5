/**
 * Letters such that means without a common letter differ: insert and absorb, with letters that are not needed swept
 * out. The smallest mean has the first letter.
 *
 * @param estimates one a mean; null where it is not estimable: it gets no letter
 * @param differ    for all pairs (0, 1), (0, 2), ..., (1, 2), ... whether they differ
 * @cite Piepho (2004), J. Comput. Graph. Stat. 13, 456-466
 */
export function compactLetters(estimates: readonly (number | null)[], differ: readonly boolean[]): string[] {
  const k = estimates.length;
  const order = estimates
    .map((_, i) => i)
    .filter((i) => estimates[i] !== null)
    .sort((a, b) => estimates[a]! - estimates[b]!);
  const rank = new Map(order.map((mean, at) => [mean, at]));
  const pairs: (readonly [number, number])[] = [];
  let at = 0;
  for (let i = 0; i < k; i++) {
    for (let j = i + 1; j < k; j++) {
      const a = rank.get(i);
      const b = rank.get(j);
      if (differ[at++] && a !== undefined && b !== undefined) pairs.push([Math.min(a, b), Math.max(a, b)]);
    }
  }
  const columns = sweep(insertAndAbsorb(order.length, pairs), pairs);
  columns.sort((a, b) => compareSets(a, b));
  return estimates.map((_, mean) => {
    const own = rank.get(mean);
    if (own === undefined) return "";
    return columns.map((column, c) => (column.has(own) ? letter(c) : "")).join("");
  });
}

function insertAndAbsorb(
  count: number,
  pairs: readonly (readonly [number, number])[],
): ReadonlySet<number>[] {
  let columns: ReadonlySet<number>[] = [new Set(Array.from({ length: count }, (_, i) => i))];
  for (const [a, b] of pairs) {
    const untouched = columns.filter((column) => !(column.has(a) && column.has(b)));
    if (untouched.length === columns.length) continue;
    const split = columns
      .filter((column) => column.has(a) && column.has(b))
      .flatMap((column) => [without(column, a), without(column, b)]);
    const left: ReadonlySet<number>[] = [...untouched];
    for (const [s, candidate] of split.entries()) {
      const absorbed =
        untouched.some((column) => isSubset(candidate, column)) ||
        split.some(
          (other, o) => o !== s && isSubset(candidate, other) && (other.size > candidate.size || o < s),
        );
      if (!absorbed) left.push(candidate);
    }
    columns = left;
  }
  return columns;
}

/** Takes letters out as long as all pairs that do not differ still share one: whole letters first, then single ones. */
function sweep(
  columns: readonly ReadonlySet<number>[],
  pairs: readonly (readonly [number, number])[],
): ReadonlySet<number>[] {
  const left = columns.map((column) => new Set(column));
  const differ = new Set(pairs.map(([a, b]) => `${a},${b}`));
  const elsewhere = (a: number, b: number, but: ReadonlySet<number>): boolean =>
    left.some((column) => column !== but && column.has(a) && column.has(b));
  /** Whether a letter of a mean is the only one that it has, or that it shares with some other mean. */
  const needed = (mean: number, column: ReadonlySet<number>): boolean =>
    [...column].some((other) => {
      const pair = other < mean ? `${other},${mean}` : `${mean},${other}`;
      return !differ.has(pair) && !elsewhere(mean, other, column);
    });
  for (const column of left) {
    if (![...column].some((mean) => needed(mean, column))) column.clear();
  }
  for (const column of left) {
    for (const mean of [...column]) if (!needed(mean, column)) column.delete(mean);
  }
  return left.filter((column) => column.size > 0);
}

function without(column: ReadonlySet<number>, mean: number): ReadonlySet<number> {
  const out = new Set(column);
  out.delete(mean);
  return out;
}

function isSubset(inner: ReadonlySet<number>, outer: ReadonlySet<number>): boolean {
  if (inner.size > outer.size) return false;
  for (const mean of inner) if (!outer.has(mean)) return false;
  return true;
}

function compareSets(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const x = [...a].sort((p, q) => p - q);
  const y = [...b].sort((p, q) => p - q);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

/** a, ..., z, A, ..., Z, then with dots: a., b., ... */
function letter(index: number): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return alphabet[index % 52]! + ".".repeat(Math.floor(index / 52));
}
