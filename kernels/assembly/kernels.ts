// The exported kernels, with the signatures of Arena in src/linalg/kernels.ts: positions and strides in elements
// come in, addresses and strides in bytes go on.
import { factor, invertFactored } from "./cholesky";
import { traceOverLeaves, updateFromLeaves } from "./leaves";
import { copyMapped, placeRows, subtractMapped } from "./maps";
import { multiply, multiplyLower } from "./multiply";
import { multiplySymmetric } from "./symmetric";
import { solveLeft, solveLeftTransposed, solveRight, solveRightTransposed } from "./triangular";
import { addMultiple, dotProduct, subtractCombination } from "./vectors";

export { configure } from "./workspace";

/** Bytes of a position or stride in doubles. */
// @ts-ignore: decorator
@inline
function doubles(position: i32): usize {
  return <usize>position << 3;
}

/** Bytes of a position in integers. */
// @ts-ignore: decorator
@inline
function integers(position: i32): usize {
  return <usize>position << 2;
}

export function dot(n: i32, x: i32, y: i32): f64 {
  return dotProduct(n, doubles(x), doubles(y));
}

export function axpy(n: i32, alpha: f64, x: i32, y: i32): void {
  addMultiple(n, alpha, doubles(x), doubles(y));
}

export function subtractProduct(m: i32, n: i32, a: i32, lda: i32, x: i32, y: i32): void {
  subtractCombination(m, n, doubles(x), 8, doubles(a), doubles(lda), doubles(y));
}

export function gemm(
  m: i32, n: i32, k: i32, alpha: f64, a: i32, aRow: i32, aColumn: i32, b: i32, bRow: i32, bColumn: i32, c: i32, ldc: i32,
): void {
  multiply(
    m, n, k, alpha, doubles(a), doubles(aRow), doubles(aColumn), doubles(b), doubles(bRow), doubles(bColumn), doubles(c), doubles(ldc),
  );
}

export function syrk(n: i32, k: i32, alpha: f64, a: i32, aRow: i32, aColumn: i32, c: i32, ldc: i32): void {
  const at = doubles(a), row = doubles(aRow), column = doubles(aColumn);
  multiplyLower(n, k, alpha, at, row, column, at, column, row, doubles(c), doubles(ldc));
}

export function symm(m: i32, n: i32, alpha: f64, s: i32, lds: i32, b: i32, ldb: i32, c: i32, ldc: i32): void {
  multiplySymmetric(m, n, alpha, doubles(s), doubles(lds), doubles(b), doubles(ldb), doubles(c), doubles(ldc));
}

export function potrf(n: i32, a: i32, lda: i32): i32 {
  return factor(n, doubles(a), doubles(lda));
}

export function trsmRightLowerTransposed(m: i32, n: i32, l: i32, ldl: i32, b: i32, ldb: i32): void {
  solveRightTransposed(m, n, doubles(l), doubles(ldl), doubles(b), doubles(ldb));
}

export function trsmRightLower(m: i32, n: i32, l: i32, ldl: i32, b: i32, ldb: i32): void {
  solveRight(m, n, doubles(l), doubles(ldl), doubles(b), doubles(ldb));
}

export function trsmLeftLower(m: i32, n: i32, l: i32, ldl: i32, b: i32, ldb: i32): void {
  solveLeft(m, n, doubles(l), doubles(ldl), doubles(b), doubles(ldb));
}

export function trsmLeftLowerTransposed(m: i32, n: i32, l: i32, ldl: i32, b: i32, ldb: i32): void {
  solveLeftTransposed(m, n, doubles(l), doubles(ldl), doubles(b), doubles(ldb));
}

export function potri(n: i32, l: i32, ldl: i32): void {
  invertFactored(n, doubles(l), doubles(ldl));
}

export function scatterSubtract(
  m: i32, n: i32, buffer: i32, ldb: i32, rowMap: i32, columnMap: i32, panel: i32, ld: i32,
): void {
  subtractMapped(m, n, doubles(buffer), doubles(ldb), integers(rowMap), integers(columnMap), doubles(panel), doubles(ld));
}

export function gather(m: i32, n: i32, source: i32, ld: i32, rowMap: i32, columnMap: i32, out: i32, ldo: i32): void {
  copyMapped(m, n, doubles(source), doubles(ld), integers(rowMap), integers(columnMap), doubles(out), doubles(ldo));
}

export function rowPositions(first: i32, count: i32, rowList: i32, rowPosition: i32): void {
  placeRows(first, count, integers(rowList), integers(rowPosition));
}

export function leafUpdate(
  occurrencePointer: i32, occurrences: i32, levels: i32, levelPointers: i32, rows: i32, width: i32, values: i32,
  tailCount: i32, tailStride: i32, tails: i32, c0: i32, c1: i32, rowPosition: i32, panel: i32, ld: i32,
): void {
  updateFromLeaves(
    integers(occurrencePointer), integers(occurrences), integers(levels), integers(levelPointers), integers(rows), width,
    doubles(values), tailCount, doubles(tailStride), doubles(tails), c0, c1, integers(rowPosition), doubles(panel), doubles(ld),
  );
}

export function leafTrace(
  occurrencePointer: i32, occurrences: i32, levels: i32, levelPointers: i32, rows: i32, width: i32, values: i32,
  tailCount: i32, tailStride: i32, tails: i32, c0: i32, c1: i32, rowPosition: i32, panel: i32, ld: i32, out: i32,
): void {
  traceOverLeaves(
    integers(occurrencePointer), integers(occurrences), integers(levels), integers(levelPointers), integers(rows), width,
    doubles(values), tailCount, doubles(tailStride), doubles(tails), c0, c1, integers(rowPosition), doubles(panel), doubles(ld),
    doubles(out),
  );
}
