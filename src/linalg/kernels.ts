/**
 * The numeric kernels: dense linear algebra on one block of memory.
 *
 * Two implementations stand behind this interface, WebAssembly (SIMD, with or without fused
 * multiply-add) and plain TypeScript; test/conformance holds both to the same laws. Everything is
 * column-major, lower triangular where triangular. Positions are element indices into `f64`.
 * The numeric functions never throw; a factorization returns LAPACK-style status.
 */
export type KernelName = "typescript" | "wasm-simd" | "wasm-relaxed-simd";

/** Makes arenas; compiled once, shared by every fit. */
export interface Kernels {
  readonly name: KernelName;
  /** whether products and sums are rounded separately, so that digits agree between machines */
  readonly deterministic: boolean;
  /** largest arena in bytes */
  readonly maximumBytes: number;
  /**
   * An arena with room for this many doubles and integers: its memory never grows, so its views are never detached.
   * Every reservation is rounded up to 16 bytes; room for 256 such roundings is added, count more yourself.
   * Costs 25 to 70 microseconds and the first touch of its pages, and a browser tab can hold about a hundred at once: make one
   * per fit, not one per block. Where an arena was released, its memory (up to 64 MB) waits for one that it is large enough for.
   *
   * @throws HendersonError "linalg/memory"; `doubles` and `integers` throw "linalg/arena-full"
   */
  createArena(doubles: number, integers: number): Arena;
}

export interface Arena {
  readonly kernels: Kernels;
  /** the whole memory as doubles; positions index into it */
  readonly f64: Float64Array;
  /** the same memory as 32-bit integers */
  readonly i32: Int32Array;
  /** Reserves `count` doubles, zeroed, 16-byte aligned; returns their position in `f64`. */
  doubles(count: number): number;
  /** Reserves `count` integers, zeroed, 16-byte aligned; returns their position in `i32`. */
  integers(count: number): number;
  /** Gives the memory back, for the next arena to take over. Neither this arena nor its views may be used afterwards. */
  release(): void;

  dot(n: number, x: number, y: number): number;
  /** y += alpha x */
  axpy(n: number, alpha: number, x: number, y: number): void;
  /** y (m) -= A x, A m x n with leading dimension lda */
  subtractProduct(m: number, n: number, a: number, lda: number, x: number, y: number): void;
  /** C (m x n, leading dimension ldc) += alpha A B; A and B by row and column strides, so either may be transposed. */
  gemm(
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
  ): void;
  /** Lower triangle of C (n x n) += alpha A A', A n x k by strides; the upper triangle is not touched. */
  syrk(
    n: number,
    k: number,
    alpha: number,
    a: number,
    aRow: number,
    aColumn: number,
    c: number,
    ldc: number,
  ): void;
  /** C (m x n) += alpha S B, S m x m symmetric, lower triangle read. */
  symm(
    m: number,
    n: number,
    alpha: number,
    s: number,
    lds: number,
    b: number,
    ldb: number,
    c: number,
    ldc: number,
  ): void;
  /** A = L L' in place, lower; 0, or the 1-based index of the first pivot that is not positive. */
  potrf(n: number, a: number, lda: number): number;
  /** B (m x n) <- B L^-T */
  trsmRightLowerTransposed(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void;
  /** B (m x n) <- B L^-1 */
  trsmRightLower(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void;
  /** B (m x n) <- L^-1 B */
  trsmLeftLower(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void;
  /** B (m x n) <- L^-T B */
  trsmLeftLowerTransposed(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void;
  /** Lower triangle of (L L')^-1 written over L (lower). */
  potri(n: number, l: number, ldl: number): void;
  /**
   * Supernodal assembly: panel[rowMap[i] + columnMap[j] * ld] -= buffer[i + j * ldb] for i >= j,
   * i < m, j < n; maps are positions in `i32`.
   */
  scatterSubtract(
    m: number,
    n: number,
    buffer: number,
    ldb: number,
    rowMap: number,
    columnMap: number,
    panel: number,
    ld: number,
  ): void;
  /** out[i + j * ldo] = source[rowMap[i] + columnMap[j] * ld], for i >= j, i < m, j < n (gather of a lower triangle). */
  gather(
    m: number,
    n: number,
    source: number,
    ld: number,
    rowMap: number,
    columnMap: number,
    out: number,
    ldo: number,
  ): void;
  /**
   * rowPosition[rowList[i]] = first + i for i < count; `rowList` and `rowPosition` are positions in `i32`.
   * Tells leafUpdate and leafTrace where each row of a panel lies.
   */
  rowPositions(first: number, count: number, rowList: number, rowPosition: number): void;
  /**
   * Eliminates block-diagonal leaves into the columns [c0, c1) of a panel of the Schur complement: for every column c,
   * its entries e and the entries k >= e of the same level,
   *
   *     panel[rowPosition[rows[k]] + (c - c0) * ld] -= sum over s < width of values[k * width + s] * values[e * width + s]
   *
   * and the same for the tail of the level, in the last `tailStride` rows of the column.
   *
   * @param rowPosition   position in `i32`
   * @param ld   leading dimension of the panel, and its number of rows
   */
  leafUpdate(table: LeafTable, c0: number, c1: number, rowPosition: number, panel: number, ld: number): void;
  /**
   * The walk of leafUpdate, summing V' C V over the levels into `out` (width x width, symmetric), where the lower
   * triangle of the symmetric C is read from the panel and V are the values of a level: the pair (k, e), k > e, counts
   * for (e, k) as well. Pairs within a tail are not met here.
   */
  leafTrace(
    table: LeafTable,
    c0: number,
    c1: number,
    rowPosition: number,
    panel: number,
    ld: number,
    out: number,
  ): void;
}

/**
 * Block-diagonal leaves in an arena. A level holds entries, contiguous and with ascending rows, of `width` values
 * each, and a tail of `tailCount` entries whose rows are the same for all levels. The fields are positions, in `f64`
 * for values and tails, otherwise in `i32`.
 */
export interface LeafTable {
  /** entries with row c are occurrences[t], occurrencePointer[c] <= t < occurrencePointer[c + 1] */
  readonly occurrencePointer: number;
  readonly occurrences: number;
  /** level of every entry, and first entry of every level */
  readonly levels: number;
  readonly levelPointers: number;
  /** row of every entry */
  readonly rows: number;
  readonly width: number;
  /** entry e at values + e * width */
  readonly values: number;
  /** tail values s of level j: tailCount of them at tails + (j * width + s) * tailStride */
  readonly tailCount: number;
  readonly tailStride: number;
  readonly tails: number;
}
