/**
 * The candidate a misspelled name most likely means, or null when none is close.
 *
 * Case is ignored at first. The distance counts insertions, deletions, substitutions and swaps of
 * neighbors (optimal string alignment); a candidate within a third of the longer length, rounded up,
 * is close. Ties go to the earlier candidate.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = fold(name);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === name) return candidate;
    const other = fold(candidate);
    const limit = Math.ceil(Math.max(wanted.length, other.length) / 3);
    if (Math.abs(wanted.length - other.length) > limit) continue;
    const distance = alignmentDistance(wanted, other);
    // a one- or two-letter name shares nothing with a candidate that differs in every letter
    if (distance <= limit && distance < bestDistance && distance < Math.max(wanted.length, other.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Names longer than this are compared by their beginning: hostile input must not cost a quadratic time. */
const COMPARED_LENGTH = 64;

function fold(name: string): string {
  return name.slice(0, COMPARED_LENGTH).toLowerCase();
}

function alignmentDistance(a: string, b: string): number {
  const width = b.length + 1;
  let beforePrevious = new Uint16Array(width);
  let previous = Uint16Array.from({ length: width }, (_, j) => j);
  let current = new Uint16Array(width);
  for (let i = 1; i <= a.length; i++) {
    current[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforePrevious[j - 2]! + 1);
      }
      current[j] = cost;
    }
    [beforePrevious, previous, current] = [previous, current, beforePrevious];
  }
  return previous[b.length]!;
}
