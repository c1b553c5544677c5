import { HendersonError } from "../../base/errors.ts";
import type { Arena, Kernels } from "../kernels.ts";
import { Reservations, ROUNDING_BYTES } from "../reservations.ts";
import { planWorkspace } from "../workspace.ts";
import { relaxedModule, simdModule } from "./kernels.generated.ts";

const PAGE = 65536;
/** One page less than WebAssembly allows, so that the end of memory is still a 32-bit address. */
const MAXIMUM_PAGES = 65535;

interface WasmOptions {
  /** true: without fused multiply-add, so that digits agree between machines; default false */
  readonly deterministic?: boolean;
}

type Five = [number, number, number, number, number];
type Ten = [...Five, ...Five];

/** What kernels/assembly/kernels.ts exports. */
type Exports = Omit<
  Arena,
  "kernels" | "f64" | "i32" | "doubles" | "integers" | "release" | "leafUpdate" | "leafTrace"
> & {
  /** the fields of a LeafTable in order, then the other arguments */
  leafUpdate(...fields: [...Ten, ...Five]): void;
  leafTrace(...fields: [...Ten, ...Five, number]): void;
  configure(
    tile: number,
    mirror: number,
    packedA: number,
    packedB: number,
    rowBlock: number,
    columnBlock: number,
  ): void;
};

interface Build {
  readonly name: "wasm-simd" | "wasm-relaxed-simd";
  readonly hexadecimal: string;
  kernels?: Kernels | undefined;
}

const simd: Build = { name: "wasm-simd", hexadecimal: simdModule };
const relaxed: Build = { name: "wasm-relaxed-simd", hexadecimal: relaxedModule };

/**
 * The WebAssembly kernels, compiled at the first call: with fused multiply-add where the engine has relaxed SIMD and
 * `deterministic` is not asked, otherwise with products and sums rounded apart. Undefined without WebAssembly SIMD.
 */
export function wasmKernels(options: WasmOptions = {}): Kernels | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const found = options.deterministic ? undefined : load(relaxed);
  return found ?? load(simd);
}

function load(build: Build): Kernels | undefined {
  if (!("kernels" in build)) {
    const bytes = decode(build.hexadecimal);
    build.kernels = WebAssembly.validate(bytes) ? compile(build.name, bytes) : undefined;
  }
  return build.kernels;
}

function decode(hexadecimal: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hexadecimal.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = 16 * digit(hexadecimal.charCodeAt(2 * i)) + digit(hexadecimal.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** 0 to 9 and a to f. */
function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Memory with an instance of the kernels on it. */
interface Block {
  readonly bytes: number;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly exports: Exports;
}

/** A released block of more than this is not kept: 64 MB. */
const LARGEST_SPARE = 2 ** 26;

function compile(name: Build["name"], bytes: Uint8Array<ArrayBuffer>): Kernels {
  const module = new WebAssembly.Module(bytes);
  // One block waits for the next arena: new memory costs as much as a small fit, and the collector is slow to free it.
  const spare: { block: Block | null } = { block: null };
  const kernels: Kernels = {
    name,
    deterministic: name === "wasm-simd",
    maximumBytes: MAXIMUM_PAGES * PAGE,
    createArena: (doubles, integers) => createArena(kernels, module, spare, doubles, integers),
  };
  return kernels;
}

function createArena(
  kernels: Kernels,
  module: WebAssembly.Module,
  spare: { block: Block | null },
  doubles: number,
  integers: number,
): Arena {
  const plan = planWorkspace(doubles);
  const start = plan.end * 8;
  const bytes = start + doubles * 8 + Math.ceil(integers / 2) * 8 + ROUNDING_BYTES;
  const used = spare.block !== null && spare.block.bytes >= bytes;
  const block = used ? spare.block! : createBlock(module, bytes);
  if (used) spare.block = null;
  const { f64, i32, exports } = block;
  exports.configure(plan.tile, plan.mirror, plan.packedA, plan.packedB, plan.rowBlock, plan.columnBlock);
  const reservations = new Reservations(start, Math.ceil(bytes / PAGE) * PAGE);
  let released = false;
  return {
    kernels,
    f64,
    i32,
    doubles(count) {
      const at = reservations.reserve(count, 8);
      if (used) f64.fill(0, at, at + count);
      return at;
    },
    integers(count) {
      const at = reservations.reserve(count, 4);
      if (used) i32.fill(0, at, at + count);
      return at;
    },
    release() {
      const keep = !released && block.bytes <= LARGEST_SPARE && block.bytes >= (spare.block?.bytes ?? 0);
      if (keep) spare.block = block;
      released = true;
    },
    dot: exports.dot,
    axpy: exports.axpy,
    subtractProduct: exports.subtractProduct,
    gemm: exports.gemm,
    syrk: exports.syrk,
    symm: exports.symm,
    potrf: exports.potrf,
    trsmRightLowerTransposed: exports.trsmRightLowerTransposed,
    trsmRightLower: exports.trsmRightLower,
    trsmLeftLower: exports.trsmLeftLower,
    trsmLeftLowerTransposed: exports.trsmLeftLowerTransposed,
    potri: exports.potri,
    scatterSubtract: exports.scatterSubtract,
    gather: exports.gather,
    rowPositions: exports.rowPositions,
    leafUpdate: (t, c0, c1, rowPosition, panel, ld) =>
      exports.leafUpdate(
        t.occurrencePointer,
        t.occurrences,
        t.levels,
        t.levelPointers,
        t.rows,
        t.width,
        t.values,
        t.tailCount,
        t.tailStride,
        t.tails,
        c0,
        c1,
        rowPosition,
        panel,
        ld,
      ),
    leafTrace: (t, c0, c1, rowPosition, panel, ld, out) =>
      exports.leafTrace(
        t.occurrencePointer,
        t.occurrences,
        t.levels,
        t.levelPointers,
        t.rows,
        t.width,
        t.values,
        t.tailCount,
        t.tailStride,
        t.tails,
        c0,
        c1,
        rowPosition,
        panel,
        ld,
        out,
      ),
  };
}

function createBlock(module: WebAssembly.Module, bytes: number): Block {
  const memory = allocate(bytes);
  return {
    bytes: memory.buffer.byteLength,
    f64: new Float64Array(memory.buffer),
    i32: new Int32Array(memory.buffer),
    exports: new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports,
  };
}

function allocate(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new HendersonError(
      "linalg/memory",
      `the fit needs ${bytes} bytes in one block, more than could be had`,
      {
        hint: "close other programs, or fit a smaller model",
        cause,
      },
    );
  }
}
