// C += alpha A B in tiles of 4 x 4. Digits: each element is summed in runs of DEPTH_BLOCK terms, each run from
// zero in ascending order, then c += alpha * run; the WebAssembly kernels follow the same order.
import { DEPTH_BLOCK, type Workspace } from "../workspace.ts";

/** Below this many multiplications packing costs more than it saves. */
const DIRECT_LIMIT = 16 * 16 * 16;

/** C (m x n) += alpha A B with A and B by strides; with `lower` only elements i >= j. See Arena.gemm and Arena.syrk. */
export function multiply(
  memory: Float64Array,
  workspace: Workspace,
  lower: boolean,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bRow: number,
  bColumn: number,
  c: number,
  ldc: number,
): void {
  if (m * n * k <= DIRECT_LIMIT) {
    for (let p = 0; p < k; p += DEPTH_BLOCK) {
      const depth = Math.min(DEPTH_BLOCK, k - p);
      for (let j = 0; j < n; j += 4) {
        for (let i = lower ? j : 0; i < m; i += 4) {
          tile(
            memory,
            lower ? i - j : 4,
            Math.min(4, m - i),
            Math.min(4, n - j),
            depth,
            alpha,
            a + i * aRow + p * aColumn,
            aRow,
            aColumn,
            b + p * bRow + j * bColumn,
            bRow,
            bColumn,
            c + i + j * ldc,
            ldc,
          );
        }
      }
    }
    return;
  }
  const { rowBlock, columnBlock, packedA, packedB } = workspace;
  for (let j0 = 0; j0 < n; j0 += columnBlock) {
    const columns = Math.min(columnBlock, n - j0);
    for (let p = 0; p < k; p += DEPTH_BLOCK) {
      const depth = Math.min(DEPTH_BLOCK, k - p);
      pack(memory, columns, depth, b + p * bRow + j0 * bColumn, bColumn, bRow, packedB);
      for (let i0 = lower ? j0 : 0; i0 < m; i0 += rowBlock) {
        const rows = Math.min(rowBlock, m - i0);
        pack(memory, rows, depth, a + i0 * aRow + p * aColumn, aRow, aColumn, packedA);
        for (let j = 0; j < columns; j += 4) {
          for (let i = 0; i < rows; i += 4) {
            const below = i0 + i - (j0 + j);
            if (lower && below < 0) continue;
            tile(
              memory,
              lower ? below : 4,
              Math.min(4, rows - i),
              Math.min(4, columns - j),
              depth,
              alpha,
              packedA + i * depth,
              1,
              4,
              packedB + j * depth,
              4,
              1,
              c + i0 + i + (j0 + j) * ldc,
              ldc,
            );
          }
        }
      }
    }
  }
}

/** Copies strips of 4 rows (or columns) so that a tile reads them with stride 1; missing rows of the last strip stay as they are. */
function pack(
  memory: Float64Array,
  count: number,
  depth: number,
  source: number,
  stride: number,
  depthStride: number,
  out: number,
): void {
  for (let i = 0; i < count; i += 4) {
    const width = Math.min(4, count - i);
    for (let p = 0; p < depth; p++) {
      const from = source + i * stride + p * depthStride;
      const to = out + i * depth + p * 4;
      for (let r = 0; r < width; r++) memory[to + r] = memory[from + r * stride]!;
    }
  }
}

/** One tile of at most 4 x 4; `below` is row minus column of its corner, elements above the diagonal are skipped when it is 0. */
function tile(
  f: Float64Array,
  below: number,
  rows: number,
  columns: number,
  depth: number,
  alpha: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bRow: number,
  bColumn: number,
  c: number,
  ldc: number,
): void {
  if (rows < 4 || columns < 4 || below < 4) {
    for (let j = 0; j < columns; j++) {
      for (let i = Math.max(0, j - below); i < rows; i++) {
        let x = a + i * aRow;
        let y = b + j * bColumn;
        let sum = 0;
        for (let p = 0; p < depth; p++) {
          sum += f[x]! * f[y]!;
          x += aColumn;
          y += bRow;
        }
        f[c + i + j * ldc]! += alpha * sum;
      }
    }
    return;
  }
  let s00 = 0,
    s10 = 0,
    s20 = 0,
    s30 = 0;
  let s01 = 0,
    s11 = 0,
    s21 = 0,
    s31 = 0;
  let s02 = 0,
    s12 = 0,
    s22 = 0,
    s32 = 0;
  let s03 = 0,
    s13 = 0,
    s23 = 0,
    s33 = 0;
  let x = a;
  let y = b;
  for (let p = 0; p < depth; p++) {
    const a0 = f[x]!,
      a1 = f[x + aRow]!,
      a2 = f[x + 2 * aRow]!,
      a3 = f[x + 3 * aRow]!;
    const b0 = f[y]!,
      b1 = f[y + bColumn]!,
      b2 = f[y + 2 * bColumn]!,
      b3 = f[y + 3 * bColumn]!;
    s00 += a0 * b0;
    s10 += a1 * b0;
    s20 += a2 * b0;
    s30 += a3 * b0;
    s01 += a0 * b1;
    s11 += a1 * b1;
    s21 += a2 * b1;
    s31 += a3 * b1;
    s02 += a0 * b2;
    s12 += a1 * b2;
    s22 += a2 * b2;
    s32 += a3 * b2;
    s03 += a0 * b3;
    s13 += a1 * b3;
    s23 += a2 * b3;
    s33 += a3 * b3;
    x += aColumn;
    y += bRow;
  }
  addColumn(f, c, alpha, s00, s10, s20, s30);
  addColumn(f, c + ldc, alpha, s01, s11, s21, s31);
  addColumn(f, c + 2 * ldc, alpha, s02, s12, s22, s32);
  addColumn(f, c + 3 * ldc, alpha, s03, s13, s23, s33);
}

function addColumn(
  f: Float64Array,
  c: number,
  alpha: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  f[c]! += alpha * s0;
  f[c + 1]! += alpha * s1;
  f[c + 2]! += alpha * s2;
  f[c + 3]! += alpha * s3;
}
