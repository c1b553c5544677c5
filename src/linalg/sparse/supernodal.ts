import type { Arena } from "../kernels.ts";
import { factorizePanels, type PanelFill } from "./panelFactorization.ts";
import { solveLowerPanels, solveLowerTransposedPanels } from "./panelSolves.ts";
import {
  findRow,
  loadRowMap,
  type PanelStorage,
  reservePanels,
  type StorageOptions,
} from "./panelStorage.ts";
import { invertPanels } from "./selectedInverse.ts";
import type { SymbolicFactor } from "./symbolic.ts";

/**
 * Numeric Cholesky factor of a sparse matrix in panels of one arena. Positions are element indices
 * into the arena; rows and columns are scalar positions of the factor (see `SymbolicFactor`).
 * Nothing here allocates or throws.
 */
export interface SupernodalFactor {
  readonly symbolic: SymbolicFactor;
  /**
   * L of the matrix that `fill` adds panel by panel, supernodes ascending.
   *
   * @returns 0, or 1 + the scalar position of the first pivot that is not positive and finite; panels of
   * earlier supernodes, and columns of its own supernode within the diagonal block, are then final
   */
  factorize(fill: PanelFill): number;
  /** X <- L_11^-1 X for `columns` right-hand sides of leading dimension ldx; L_11 = leading upTo x upTo part, default all. */
  solveLower(x: number, columns: number, ldx: number, upTo?: number): void;
  /** X <- L_11^-T X; rows of X from `upTo` on are neither read nor written. */
  solveLowerTransposed(x: number, columns: number, ldx: number, upTo?: number): void;
  /** log determinant of rows from .. to - 1: the sum of log L_ii^2; default all. */
  logDeterminant(from?: number, to?: number): number;
  /** L_ii */
  diagonal(i: number): number;
  /** L_ij, i >= j; 0 outside the pattern */
  entry(i: number, j: number): number;
  /** position of the panel of a supernode; its leading dimension is the length of its row list */
  panel(supernode: number): number;
  /** position of a map from scalar position to row index in the panel, valid for the rows of this supernode until the next call of any method */
  rowPositions(supernode: number): number;
  /**
   * (L_11 L_11')^-1 on the pattern of L into the inverse panels, L_11 = leading upTo x upTo part, default all.
   * Needs the option `inverse`. Rows and columns from `upTo` on hold no meaning afterwards.
   */
  selectedInverse(upTo?: number): void;
  /** position of the panel of the selected inverse: same layout, lower triangle of X_JJ above X_RJ */
  inversePanel(supernode: number): number;
  /** X_ij of the selected inverse; null outside the pattern of L, where it is not known */
  inverseEntry(i: number, j: number): number | null;
}

/** Reserves the memory of a factor, as much as `arenaNeed(symbolic, options)` says. */
export function createSupernodalFactor(
  symbolic: SymbolicFactor,
  arena: Arena,
  options: StorageOptions = {},
): SupernodalFactor {
  const storage = reservePanels(symbolic, arena, options);
  const { panelOffsets, size } = symbolic;
  return {
    symbolic,
    factorize: (fill) => factorizePanels(storage, fill),
    solveLower: (x, columns, ldx, upTo = size) => solveLowerPanels(storage, x, columns, ldx, upTo),
    solveLowerTransposed: (x, columns, ldx, upTo = size) =>
      solveLowerTransposedPanels(storage, x, columns, ldx, upTo),
    logDeterminant: (from = 0, to = size) => logDeterminant(storage, from, to),
    diagonal: (i) => storedEntry(storage, storage.panels, i, i) ?? 0,
    entry: (i, j) => storedEntry(storage, storage.panels, i, j) ?? 0,
    panel: (supernode) => storage.panels + panelOffsets[supernode]!,
    rowPositions: (supernode) => {
      loadRowMap(storage, supernode);
      return storage.rowMap;
    },
    selectedInverse: (upTo = size) => invertPanels(storage, upTo),
    inversePanel: (supernode) => storage.inverse + panelOffsets[supernode]!,
    inverseEntry: (i, j) => storedEntry(storage, storage.inverse, Math.max(i, j), Math.min(i, j)),
  };
}

function logDeterminant(storage: PanelStorage, from: number, to: number): number {
  const { symbolic, arena } = storage;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const s = symbolic.supernodeOf[i]!;
    const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
    const at = storage.panels + symbolic.panelOffsets[s]! + (i - symbolic.starts[s]!) * (ld + 1);
    sum += Math.log(arena.f64[at]!);
  }
  return 2 * sum;
}

function storedEntry(storage: PanelStorage, panels: number, i: number, j: number): number | null {
  const { symbolic, arena } = storage;
  const s = symbolic.supernodeOf[j]!;
  const first = symbolic.rowPointers[s]!;
  const ld = symbolic.rowPointers[s + 1]! - first;
  const row = findRow(symbolic, s, i);
  if (i < j || row === ld || symbolic.rows[first + row] !== i) return null;
  return arena.f64[panels + symbolic.panelOffsets[s]! + row + (j - symbolic.starts[s]!) * ld]!;
}
