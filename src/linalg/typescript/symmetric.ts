import { MIRROR_SIZE, type Workspace } from "../workspace.ts";
import { multiply } from "./multiply.ts";

/** C (m x n) += alpha S B: diagonal blocks are mirrored into the workspace, the rest of S is used twice. See Arena.symm. */
export function multiplySymmetric(
  f: Float64Array,
  w: Workspace,
  m: number,
  n: number,
  alpha: number,
  s: number,
  lds: number,
  b: number,
  ldb: number,
  c: number,
  ldc: number,
): void {
  for (let j = 0; j < m; j += MIRROR_SIZE) {
    const size = Math.min(MIRROR_SIZE, m - j);
    const rest = m - j - size;
    const diagonal = s + j + j * lds;
    mirror(f, size, diagonal, lds, w.mirror);
    multiply(f, w, false, size, n, size, alpha, w.mirror, 1, MIRROR_SIZE, b + j, 1, ldb, c + j, ldc);
    if (rest === 0) return;
    const below = diagonal + size;
    const next = j + size;
    multiply(f, w, false, rest, n, size, alpha, below, 1, lds, b + j, 1, ldb, c + next, ldc);
    multiply(f, w, false, size, n, rest, alpha, below, lds, 1, b + next, 1, ldb, c + j, ldc);
  }
}

function mirror(f: Float64Array, n: number, s: number, lds: number, out: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      const value = f[s + i + j * lds]!;
      f[out + i + j * MIRROR_SIZE] = value;
      f[out + j + i * MIRROR_SIZE] = value;
    }
  }
}
