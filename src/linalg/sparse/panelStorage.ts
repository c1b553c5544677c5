import type { Arena } from "../kernels.ts";
import type { SymbolicFactor } from "./symbolic.ts";

/** Memory of one numeric factor; positions are element indices into the arena. */
export interface PanelStorage {
  readonly symbolic: SymbolicFactor;
  readonly arena: Arena;
  /** panels of L */
  readonly panels: number;
  /** panels of the selected inverse, or -1 */
  readonly inverse: number;
  /** symbolic.rows, in `i32` */
  readonly rows: number;
  /** scalar position -> row index in the current panel, `size` integers */
  readonly rowMap: number;
  /** row indices of one supernode in another's panel, maximumRows integers */
  readonly relative: number;
  /** an update between two supernodes, or right-hand sides of its rows: updateDoubles */
  readonly update: number;
  /** one panel's rows below the diagonal (only with an inverse), largest panel */
  readonly product: number;
  /** first supernode waiting to update each supernode, and the next in that line; -1 ends */
  readonly waiting: Int32Array;
  readonly nextWaiting: Int32Array;
  /** index of the first row of each supernode that has not been used for updates */
  readonly cursor: Int32Array;
}

export interface StorageOptions {
  /** also hold the panels of the selected inverse; default false */
  readonly inverse?: boolean;
}

/** Doubles and integers that a factor takes from its arena. */
interface ArenaNeed {
  readonly doubles: number;
  readonly integers: number;
}

/** What `createSupernodalFactor` will reserve (room for rounding of the few reservations included). */
export function arenaNeed(symbolic: SymbolicFactor, options: StorageOptions = {}): ArenaNeed {
  const inverse = options.inverse ? symbolic.panelDoubles + largestPanel(symbolic) : 0;
  return {
    doubles: symbolic.panelDoubles + symbolic.updateDoubles + inverse + 16,
    integers: symbolic.rows.length + symbolic.size + symbolic.maximumRows + 16,
  };
}

/** Reserves the memory that `arenaNeed` announces. */
export function reservePanels(
  symbolic: SymbolicFactor,
  arena: Arena,
  options: StorageOptions = {},
): PanelStorage {
  const rows = arena.integers(symbolic.rows.length);
  arena.i32.set(symbolic.rows, rows);
  return {
    symbolic,
    arena,
    panels: arena.doubles(symbolic.panelDoubles),
    inverse: options.inverse ? arena.doubles(symbolic.panelDoubles) : -1,
    rows,
    rowMap: arena.integers(symbolic.size),
    relative: arena.integers(symbolic.maximumRows),
    update: arena.doubles(symbolic.updateDoubles),
    product: options.inverse ? arena.doubles(largestPanel(symbolic)) : -1,
    waiting: new Int32Array(symbolic.supernodeCount),
    nextWaiting: new Int32Array(symbolic.supernodeCount),
    cursor: new Int32Array(symbolic.supernodeCount),
  };
}

/** Sets the row map (scalar position -> row index in the panel) for the rows of a supernode; others keep old values. */
export function loadRowMap(storage: PanelStorage, supernode: number): void {
  const { symbolic, arena, rowMap } = storage;
  const first = symbolic.rowPointers[supernode]!;
  const count = symbolic.rowPointers[supernode + 1]! - first;
  if (count > 64) {
    arena.rowPositions(0, count, storage.rows + first, rowMap);
    return;
  }
  const { i32 } = arena;
  for (let i = 0; i < count; i++) i32[rowMap + symbolic.rows[first + i]!] = i;
}

/** Index in the rows of a supernode of the first row that is at least `row`. */
export function findRow(symbolic: SymbolicFactor, supernode: number, row: number): number {
  const first = symbolic.rowPointers[supernode]!;
  let low = first;
  let high = symbolic.rowPointers[supernode + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (symbolic.rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

function largestPanel(symbolic: SymbolicFactor): number {
  let largest = 0;
  for (let s = 0; s < symbolic.supernodeCount; s++) {
    largest = Math.max(largest, symbolic.panelOffsets[s + 1]! - symbolic.panelOffsets[s]!);
  }
  return largest;
}
