import { loadRowMap, type PanelStorage } from "./panelStorage.ts";

/*
 * Left-looking supernodal Cholesky factorization (Ng & Peyton 1993, SIAM J. Sci. Comput. 14, 1034-1056,
 * section 4): each panel is filled with its columns of A, takes the updates of the supernodes below
 * it in the tree that have rows among its columns, and is factorized.
 */

/**
 * Adds the columns of A that belong to a supernode to its panel, which is zero before.
 *
 * Entry (r, c), r >= c in scalar positions, is `f64[panel + i32[rowPosition + r] + (c - starts[supernode]) * ld]`;
 * the map is valid for the rows of this supernode only.
 */
export type PanelFill = (supernode: number, panel: number, ld: number, rowPosition: number) => void;

/** Updates with fewer multiplications than this run in place in TypeScript. */
const INLINE_UPDATE = 400;
/** Panels with fewer multiplications than this are factorized in TypeScript. */
const INLINE_FACTOR = 400;

/** Factorizes; 0, or 1 + the scalar position of the first pivot that is not positive (columns before it are done). */
export function factorizePanels(storage: PanelStorage, fill: PanelFill): number {
  const { symbolic, arena, waiting, nextWaiting, cursor } = storage;
  const { f64 } = arena;
  waiting.fill(-1);
  for (let s = 0; s < symbolic.supernodeCount; s++) {
    const start = symbolic.starts[s]!;
    const columns = symbolic.starts[s + 1]! - start;
    const firstRow = symbolic.rowPointers[s]!;
    const rows = symbolic.rowPointers[s + 1]! - firstRow;
    const panel = storage.panels + symbolic.panelOffsets[s]!;
    f64.fill(0, panel, panel + rows * columns);
    loadRowMap(storage, s);
    fill(s, panel, rows, storage.rowMap);

    let d = waiting[s]!;
    while (d >= 0) {
      const after = nextWaiting[d]!;
      const used = applyUpdate(storage, d, s, panel, rows);
      wait(storage, d, used);
      d = after;
    }

    const status =
      columns * columns * rows <= INLINE_FACTOR
        ? factorizeSmall(f64, columns, rows, panel)
        : factorizeLarge(storage, columns, rows, panel);
    if (status !== 0) return start + status;
    cursor[s] = columns;
    wait(storage, s, columns);
  }
  return 0;
}

/** Puts a supernode in line for the supernode that holds its row number `from`. */
function wait(storage: PanelStorage, s: number, from: number): void {
  const { symbolic, waiting, nextWaiting, cursor } = storage;
  const first = symbolic.rowPointers[s]!;
  cursor[s] = from;
  if (first + from >= symbolic.rowPointers[s + 1]!) return;
  const target = symbolic.supernodeOf[symbolic.rows[first + from]!]!;
  nextWaiting[s] = waiting[target]!;
  waiting[target] = s;
}

/** Panel of `target` -= the outer product of the rows of `source` there; returns the first row of `source` beyond. */
function applyUpdate(
  storage: PanelStorage,
  source: number,
  target: number,
  panel: number,
  ld: number,
): number {
  const { symbolic, arena, rowMap, relative, update } = storage;
  const { rows } = symbolic;
  const { f64, i32 } = arena;
  const listStart = symbolic.rowPointers[source]!;
  const ldSource = symbolic.rowPointers[source + 1]! - listStart;
  const first = storage.cursor[source]!;
  const targetEnd = symbolic.starts[target + 1]!;
  let beyond = first + 1;
  while (beyond < ldSource && rows[listStart + beyond]! < targetEnd) beyond++;
  const m = ldSource - first;
  const n = beyond - first;
  const k = symbolic.starts[source + 1]! - symbolic.starts[source]!;
  const from = storage.panels + symbolic.panelOffsets[source]! + first;

  for (let i = 0; i < m; i++) i32[relative + i] = i32[rowMap + rows[listStart + first + i]!]!;
  if (k === 1) updateRankOne(f64, i32, m, n, from, relative, panel, ld);
  else if (k === 2) updateRankTwo(f64, i32, m, n, from, ldSource, relative, panel, ld);
  else if (m * n * k <= INLINE_UPDATE) updateSmall(f64, i32, m, n, k, from, ldSource, relative, panel, ld);
  else if (i32[relative + m - 1]! - i32[relative]! === m - 1) {
    const at = panel + i32[relative]! * (ld + 1);
    arena.syrk(n, k, -1, from, 1, ldSource, at, ld);
    if (m > n) arena.gemm(m - n, n, k, -1, from + n, 1, ldSource, from, ldSource, 1, at + n, ld);
  } else {
    f64.fill(0, update, update + m * n);
    arena.syrk(n, k, 1, from, 1, ldSource, update, m);
    if (m > n) arena.gemm(m - n, n, k, 1, from + n, 1, ldSource, from, ldSource, 1, update + n, m);
    arena.scatterSubtract(m, n, update, m, relative, relative, panel, ld);
  }
  return beyond;
}

function updateRankOne(
  f64: Float64Array,
  i32: Int32Array,
  m: number,
  n: number,
  from: number,
  relative: number,
  panel: number,
  ld: number,
): void {
  for (let j = 0; j < n; j++) {
    const column = panel + i32[relative + j]! * ld;
    const l = f64[from + j]!;
    for (let i = j; i < m; i++) f64[column + i32[relative + i]!]! -= f64[from + i]! * l;
  }
}

function updateRankTwo(
  f64: Float64Array,
  i32: Int32Array,
  m: number,
  n: number,
  from: number,
  ldSource: number,
  relative: number,
  panel: number,
  ld: number,
): void {
  const second = from + ldSource;
  for (let j = 0; j < n; j++) {
    const column = panel + i32[relative + j]! * ld;
    const l0 = f64[from + j]!;
    const l1 = f64[second + j]!;
    for (let i = j; i < m; i++) {
      f64[column + i32[relative + i]!]! -= f64[from + i]! * l0 + f64[second + i]! * l1;
    }
  }
}

function updateSmall(
  f64: Float64Array,
  i32: Int32Array,
  m: number,
  n: number,
  k: number,
  from: number,
  ldSource: number,
  relative: number,
  panel: number,
  ld: number,
): void {
  for (let j = 0; j < n; j++) {
    const column = panel + i32[relative + j]! * ld;
    for (let i = j; i < m; i++) {
      let sum = 0;
      for (let p = 0, at = from; p < k; p++, at += ldSource) sum += f64[at + i]! * f64[at + j]!;
      f64[column + i32[relative + i]!]! -= sum;
    }
  }
}

/** Column by column, right-looking. */
function factorizeSmall(f64: Float64Array, columns: number, rows: number, panel: number): number {
  for (let j = 0; j < columns; j++) {
    const column = panel + j * rows;
    const pivot = f64[column + j]!;
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return j + 1;
    const root = Math.sqrt(pivot);
    const scale = 1 / root;
    f64[column + j] = root;
    for (let i = j + 1; i < rows; i++) f64[column + i]! *= scale;
    for (let c = j + 1; c < columns; c++) {
      const other = panel + c * rows;
      const l = f64[column + c]!;
      for (let i = c; i < rows; i++) f64[other + i]! -= f64[column + i]! * l;
    }
  }
  return 0;
}

function factorizeLarge(storage: PanelStorage, columns: number, rows: number, panel: number): number {
  const { arena } = storage;
  const status = arena.potrf(columns, panel, rows);
  if (status === 0 && rows > columns) {
    arena.trsmRightLowerTransposed(rows - columns, columns, panel, rows, panel + columns, rows);
  }
  return status;
}
