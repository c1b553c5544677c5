// C += alpha A B after Goto and van de Geijn (2008), Anatomy of high-performance matrix multiplication: pack a
// block of B, then blocks of A, then tiles of 4 x 4. Each element is summed in runs of DEPTH_BLOCK terms, each run
// from zero in ascending order, whichever path it takes.
import { directMultiply } from "./directTile";
import { pack } from "./pack";
import { packedTile } from "./packedTile";
import { clear } from "./vectors";
import { columnBlock, DEPTH_BLOCK, packedA, packedB, rowBlock, tileBuffer } from "./workspace";

/** Up to this many multiplications packing costs more than it saves. */
const DIRECT_LIMIT: i64 = 16 * 16 * 16;
/** The same where A has adjacent rows and a tile reads few of its columns, or it is read for few columns of C. */
const DIRECT_WIDTH: i32 = 8;
const ELEMENT: usize = 8;

/** C (m x n) += alpha A B; strides in bytes. */
export function multiply(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  if (m < 4 || n < 4 || <i64>m * n * k <= DIRECT_LIMIT || (aRow == 8 && min(n, k) <= DIRECT_WIDTH)) {
    for (let p = 0; p < k; p += DEPTH_BLOCK) {
      const depth = min(DEPTH_BLOCK, k - p);
      directMultiply(m, n, depth, alpha, a + <usize>p * aColumn, aRow, aColumn, b + <usize>p * bRow, bRow, bColumn, c, ldc);
    }
    return;
  }
  multiplyPacked(false, m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
}

/** Lower triangle of C (n x n) += alpha A B. */
export function multiplyLower(
  n: i32, k: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  if (<i64>n * n * k > DIRECT_LIMIT && (aRow != 8 || k > DIRECT_WIDTH)) {
    multiplyPacked(true, n, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
    return;
  }
  for (let p = 0; p < k; p += DEPTH_BLOCK) {
    const depth = min(DEPTH_BLOCK, k - p);
    const ap = a + <usize>p * aColumn, bp = b + <usize>p * bRow;
    for (let i = 0; i < n; i += 4) {
      const ai = ap + <usize>i * aRow, ci = c + <usize>i * ELEMENT;
      multiplyStrip(i, min(4, n - i), depth, alpha, ai, aRow, aColumn, bp, bRow, bColumn, ci, ldc);
    }
  }
}

/** At most four rows of C += alpha A B from row i on, up to the diagonal; c is the start of row i. */
export function multiplyStrip(
  i: i32, rows: i32, depth: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  directMultiply(rows, i, depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
  clear(16, tileBuffer);
  directMultiply(rows, rows, depth, alpha, a, aRow, aColumn, b + <usize>i * bColumn, bRow, bColumn, tileBuffer, 32);
  addTile(0, rows, rows, c + <usize>i * ldc, ldc);
}

function multiplyPacked(
  lower: bool, m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  for (let j0 = 0; j0 < n; j0 += columnBlock) {
    const columns = min(columnBlock, n - j0);
    for (let p = 0; p < k; p += DEPTH_BLOCK) {
      const depth = min(DEPTH_BLOCK, k - p);
      pack(columns, depth, b + <usize>p * bRow + <usize>j0 * bColumn, bColumn, bRow, packedB);
      for (let i0 = lower ? j0 : 0; i0 < m; i0 += rowBlock) {
        const rows = min(rowBlock, m - i0);
        pack(rows, depth, a + <usize>i0 * aRow + <usize>p * aColumn, aRow, aColumn, packedA);
        const below = lower ? i0 - j0 : i32.MAX_VALUE >> 1;
        multiplyBlock(below, rows, columns, depth, alpha, c + <usize>i0 * ELEMENT + <usize>j0 * ldc, ldc);
      }
    }
  }
}

/** One packed block of A times one of B; `below` is row minus column of its corner, elements above the diagonal are left alone. */
function multiplyBlock(below: i32, m: i32, n: i32, depth: i32, alpha: f64, c: usize, ldc: usize): void {
  const strip = <usize>depth * 8;
  for (let j = 0; j < n; j += 4) {
    const columns = min(4, n - j);
    const bj = packedB + <usize>j * strip;
    for (let i = 0; i < m; i += 4) {
      const corner = below + i - j;
      if (corner < 0) continue;
      const rows = min(4, m - i);
      const ai = packedA + <usize>i * strip;
      const cij = c + <usize>i * ELEMENT + <usize>j * ldc;
      if (rows == 4 && columns == 4 && corner >= 4) {
        packedTile(depth, ai, bj, cij, ldc, alpha);
      } else {
        clear(16, tileBuffer);
        packedTile(depth, ai, bj, tileBuffer, 32, alpha);
        addTile(corner, rows, columns, cij, ldc);
      }
    }
  }
}

/** C += the part of the tile buffer inside the matrix and not above the diagonal. */
function addTile(corner: i32, rows: i32, columns: i32, c: usize, ldc: usize): void {
  for (let j = 0; j < columns; j++) {
    for (let i = max(0, j - corner); i < rows; i++) {
      const at = c + (<usize>i << 3) + <usize>j * ldc;
      store<f64>(at, load<f64>(at) + load<f64>(tileBuffer + (<usize>(i + 4 * j) << 3)));
    }
  }
}
