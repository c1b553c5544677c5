import { findRow, type PanelStorage } from "./panelStorage.ts";

/*
 * Forward and backward solution with the leading part of a supernodal factor. Right-hand sides are in
 * factor order: scalar position i of column c at x + i + c * ldx.
 */

/** Blocks of right-hand sides with fewer multiplications per supernode than this run in TypeScript. */
const INLINE_SOLVE = 400;

/** X <- L_11^-1 X, L_11 the leading `upTo` x `upTo` part; rows from `upTo` on are not touched. */
export function solveLowerPanels(
  storage: PanelStorage,
  x: number,
  columns: number,
  ldx: number,
  upTo: number,
): void {
  const { symbolic, arena } = storage;
  for (let s = 0; s < symbolic.supernodeCount && symbolic.starts[s]! < upTo; s++) {
    const start = symbolic.starts[s]!;
    const width = Math.min(symbolic.starts[s + 1]!, upTo) - start;
    const list = symbolic.rowPointers[s]!;
    const ld = symbolic.rowPointers[s + 1]! - list;
    const rows = symbolic.rows[list + ld - 1]! < upTo ? ld : findRow(symbolic, s, upTo);
    const panel = storage.panels + symbolic.panelOffsets[s]!;
    if (columns === 1 || rows * width * columns <= INLINE_SOLVE) {
      for (let c = 0; c < columns; c++) {
        forwardColumn(arena.f64, symbolic.rows, list, start, width, rows, panel, ld, x + c * ldx);
      }
      continue;
    }
    arena.trsmLeftLower(width, columns, panel, ld, x + start, ldx);
    if (rows > width) subtractBelow(storage, list, start, width, rows, panel, ld, x, columns, ldx);
  }
}

/** X <- L_11^-T X, L_11 the leading `upTo` x `upTo` part; rows from `upTo` on are neither read nor touched. */
export function solveLowerTransposedPanels(
  storage: PanelStorage,
  x: number,
  columns: number,
  ldx: number,
  upTo: number,
): void {
  const { symbolic, arena } = storage;
  for (let s = symbolic.supernodeCount - 1; s >= 0; s--) {
    const start = symbolic.starts[s]!;
    if (start >= upTo) continue;
    const width = Math.min(symbolic.starts[s + 1]!, upTo) - start;
    const list = symbolic.rowPointers[s]!;
    const ld = symbolic.rowPointers[s + 1]! - list;
    const rows = symbolic.rows[list + ld - 1]! < upTo ? ld : findRow(symbolic, s, upTo);
    const panel = storage.panels + symbolic.panelOffsets[s]!;
    if (columns === 1 || rows * width * columns <= INLINE_SOLVE) {
      for (let c = 0; c < columns; c++) {
        backwardColumn(arena.f64, symbolic.rows, list, start, width, rows, panel, ld, x + c * ldx);
      }
      continue;
    }
    if (rows > width) subtractFromBelow(storage, list, start, width, rows, panel, ld, x, columns, ldx);
    arena.trsmLeftLowerTransposed(width, columns, panel, ld, x + start, ldx);
  }
}

function forwardColumn(
  f64: Float64Array,
  rowList: Int32Array,
  list: number,
  start: number,
  width: number,
  rows: number,
  panel: number,
  ld: number,
  x: number,
): void {
  for (let j = 0; j < width; j++) {
    const column = panel + j * ld;
    const value = f64[x + start + j]! / f64[column + j]!;
    f64[x + start + j] = value;
    if (value === 0) continue;
    for (let i = j + 1; i < width; i++) f64[x + start + i]! -= f64[column + i]! * value;
    for (let i = width; i < rows; i++) f64[x + rowList[list + i]!]! -= f64[column + i]! * value;
  }
}

function backwardColumn(
  f64: Float64Array,
  rowList: Int32Array,
  list: number,
  start: number,
  width: number,
  rows: number,
  panel: number,
  ld: number,
  x: number,
): void {
  for (let j = width - 1; j >= 0; j--) {
    const column = panel + j * ld;
    let sum = f64[x + start + j]!;
    for (let i = j + 1; i < width; i++) sum -= f64[column + i]! * f64[x + start + i]!;
    for (let i = width; i < rows; i++) sum -= f64[column + i]! * f64[x + rowList[list + i]!]!;
    f64[x + start + j] = sum / f64[column + j]!;
  }
}

/** Rows below the supernode -= L_RJ X_J, as many right-hand sides at a time as the update buffer holds. */
function subtractBelow(
  storage: PanelStorage,
  list: number,
  start: number,
  width: number,
  rows: number,
  panel: number,
  ld: number,
  x: number,
  columns: number,
  ldx: number,
): void {
  const { symbolic, arena, update } = storage;
  const { f64 } = arena;
  const below = rows - width;
  const first = symbolic.rows[list + width]!;
  if (symbolic.rows[list + rows - 1]! - first === below - 1) {
    arena.gemm(below, columns, width, -1, panel + width, 1, ld, x + start, 1, ldx, x + first, ldx);
    return;
  }
  const chunk = Math.floor(symbolic.updateDoubles / below);
  for (let c0 = 0; c0 < columns; c0 += chunk) {
    const count = Math.min(chunk, columns - c0);
    f64.fill(0, update, update + below * count);
    arena.gemm(below, count, width, 1, panel + width, 1, ld, x + start + c0 * ldx, 1, ldx, update, below);
    for (let c = 0; c < count; c++) {
      const to = x + (c0 + c) * ldx;
      const from = update + c * below;
      for (let i = 0; i < below; i++) f64[to + symbolic.rows[list + width + i]!]! -= f64[from + i]!;
    }
  }
}

/** X_J -= L_RJ' X_R. */
function subtractFromBelow(
  storage: PanelStorage,
  list: number,
  start: number,
  width: number,
  rows: number,
  panel: number,
  ld: number,
  x: number,
  columns: number,
  ldx: number,
): void {
  const { symbolic, arena, update } = storage;
  const { f64 } = arena;
  const below = rows - width;
  const first = symbolic.rows[list + width]!;
  if (symbolic.rows[list + rows - 1]! - first === below - 1) {
    arena.gemm(width, columns, below, -1, panel + width, ld, 1, x + first, 1, ldx, x + start, ldx);
    return;
  }
  const chunk = Math.floor(symbolic.updateDoubles / below);
  for (let c0 = 0; c0 < columns; c0 += chunk) {
    const count = Math.min(chunk, columns - c0);
    for (let c = 0; c < count; c++) {
      const from = x + (c0 + c) * ldx;
      const to = update + c * below;
      for (let i = 0; i < below; i++) f64[to + i] = f64[from + symbolic.rows[list + width + i]!]!;
    }
    arena.gemm(width, count, below, -1, panel + width, ld, 1, update, 1, below, x + start + c0 * ldx, ldx);
  }
}
