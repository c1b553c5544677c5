import type { Catalogue } from "../base/catalogue.ts";

/** Codes of the linear algebra layer. */
export const linalgCatalogue: Catalogue = {
  "linalg/arena-full": {
    title: "An arena is too small",
    meaning:
      "A computation reserved more memory than it had planned for. This is a defect of henderson, not of your data.",
    remedy: "Report the formula and the size of the data.",
  },
  "linalg/memory": {
    title: "Not enough memory",
    meaning:
      "The matrices of the fit need more memory in one block than the system gave. One block can hold at most 4 GB.",
    remedy:
      "Close other programs, fit a smaller model (fewer levels, fewer random slopes), or use a machine with more memory.",
  },
  "linalg/kernels": {
    title: "These kernels do not run here",
    meaning:
      "Kernels were asked for by name that this JavaScript engine cannot run: 'wasm-relaxed-simd' needs relaxed SIMD (Node 22, or a browser of 2024), 'wasm-simd' needs WebAssembly SIMD.",
    remedy:
      "Leave the name out: the fastest kernels that run are chosen, and every result says which they were.",
  },
};
