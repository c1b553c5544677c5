import { findRow, type PanelStorage } from "./panelStorage.ts";

/*
 * Entries of the inverse on the pattern of the factor, X = (L L')^-1 (Takahashi, Fagan & Chen 1973;
 * Erisman & Tinney 1975, CACM 18, 177-179), by supernodes from the last: with J the columns of a
 * supernode, R its rows below and B = L_RJ L_JJ^-1,
 *
 *     X_RJ = -X_RR B,    X_JJ = (L_JJ L_JJ')^-1 - B' X_RJ,
 *
 * where X_RR lies in the panels of the supernodes above, which hold it because R is nested in their rows.
 */

/** Diagonal blocks of B' X_RJ, of which only the lower triangle is wanted, are formed this many columns at a time. */
const DIAGONAL_BLOCK = 64;

/** Fills the inverse panels with X for the leading `upTo` x `upTo` part of L. */
export function invertPanels(storage: PanelStorage, upTo: number): void {
  const { symbolic, arena, product } = storage;
  const { f64 } = arena;
  for (let s = symbolic.supernodeCount - 1; s >= 0; s--) {
    const start = symbolic.starts[s]!;
    if (start >= upTo) continue;
    const width = Math.min(symbolic.starts[s + 1]!, upTo) - start;
    const list = symbolic.rowPointers[s]!;
    const ld = symbolic.rowPointers[s + 1]! - list;
    const rows = symbolic.rows[list + ld - 1]! < upTo ? ld : findRow(symbolic, s, upTo);
    const below = rows - width;
    const factor = storage.panels + symbolic.panelOffsets[s]!;
    const panel = storage.inverse + symbolic.panelOffsets[s]!;

    if (width === 1) {
      invertColumn(storage, s, rows, factor, panel, ld);
      continue;
    }
    for (let j = 0; j < width; j++) {
      f64.copyWithin(panel + j * ld, factor + j * ld, factor + j * ld + width);
      f64.fill(0, panel + j * ld + width, panel + (j + 1) * ld);
      f64.copyWithin(product + j * below, factor + j * ld + width, factor + j * ld + rows);
    }
    arena.potri(width, panel, ld);
    if (below === 0) continue;
    arena.trsmRightLower(below, width, factor, ld, product, below);
    multiplyByAncestors(storage, s, width, rows, panel + width, ld);
    for (let j = 0; j < width; j += DIAGONAL_BLOCK) {
      const block = Math.min(DIAGONAL_BLOCK, width - j);
      arena.gemm(
        width - j,
        block,
        below,
        -1,
        product + j * below,
        below,
        1,
        panel + width + j * ld,
        1,
        ld,
        panel + j + j * ld,
        ld,
      );
    }
  }
}

/** The recursion for a single column, without kernel calls. */
function invertColumn(
  storage: PanelStorage,
  s: number,
  rows: number,
  factor: number,
  panel: number,
  ld: number,
): void {
  const { f64 } = storage.arena;
  const { product } = storage;
  const inverse = 1 / f64[factor]!;
  for (let i = 1; i < rows; i++) {
    f64[product + i - 1] = f64[factor + i]! * inverse;
    f64[panel + i] = 0;
  }
  if (rows > 1) multiplyByAncestors(storage, s, 1, rows, panel + 1, ld);
  let sum = inverse * inverse;
  for (let i = 1; i < rows; i++) sum -= f64[product + i - 1]! * f64[panel + i]!;
  f64[panel] = sum;
}

/** X_RJ -= X_RR B with B in `product`, one supernode above at a time. */
function multiplyByAncestors(
  storage: PanelStorage,
  s: number,
  width: number,
  rows: number,
  target: number,
  ld: number,
): void {
  const { symbolic, arena, relative, update, product } = storage;
  const { i32 } = arena;
  const list = symbolic.rowPointers[s]!;
  const below = rows - width;
  let q = 0;
  while (q < below) {
    const above = symbolic.supernodeOf[symbolic.rows[list + width + q]!]!;
    const end = symbolic.starts[above + 1]!;
    let n = 1;
    while (q + n < below && symbolic.rows[list + width + q + n]! < end) n++;
    const m = below - q;
    const ldAbove = symbolic.rowPointers[above + 1]! - symbolic.rowPointers[above]!;
    const panelAbove = storage.inverse + symbolic.panelOffsets[above]!;
    locateRows(storage, list + width + q, m, above);

    let block = update;
    let ldBlock = m;
    const first = i32[relative]!;
    if (i32[relative + m - 1]! - first === m - 1) {
      block = panelAbove + first * (ldAbove + 1);
      ldBlock = ldAbove;
    } else if (width > 2) arena.gather(m, n, panelAbove, ldAbove, relative, relative, update, m);

    const b = product + q;
    const x = target + q;
    if (width <= 2) {
      for (let c = 0; c < width; c++) {
        multiplyInline(arena.f64, i32, m, n, panelAbove, ldAbove, relative, b + c * below, x + c * ld);
      }
    } else {
      arena.symm(n, width, -1, block, ldBlock, b, below, x, ld);
      if (m > n) {
        arena.gemm(m - n, width, n, -1, block + n, 1, ldBlock, b, 1, below, x + n, ld);
        arena.gemm(n, width, m - n, -1, block + n, ldBlock, 1, b + n, 1, below, x, ld);
      }
    }
    q += n;
  }
}

/** x -= X_RR[:, block] b and its mirror image, reading the lower triangle in place. */
function multiplyInline(
  f64: Float64Array,
  i32: Int32Array,
  m: number,
  n: number,
  panel: number,
  ld: number,
  relative: number,
  b: number,
  x: number,
): void {
  for (let j = 0; j < n; j++) {
    const column = panel + i32[relative + j]! * ld;
    const bj = f64[b + j]!;
    let sum = f64[column + i32[relative + j]!]! * bj;
    for (let i = j + 1; i < m; i++) {
      const value = f64[column + i32[relative + i]!]!;
      f64[x + i]! -= value * bj;
      sum += value * f64[b + i]!;
    }
    f64[x + j]! -= sum;
  }
}

/** relative[i] = index in the rows of `above` of row number `from + i`; both lists ascend. */
function locateRows(storage: PanelStorage, from: number, count: number, above: number): void {
  const { symbolic, arena, relative } = storage;
  const { rows } = symbolic;
  const { i32 } = arena;
  const start = symbolic.rowPointers[above]!;
  const end = symbolic.rowPointers[above + 1]!;
  let at = start + rows[from]! - symbolic.starts[above]!;
  for (let i = 0; i < count; i++) {
    const row = rows[from + i]!;
    // Galloping: short lists must not pay for the length of the long one.
    let step = 1;
    while (at < end && rows[at]! < row) {
      at += step;
      step *= 2;
    }
    if (step > 2) {
      let low = at - step / 2 + 1;
      let high = Math.min(at, end - 1);
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (rows[middle]! < row) low = middle + 1;
        else high = middle;
      }
      at = low;
    }
    i32[relative + i] = at - start;
    at++;
  }
}
