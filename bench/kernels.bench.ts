// GF/s of the level-3 kernels in every implementation: node bench/run.mjs kernels
import v8 from "node:v8";
import { Bench } from "tinybench";
import type { Kernels } from "../src/linalg/kernels.ts";
import { typescriptKernels } from "../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../src/linalg/wasm/loadKernels.ts";

if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");

const found = [typescriptKernels, wasmKernels({ deterministic: true }), wasmKernels()];
const implementations = found.filter(
  (kernels, i): kernels is Kernels => kernels !== undefined && found.indexOf(kernels) === i,
);

interface Task {
  readonly name: string;
  readonly flops: number;
  readonly kernels: Kernels;
  readonly run: () => void;
}

/** The kernels on n x n matrices; inputs are restored before each run where the kernel works in place. */
function tasks(kernels: Kernels, n: number): Task[] {
  const arena = kernels.createArena(5 * n * n, 0);
  const [a, b, c, spd, work] = Array.from({ length: 5 }, () => arena.doubles(n * n)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const { f64 } = arena;
  for (let i = 0; i < n * n; i++) {
    f64[a + i] = Math.sin(i);
    f64[b + i] = Math.cos(3 * i);
  }
  for (let i = 0; i < n; i++) f64[spd + i * (n + 1)] = n;
  arena.syrk(n, n, 1, a, 1, n, spd, n);
  const factor = work;
  f64.copyWithin(factor, spd, spd + n * n);
  arena.potrf(n, factor, n);
  const named = (name: string, flops: number, run: () => void): Task => ({
    name: `${name} ${n}`,
    flops,
    kernels,
    run,
  });
  return [
    named("gemm", 2 * n ** 3, () => arena.gemm(n, n, n, 1e-9, a, 1, n, b, 1, n, c, n)),
    named("syrk", n ** 3, () => arena.syrk(n, n, 1e-9, a, 1, n, c, n)),
    named("trsmRightLT", n ** 3, () => {
      f64.copyWithin(c, a, a + n * n);
      arena.trsmRightLowerTransposed(n, n, factor, n, c, n);
    }),
    named("trsmLeftL", n ** 3, () => {
      f64.copyWithin(c, a, a + n * n);
      arena.trsmLeftLower(n, n, factor, n, c, n);
    }),
    named("trsmLeftLT", n ** 3, () => {
      f64.copyWithin(c, a, a + n * n);
      arena.trsmLeftLowerTransposed(n, n, factor, n, c, n);
    }),
    named("trsvL", n ** 2, () => {
      f64.copyWithin(c, a, a + n);
      arena.trsmLeftLower(n, 1, factor, n, c, n);
    }),
    named("potrf", n ** 3 / 3, () => {
      f64.copyWithin(c, spd, spd + n * n);
      arena.potrf(n, c, n);
    }),
    named("potri", (2 / 3) * n ** 3, () => {
      f64.copyWithin(c, factor, factor + n * n);
      arena.potri(n, c, n);
    }),
  ];
}

const sizes = [4, 8, 16, 32, 64, 128, 512, 1000];
const rows = new Map<string, Record<string, string>>();
for (const n of sizes) {
  for (const kernels of implementations) {
    const bench = new Bench({ time: 60, warmupTime: 20, iterations: 5, warmupIterations: 2 });
    const all = tasks(kernels, n);
    // small kernels are called many times per sample, the clock would drown them otherwise
    const repeats = Math.max(1, Math.round(2e5 / n ** 3));
    for (const task of all) {
      bench.add(task.name, () => {
        for (let i = 0; i < repeats; i++) task.run();
      });
    }
    await bench.run();
    all.forEach((task, i) => {
      const result = bench.tasks[i]!.result;
      const milliseconds = "latency" in result ? result.latency.min : Number.POSITIVE_INFINITY;
      const row = rows.get(task.name) ?? {};
      row[kernels.name] = ((task.flops * repeats) / milliseconds / 1e6).toFixed(2);
      rows.set(task.name, row);
    });
  }
}
console.log(`GF/s, best of the samples, Node ${process.versions.node}`);
console.table(Object.fromEntries(rows));
