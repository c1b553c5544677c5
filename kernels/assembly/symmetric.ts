import { multiply } from "./multiply";
import { MIRROR_SIZE, mirrorBuffer } from "./workspace";

/** C (m x n) += alpha S B: diagonal blocks are mirrored into the workspace, the rest of S is used twice. */
export function multiplySymmetric(
  m: i32, n: i32, alpha: f64, s: usize, lds: usize, b: usize, ldb: usize, c: usize, ldc: usize,
): void {
  for (; m > 0; m -= MIRROR_SIZE) {
    const size = min(MIRROR_SIZE, m), rest = m - size;
    const step = <usize>size << 3;
    mirror(size, s, lds);
    multiply(size, n, size, alpha, mirrorBuffer, 8, <usize>MIRROR_SIZE << 3, b, 8, ldb, c, ldc);
    if (rest == 0) return;
    const below = s + step;
    multiply(rest, n, size, alpha, below, 8, lds, b, 8, ldb, c + step, ldc);
    multiply(size, n, rest, alpha, below, lds, 8, b + step, 8, ldb, c, ldc);
    s = below + <usize>size * lds;
    b += step;
    c += step;
  }
}

function mirror(n: i32, s: usize, lds: usize): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      const value = load<f64>(s + (<usize>i << 3) + <usize>j * lds);
      store<f64>(mirrorBuffer + (<usize>(i + j * MIRROR_SIZE) << 3), value);
      store<f64>(mirrorBuffer + (<usize>(j + i * MIRROR_SIZE) << 3), value);
    }
  }
}
