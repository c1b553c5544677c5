import type { Arena } from "../kernels.ts";

type Memory = Pick<Arena, "f64" | "i32">;

/** See Arena.scatterSubtract. */
export function scatterSubtract(
  memory: Memory,
  m: number,
  n: number,
  buffer: number,
  ldb: number,
  rowMap: number,
  columnMap: number,
  panel: number,
  ld: number,
): void {
  const { f64, i32 } = memory;
  for (let j = 0; j < n; j++) {
    const from = buffer + j * ldb;
    const to = panel + i32[columnMap + j]! * ld;
    for (let i = j; i < m; i++) f64[to + i32[rowMap + i]!]! -= f64[from + i]!;
  }
}

/** See Arena.gather. */
export function gather(
  memory: Memory,
  m: number,
  n: number,
  source: number,
  ld: number,
  rowMap: number,
  columnMap: number,
  out: number,
  ldo: number,
): void {
  const { f64, i32 } = memory;
  for (let j = 0; j < n; j++) {
    const from = source + i32[columnMap + j]! * ld;
    const to = out + j * ldo;
    for (let i = j; i < m; i++) f64[to + i]! = f64[from + i32[rowMap + i]!]!;
  }
}

/** See Arena.rowPositions. */
export function rowPositions(
  memory: Memory,
  first: number,
  count: number,
  rowList: number,
  rowPosition: number,
): void {
  const { i32 } = memory;
  for (let i = 0; i < count; i++) i32[rowPosition + i32[rowList + i]!] = first + i;
}
