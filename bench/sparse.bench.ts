// Ordering, analysis, factorization and selected inverse of two sparse matrices, in every implementation of the
// kernels: the Schur complement of a crossed design of InstEval's size, and a 3-D grid. Run as bench/kernels.bench.ts.
import v8 from "node:v8";
import { Bench } from "tinybench";
import type { Kernels } from "../src/linalg/kernels.ts";
import { minimumDegree } from "../src/linalg/sparse/minimumDegree.ts";
import type { PanelFill } from "../src/linalg/sparse/panelFactorization.ts";
import { arenaNeed } from "../src/linalg/sparse/panelStorage.ts";
import { patternFromCliques, patternFromPairs, type SymmetricPattern } from "../src/linalg/sparse/pattern.ts";
import { createSupernodalFactor } from "../src/linalg/sparse/supernodal.ts";
import { analyze } from "../src/linalg/sparse/symbolic.ts";
import { typescriptKernels } from "../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../src/linalg/wasm/loadKernels.ts";

if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");

interface Problem {
  readonly name: string;
  readonly pattern: SymmetricPattern;
  /** trailing dense nodes */
  readonly last: number;
}

/** Lecturers rated by the same student are neighbors; students of a department mostly rate its lecturers. */
function crossedDesign(): Problem {
  const [students, lecturers, departments, ratings, dense] = [2972, 1128, 14, 25, 3];
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pointers = [0];
  const members: number[] = [];
  for (let s = 0; s < students; s++) {
    for (let r = 0; r < ratings; r++) {
      const department = random(1000) < 985 ? s % departments : random(departments);
      members.push((random(Math.ceil(lecturers / departments)) * departments + department) % lecturers);
    }
    for (let t = 0; t < dense; t++) members.push(lecturers + t);
    pointers.push(members.length);
  }
  return {
    name: "crossed design",
    pattern: patternFromCliques(lecturers + dense, pointers, members),
    last: dense,
  };
}

function grid(length: number): Problem {
  const rows: number[] = [];
  const columns: number[] = [];
  for (let i = 0; i < length ** 3; i++) {
    for (const stride of [1, length, length ** 2]) {
      if (Math.floor(i / stride) % length === length - 1) continue;
      rows.push(i);
      columns.push(i + stride);
    }
  }
  return { name: `grid ${length}^3`, pattern: patternFromPairs(length ** 3, rows, columns), last: 0 };
}

/** Graph Laplacian plus the identity. */
function addNumeric(bench: Bench, problem: Problem, kernels: Kernels): void {
  const { pattern, last, name } = problem;
  const symbolic = analyze(pattern, { last });
  const need = arenaNeed(symbolic, { inverse: true });
  const arena = kernels.createArena(need.doubles, need.integers);
  const factor = createSupernodalFactor(symbolic, arena, { inverse: true });
  const fill: PanelFill = (supernode, panel, ld, rowPosition) => {
    const { f64, i32 } = arena;
    const start = symbolic.starts[supernode]!;
    for (let c = start; c < symbolic.starts[supernode + 1]!; c++) {
      const node = symbolic.inversePermutation[c]!;
      const column = panel + (c - start) * ld;
      f64[column + c - start]! += pattern.pointers[node + 1]! - pattern.pointers[node]! + 1;
      for (let p = pattern.pointers[node]!; p < pattern.pointers[node + 1]!; p++) {
        const r = symbolic.permutation[pattern.indices[p]!]!;
        if (r > c) f64[column + i32[rowPosition + r]!]! -= 1;
      }
    }
  };
  bench.add(`${name}: factorize, ${kernels.name}`, () => {
    if (factor.factorize(fill) !== 0) throw new Error("not positive definite");
  });
  bench.add(`${name}: selected inverse, ${kernels.name}`, () => factor.selectedInverse());
}

const bench = new Bench({ time: 500, warmupTime: 100 });
for (const problem of [crossedDesign(), grid(20)]) {
  const { pattern, last, name } = problem;
  const ordering = minimumDegree(pattern, { last });
  const { nonzeros, flops } = analyze(pattern, { last, ordering });
  console.log(`${name}: ${pattern.size} rows, ${nonzeros} entries in L, ${(flops / 1e6).toFixed(0)} Mflop`);
  bench.add(`${name}: minimum degree`, () => void minimumDegree(pattern, { last }));
  bench.add(`${name}: the rest of the analysis`, () => void analyze(pattern, { last, ordering }));
  const found = new Set([wasmKernels({ deterministic: true }), wasmKernels(), typescriptKernels]);
  for (const kernels of found) if (kernels !== undefined) addNumeric(bench, problem, kernels);
}
await bench.run();
console.table(
  bench.tasks.map((task) => {
    const { result } = task;
    const latency = "latency" in result ? result.latency : undefined;
    return { task: task.name, "median ms": latency?.p50.toFixed(2), "best ms": latency?.min.toFixed(2) };
  }),
);
