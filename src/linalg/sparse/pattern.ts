import { HendersonError } from "../../base/errors.ts";

/**
 * Nonzero pattern of a symmetric matrix as adjacency lists: both triangles, without the diagonal.
 *
 * The neighbors of node i are `indices[pointers[i]] .. indices[pointers[i + 1] - 1]`, ascending and
 * without duplicates. The diagonal is always taken to be nonzero. A node stands for one scalar row
 * or, where widths are given, for several adjacent ones.
 */
export interface SymmetricPattern {
  readonly size: number;
  /** length size + 1 */
  readonly pointers: Int32Array;
  /** length pointers[size] < 2^31 */
  readonly indices: Int32Array;
}

const LARGEST_INDEX_ARRAY = 2 ** 31 - 1;

/**
 * Pattern with an edge for every pair (rows[e], columns[e]); order, duplicates, mirrored pairs and
 * diagonal pairs do not matter.
 *
 * @throws HendersonError sparse/index-out-of-range, sparse/too-large
 */
export function patternFromPairs(
  size: number,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
): SymmetricPattern {
  const counts = new Float64Array(size);
  for (let e = 0; e < rows.length; e++) {
    const i = rows[e]!;
    const j = columns[e]!;
    requireIndex(i, size);
    requireIndex(j, size);
    if (i === j) continue;
    counts[i]!++;
    counts[j]!++;
  }
  const starts = pointersFromCounts(counts);
  const next = starts.slice(0, size);
  const unsorted = new Int32Array(starts[size]!);
  for (let e = 0; e < rows.length; e++) {
    const i = rows[e]!;
    const j = columns[e]!;
    if (i === j) continue;
    unsorted[next[i]!++] = j;
    unsorted[next[j]!++] = i;
  }
  return sortedPattern(size, starts, unsorted);
}

/** The pattern with `tail` more nodes at the end that are neighbors of every node. */
export function withDenseTail({ size, pointers, indices }: SymmetricPattern, tail: number): SymmetricPattern {
  const all = size + tail;
  const starts = new Int32Array(all + 1);
  const neighbors = new Int32Array(indices.length + tail * (size + all - 1));
  let count = 0;
  for (let i = 0; i < all; i++) {
    if (i < size) for (let q = pointers[i]!; q < pointers[i + 1]!; q++) neighbors[count++] = indices[q]!;
    for (let j = i < size ? size : 0; j < all; j++) if (j !== i) neighbors[count++] = j;
    starts[i + 1] = count;
  }
  return { size: all, pointers: starts, indices: neighbors };
}

/**
 * Pattern of a sum of outer products: the members of every clique are neighbors of each other.
 *
 * Clique c holds the nodes `members[pointers[c]] .. members[pointers[c + 1] - 1]` (repeats allowed).
 * This is the pattern of `sum_c a_c a_c'`, so of a Schur complement after a diagonal block has been
 * eliminated, found without listing the pairs: time is the sum of the squared clique sizes, memory
 * at most three times that of the result.
 *
 * @throws HendersonError sparse/index-out-of-range, sparse/too-large
 */
export function patternFromCliques(
  size: number,
  pointers: ArrayLike<number>,
  members: ArrayLike<number>,
): SymmetricPattern {
  const cliqueCount = pointers.length - 1;
  const memberCount = cliqueCount > 0 ? pointers[cliqueCount]! : 0;
  const counts = new Float64Array(size);
  for (let p = 0; p < memberCount; p++) {
    requireIndex(members[p]!, size);
    counts[members[p]!]!++;
  }
  let pairs = 0;
  for (let c = 0; c < cliqueCount; c++) pairs += (pointers[c + 1]! - pointers[c]!) ** 2;
  const words = (size + 31) >>> 5;
  if (size * words <= LARGEST_BITMAP && memberCount * words < 2 * pairs) {
    return patternFromBitmap(size, words, pointers, members);
  }
  const cliqueStarts = pointersFromCounts(counts);
  const cliquesOfNode = new Int32Array(memberCount);
  const next = cliqueStarts.slice(0, size);
  for (let c = 0; c < cliqueCount; c++) {
    for (let p = pointers[c]!; p < pointers[c + 1]!; p++) cliquesOfNode[next[members[p]!]!++] = c;
  }

  const marked = new Int32Array(size).fill(-1);
  const starts = new Int32Array(size + 1);
  let neighbors = new Int32Array(Math.min(pairs, 4 * size));
  let end = 0;
  for (let i = 0; i < size; i++) {
    marked[i] = i;
    const lastClique = cliqueStarts[i + 1]!;
    for (let q = cliqueStarts[i]!; q < lastClique; q++) {
      const c = cliquesOfNode[q]!;
      const last = pointers[c + 1]!;
      const room = end + last - pointers[c]!;
      if (room > neighbors.length) neighbors = enlarged(neighbors, room, size);
      for (let p = pointers[c]!; p < last; p++) {
        const j = members[p]!;
        if (marked[j] === i) continue;
        marked[j] = i;
        neighbors[end++] = j;
      }
    }
    starts[i + 1] = end;
  }
  return sortedPattern(size, starts, neighbors.subarray(0, end));
}

/** A copy with room for `least` indices, twice as many as before where that may be. */
function enlarged(indices: Int32Array, least: number, size: number): Int32Array<ArrayBuffer> {
  if (least > LARGEST_INDEX_ARRAY) throw tooLarge(size);
  const larger = new Int32Array(Math.min(Math.max(least, 2 * indices.length), LARGEST_INDEX_ARRAY));
  larger.set(indices);
  return larger;
}

/** 32-bit words of the largest bitmap worth its memory (16 MB). */
const LARGEST_BITMAP = 2 ** 22;

/** patternFromCliques on a bitmap of the matrix: 32 neighbors a step where cliques overlap much. */
function patternFromBitmap(
  size: number,
  words: number,
  pointers: ArrayLike<number>,
  members: ArrayLike<number>,
): SymmetricPattern {
  const bitmap = new Int32Array(size * words);
  const clique = new Int32Array(words);
  for (let c = 0; c + 1 < pointers.length; c++) {
    const from = pointers[c]!;
    const to = pointers[c + 1]!;
    for (let p = from; p < to; p++) clique[members[p]! >>> 5]! |= 1 << (members[p]! & 31);
    for (let p = from; p < to; p++) {
      const row = members[p]! * words;
      for (let w = 0; w < words; w++) bitmap[row + w]! |= clique[w]!;
    }
    for (let p = from; p < to; p++) clique[members[p]! >>> 5] = 0;
  }
  const degrees = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    bitmap[i * words + (i >>> 5)]! &= ~(1 << (i & 31));
    for (let w = 0; w < words; w++) degrees[i]! += bitCount(bitmap[i * words + w]!);
  }
  const starts = pointersFromCounts(degrees);
  const indices = new Int32Array(starts[size]!);
  let end = 0;
  for (let i = 0; i < size; i++) {
    for (let w = 0; w < words; w++) {
      for (let bits = bitmap[i * words + w]!; bits !== 0; bits &= bits - 1) {
        indices[end++] = 32 * w + 31 - Math.clz32(bits & -bits);
      }
    }
  }
  return { size, pointers: starts, indices };
}

function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The pattern with edges between each two consecutive nodes from `first` on; the same object when nothing is missing. */
export function withTrailingPath(pattern: SymmetricPattern, first: number): SymmetricPattern {
  const missing: number[] = [];
  for (let i = Math.max(first, 0); i + 1 < pattern.size; i++) {
    if (!hasEdge(pattern, i, i + 1)) missing.push(i);
  }
  if (missing.length === 0) return pattern;
  const edges = pattern.indices.length;
  const rows = new Int32Array(edges + missing.length);
  const columns = new Int32Array(edges + missing.length);
  columns.set(pattern.indices);
  for (let i = 0; i < pattern.size; i++) rows.fill(i, pattern.pointers[i]!, pattern.pointers[i + 1]!);
  missing.forEach((i, e) => {
    rows[edges + e] = i;
    columns[edges + e] = i + 1;
  });
  return patternFromPairs(pattern.size, rows, columns);
}

function hasEdge(pattern: SymmetricPattern, i: number, j: number): boolean {
  let low = pattern.pointers[i]!;
  let high = pattern.pointers[i + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pattern.indices[middle]! < j) low = middle + 1;
    else high = middle;
  }
  return low < pattern.pointers[i + 1]! && pattern.indices[low] === j;
}

/** Sorts symmetric adjacency lists by one transposition and drops duplicates. */
function sortedPattern(size: number, starts: Int32Array, unsorted: Int32Array): SymmetricPattern {
  const next = starts.slice(0, size);
  const sorted = new Int32Array(unsorted.length);
  for (let j = 0; j < size; j++) {
    for (let p = starts[j]!; p < starts[j + 1]!; p++) sorted[next[unsorted[p]!]!++] = j;
  }
  const pointers = new Int32Array(size + 1);
  let end = 0;
  for (let i = 0; i < size; i++) {
    let previous = -1;
    for (let p = starts[i]!; p < starts[i + 1]!; p++) {
      const j = sorted[p]!;
      if (j !== previous) sorted[end++] = j;
      previous = j;
    }
    pointers[i + 1] = end;
  }
  return { size, pointers, indices: end === sorted.length ? sorted : sorted.slice(0, end) };
}

function pointersFromCounts(counts: Float64Array): Int32Array {
  const pointers = new Int32Array(counts.length + 1);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i]!;
    if (sum > LARGEST_INDEX_ARRAY) throw tooLarge(counts.length);
    pointers[i + 1] = sum;
  }
  return pointers;
}

function tooLarge(size: number): HendersonError {
  return new HendersonError("sparse/too-large", `a sparse matrix of ${size} rows has over 2^31 entries`, {
    hint: "use fewer levels or fewer dense columns",
  });
}

function requireIndex(index: number, size: number): void {
  if (index >= 0 && index < size && Number.isInteger(index)) return;
  throw new HendersonError(
    "sparse/index-out-of-range",
    `a sparse matrix of ${size} rows has no row ${String(index)}`,
    {
      hint: `rows and columns are numbered 0 .. ${size - 1}`,
    },
  );
}
