// One instance serves one arena, so the layout of its workspace (src/linalg/workspace.ts) is kept in globals.
// Everything inside the kernels is in bytes: addresses, strides, leading dimensions.

/** Products are summed in runs of this many terms; the TypeScript twin uses the same number. */
export const DEPTH_BLOCK: i32 = 256;
/** Rows and columns of the mirrored diagonal blocks in symm. */
export const MIRROR_SIZE: i32 = 32;

/** 16 doubles for an edge tile or the reciprocals of a small diagonal */
export let tileBuffer: usize = 0;
export let mirrorBuffer: usize = 0;
export let packedA: usize = 0;
export let packedB: usize = 0;
export let rowBlock: i32 = 0;
export let columnBlock: i32 = 0;

/** Positions in doubles, counts of rows and columns. */
export function configure(tile: i32, mirror: i32, a: i32, b: i32, rows: i32, columns: i32): void {
  tileBuffer = <usize>tile << 3;
  mirrorBuffer = <usize>mirror << 3;
  packedA = <usize>a << 3;
  packedB = <usize>b << 3;
  rowBlock = rows;
  columnBlock = columns;
}
