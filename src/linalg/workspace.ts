// Where the kernels keep packed operands: at the start of an arena's memory, before what callers reserve.
// Block sizes depend only on the size of the arena, and never change a digit: every element of a product is
// summed in the same order whatever the blocks of rows and columns are. Only DEPTH_BLOCK enters the sums.

/** Products are summed in runs of this many terms. */
export const DEPTH_BLOCK: number = 256;
/** Rows and columns of the mirrored diagonal blocks in symm. */
export const MIRROR_SIZE: number = 32;
/** A tile of 4 x 4. */
const TILE_SIZE = 16;

/** Block sizes, and positions in doubles. */
export interface Workspace {
  /** rows of A packed at a time, a multiple of 4 */
  readonly rowBlock: number;
  /** columns of B packed at a time, a multiple of 4 */
  readonly columnBlock: number;
  /** TILE_SIZE doubles: an edge tile, or the reciprocals of a small diagonal */
  readonly tile: number;
  /** MIRROR_SIZE x MIRROR_SIZE */
  readonly mirror: number;
  /** rowBlock x DEPTH_BLOCK */
  readonly packedA: number;
  /** DEPTH_BLOCK x columnBlock */
  readonly packedB: number;
  /** first double after the workspace */
  readonly end: number;
}

/** The workspace of an arena that holds `doubles` doubles: 72 kB for small arenas, 1.3 MB for large ones. */
export function planWorkspace(doubles: number): Workspace {
  const small = doubles <= 4096;
  const medium = doubles <= 65536;
  const rowBlock = small ? 16 : medium ? 64 : 128;
  const columnBlock = small ? 16 : medium ? 128 : 512;
  const tile = 0;
  const mirror = tile + TILE_SIZE;
  const packedA = mirror + MIRROR_SIZE * MIRROR_SIZE;
  const packedB = packedA + rowBlock * DEPTH_BLOCK;
  return { rowBlock, columnBlock, tile, mirror, packedA, packedB, end: packedB + columnBlock * DEPTH_BLOCK };
}
