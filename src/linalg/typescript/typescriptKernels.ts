import { HendersonError } from "../../base/errors.ts";
import type { Arena, Kernels } from "../kernels.ts";
import { Reservations, ROUNDING_BYTES } from "../reservations.ts";
import { planWorkspace, type Workspace } from "../workspace.ts";
import { factor, invertFactored } from "./cholesky.ts";
import { leafTrace, leafUpdate } from "./leaves.ts";
import { gather, rowPositions, scatterSubtract } from "./maps.ts";
import { multiply } from "./multiply.ts";
import { multiplySymmetric } from "./symmetric.ts";
import { solveLeft, solveLeftTransposed, solveRight, solveRightTransposed } from "./triangular.ts";
import { axpy, dot, subtractCombination } from "./vectors.ts";

/** An Int32Array over the whole memory has fewer than 2^32 elements in V8. */
const MAXIMUM_BYTES = 2 ** 34 - 65536;

/** The kernels in plain TypeScript: the reference the WebAssembly kernels are held to, and the fallback without SIMD. */
export const typescriptKernels: Kernels = {
  name: "typescript",
  deterministic: true,
  maximumBytes: MAXIMUM_BYTES,
  createArena: (doubles, integers) => new TypescriptArena(doubles, integers),
};

class TypescriptArena implements Arena {
  readonly kernels: Kernels = typescriptKernels;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly #workspace: Workspace;
  readonly #reservations: Reservations;

  constructor(doubles: number, integers: number) {
    this.#workspace = planWorkspace(doubles);
    const start = this.#workspace.end * 8;
    const bytes = start + doubles * 8 + Math.ceil(integers / 2) * 8 + ROUNDING_BYTES;
    const buffer = allocate(bytes);
    this.f64 = new Float64Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.#reservations = new Reservations(start, bytes);
  }

  doubles(count: number): number {
    return this.#reservations.reserve(count, 8);
  }

  integers(count: number): number {
    return this.#reservations.reserve(count, 4);
  }

  /** The collector of garbage does it. */
  release(): void {}

  dot(n: number, x: number, y: number): number {
    return dot(this.f64, n, x, y);
  }

  axpy(n: number, alpha: number, x: number, y: number): void {
    axpy(this.f64, n, alpha, x, y);
  }

  subtractProduct(m: number, n: number, a: number, lda: number, x: number, y: number): void {
    subtractCombination(this.f64, m, n, x, 1, a, lda, y);
  }

  gemm(...[m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc]: Parameters<Arena["gemm"]>): void {
    multiply(this.f64, this.#workspace, false, m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
  }

  syrk(...[n, k, alpha, a, aRow, aColumn, c, ldc]: Parameters<Arena["syrk"]>): void {
    multiply(this.f64, this.#workspace, true, n, n, k, alpha, a, aRow, aColumn, a, aColumn, aRow, c, ldc);
  }

  symm(...[m, n, alpha, s, lds, b, ldb, c, ldc]: Parameters<Arena["symm"]>): void {
    multiplySymmetric(this.f64, this.#workspace, m, n, alpha, s, lds, b, ldb, c, ldc);
  }

  potrf(n: number, a: number, lda: number): number {
    return factor(this.f64, this.#workspace, n, a, lda);
  }

  trsmRightLowerTransposed(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void {
    solveRightTransposed(this.f64, this.#workspace, m, n, l, ldl, b, ldb);
  }

  trsmRightLower(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void {
    solveRight(this.f64, this.#workspace, m, n, l, ldl, b, ldb);
  }

  trsmLeftLower(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void {
    solveLeft(this.f64, this.#workspace, m, n, l, ldl, b, ldb);
  }

  trsmLeftLowerTransposed(m: number, n: number, l: number, ldl: number, b: number, ldb: number): void {
    solveLeftTransposed(this.f64, this.#workspace, m, n, l, ldl, b, ldb);
  }

  potri(n: number, l: number, ldl: number): void {
    invertFactored(this.f64, this.#workspace, n, l, ldl);
  }

  scatterSubtract(...rest: Parameters<Arena["scatterSubtract"]>): void {
    scatterSubtract(this, ...rest);
  }

  gather(...rest: Parameters<Arena["gather"]>): void {
    gather(this, ...rest);
  }

  rowPositions(first: number, count: number, rowList: number, rowPosition: number): void {
    rowPositions(this, first, count, rowList, rowPosition);
  }

  leafUpdate(...rest: Parameters<Arena["leafUpdate"]>): void {
    leafUpdate(this, ...rest);
  }

  leafTrace(...rest: Parameters<Arena["leafTrace"]>): void {
    leafTrace(this, ...rest);
  }
}

function allocate(bytes: number): ArrayBuffer {
  if (bytes > MAXIMUM_BYTES) throw tooLarge(bytes, undefined);
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw tooLarge(bytes, cause);
  }
}

function tooLarge(bytes: number, cause: unknown): HendersonError {
  return new HendersonError(
    "linalg/memory",
    `the fit needs ${bytes} bytes in one block, more than could be had`,
    { hint: "close other programs, or fit a smaller model", cause },
  );
}
