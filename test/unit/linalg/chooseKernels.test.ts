import { expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { chooseKernels } from "../../../src/linalg/chooseKernels.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";

it("gives the same kernels at every call, so that they are compiled once", () => {
  expect(chooseKernels()).toBe(chooseKernels());
  expect(chooseKernels({ deterministic: true })).toBe(chooseKernels({ deterministic: true }));
});

it("gives kernels whose digits agree between machines when asked", () => {
  const kernels = chooseKernels({ deterministic: true });
  expect(kernels.deterministic).toBe(true);
  expect(kernels.name).not.toBe("wasm-relaxed-simd");
});

it("gives WebAssembly where the engine has SIMD", () => {
  expect(chooseKernels().name).toMatch(/^wasm-/);
});

it("gives the kernels named", () => {
  expect(chooseKernels({ name: "typescript" })).toBe(typescriptKernels);
  expect(chooseKernels({ name: "wasm-simd" }).name).toBe("wasm-simd");
});

it("refuses by code a name that does not run here", () => {
  let name = "";
  try {
    name = chooseKernels({ name: "wasm-relaxed-simd" }).name;
  } catch (error) {
    expect(isHendersonError(error, "linalg/kernels")).toBe(true);
    return;
  }
  expect(name).toBe("wasm-relaxed-simd");
});

it("computes in the arena it makes", () => {
  const arena = chooseKernels().createArena(6, 0);
  const x = arena.doubles(3);
  const y = arena.doubles(3);
  arena.f64.set([1, 2, 3], x);
  arena.f64.set([4, 5, 6], y);
  expect(arena.dot(3, x, y)).toBe(32);
});
