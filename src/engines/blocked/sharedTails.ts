import type { Arena } from "../../linalg/kernels.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import type { LeafEntries } from "./leafEntries.ts";

/**
 * Levels of a leaf of intercepts with the same A_j, as counts of records often are, have the same K_j and E_j whatever
 * the variances: what their tails T_j add to the system is summed once, by class of levels.
 */
export interface SharedTailsPlan {
  /** levels class by class; class c is order[pointers[c]] .. order[pointers[c + 1] - 1] */
  readonly order: Int32Array;
  readonly pointers: Int32Array;
  /** first group of every scalar position r, length randomSize + 1: one for each class it occurs with */
  readonly groups: Int32Array;
}

/** The tails at one set of weights b_j^2, where b_j is K_j or E_j. Each T_j has m = p + 1 values. */
export interface SharedTails {
  /** Sets the weights, and lambda of every scalar position. */
  weigh(b: Float64Array, lambdaAt: Float64Array): void;
  /** The matrix at `block` (m x m, lower triangle) -= sum_j b_j^2 T_j T_j'. */
  subtractProducts(block: number): void;
  /** The m values at `to` -= lambda_r sum_j A_rj b_j^2 T_j. */
  subtractRow(r: number, to: number): void;
  /** Takes over the last column of the tails, the response, where it has changed. */
  renewResponse(): void;
}

/** Sums are worth their making where they are this many times fewer than what they sum. */
const WORTH = 2;
/** Levels whose tails are multiplied together: what they need stays in cache. */
const CHUNK = 256;

/** Null where too few levels have their A_j in common. */
export function planSharedTails({ leaf, factors, randomSize }: CrossedStatistics): SharedTailsPlan | null {
  if (factors.some((f) => f.width > 1)) return null;
  const classes = levelsByCount(leaf);
  if (classes === null) return null;
  const groups = new Int32Array(randomSize + 1);
  const latest = new Int32Array(randomSize).fill(-1);
  const { order, pointers } = classes;
  for (let c = 0; c + 1 < pointers.length; c++) {
    for (let i = pointers[c]!; i < pointers[c + 1]!; i++) {
      const end = leaf.pointers[order[i]! + 1]!;
      for (let q = leaf.pointers[order[i]!]!; q < end; q++) {
        const r = leaf.rows[q]!;
        if (latest[r] !== c) groups[r + 1]!++;
        latest[r] = c;
      }
    }
  }
  for (let r = 0; r < randomSize; r++) groups[r + 1]! += groups[r]!;
  return groups[randomSize]! * WORTH > leaf.rows.length ? null : { ...classes, groups };
}

type LevelClasses = Pick<SharedTailsPlan, "order" | "pointers">;

function levelsByCount({ levels, a }: LeafEntries): LevelClasses | null {
  let largest = 0;
  for (let j = 0; j < levels; j++) {
    if (!Number.isInteger(a[j]!)) return null;
    largest = Math.max(largest, a[j]!);
  }
  if (largest >= levels) return null;
  const next = new Int32Array(largest + 2);
  for (let j = 0; j < levels; j++) next[a[j]! + 1]!++;
  const sizes = next.filter((size) => size > 0);
  if (sizes.length * WORTH > levels) return null;
  for (let v = 0; v <= largest; v++) next[v + 1]! += next[v]!;
  const order = new Int32Array(levels);
  for (let j = 0; j < levels; j++) order[next[a[j]!]!++] = j;
  const pointers = new Int32Array(sizes.length + 1);
  for (let c = 0; c < sizes.length; c++) pointers[c + 1] = pointers[c]! + sizes[c]!;
  return { order, pointers };
}

/** Doubles that `createSharedTails` reserves. */
export function sharedTailsNeed({ order, groups }: SharedTailsPlan, m: number): number {
  return groups.at(-1)! * (m + 1) + Math.min(order.length, CHUNK) * m + m * m;
}

export function createSharedTails(
  { leaf, randomSize, fixedColumns: p }: CrossedStatistics,
  plan: SharedTailsPlan,
  arena: Arena,
): SharedTails {
  const { f64 } = arena;
  const { order, pointers, groups } = plan;
  const m = p + 1;
  const { tails } = leaf;
  const classCount = pointers.length - 1;
  const groupCount = groups[randomSize]!;
  /** sum A_rj T_j of every group, and its weight */
  const sums = arena.doubles(groupCount * m);
  const weights = arena.doubles(groupCount);
  const classOf = new Int32Array(groupCount);
  const groupOf = new Int32Array(leaf.rows.length);
  const next = groups.slice();
  const latest = new Int32Array(randomSize).fill(-1);
  for (let c = 0; c < classCount; c++) {
    for (let i = pointers[c]!; i < pointers[c + 1]!; i++) {
      const j = order[i]!;
      const from = j * m;
      const end = leaf.pointers[j + 1]!;
      for (let q = leaf.pointers[j]!; q < end; q++) {
        const r = leaf.rows[q]!;
        // the newest group of r is the one before the next
        if (latest[r] !== c) classOf[next[r]!++] = c;
        latest[r] = c;
        const g = next[r]! - 1;
        groupOf[q] = g;
        const value = leaf.values[q]!;
        const to = sums + g * m;
        for (let t = 0; t < m; t++) f64[to + t]! += value * tails[from + t]!;
      }
    }
  }

  /** sum T_j T_j' of every class, m x m */
  const products = new Float64Array(classCount * m * m);
  const chunk = arena.doubles(Math.min(leaf.levels, CHUNK) * m);
  const block = arena.doubles(m * m);
  for (let c = 0; c < classCount; c++) {
    f64.fill(0, block, block + m * m);
    for (let first = pointers[c]!; first < pointers[c + 1]!; first += CHUNK) {
      const end = Math.min(first + CHUNK, pointers[c + 1]!);
      for (let i = first, at = chunk; i < end; i++) {
        for (let t = order[i]! * m, after = t + m; t < after; t++, at++) f64[at] = tails[t]!;
      }
      arena.syrk(m, end - first, 1, chunk, 1, m, block, m);
    }
    for (let i = 0; i < m * m; i++) products[c * m * m + i] = f64[block + i]!;
  }
  const classWeights = new Float64Array(classCount);

  return {
    weigh(b, lambdaAt) {
      for (let c = 0; c < classCount; c++) classWeights[c] = b[order[pointers[c]!]!]! ** 2;
      for (let r = 0; r < randomSize; r++) {
        const lambda = lambdaAt[r]!;
        const end = groups[r + 1]!;
        for (let g = groups[r]!; g < end; g++) f64[weights + g] = lambda * classWeights[classOf[g]!]!;
      }
    },
    subtractProducts(to) {
      for (let c = 0; c < classCount; c++) {
        const weight = classWeights[c]!;
        const from = c * m * m;
        for (let i = 0; i < m * m; i++) f64[to + i]! -= weight * products[from + i]!;
      }
    },
    subtractRow(r, to) {
      const first = groups[r]!;
      arena.subtractProduct(m, groups[r + 1]! - first, sums + first * m, m, weights + first, to);
    },
    renewResponse() {
      for (let g = 0; g < groupCount; g++) f64[sums + g * m + p] = 0;
      for (let j = 0; j < leaf.levels; j++) {
        const response = tails[j * m + p]!;
        for (let q = leaf.pointers[j]!; q < leaf.pointers[j + 1]!; q++) {
          f64[sums + groupOf[q]! * m + p]! += leaf.values[q]! * response;
        }
      }
      const row = new Float64Array(m);
      for (let c = 0; c < classCount; c++) {
        row.fill(0);
        for (let i = pointers[c]!; i < pointers[c + 1]!; i++) {
          const at = order[i]! * m;
          const response = tails[at + p]!;
          for (let t = 0; t < m; t++) row[t]! += response * tails[at + t]!;
        }
        for (let t = 0; t < m; t++) products[c * m * m + t * m + p] = row[t]!;
      }
    },
  };
}
