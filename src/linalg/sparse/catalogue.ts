import type { Catalogue } from "../../base/catalogue.ts";

export const sparseCatalogue: Catalogue = {
  "sparse/index-out-of-range": {
    title: "An entry lies outside the sparse matrix",
    meaning:
      "The list of nonzero positions names a row or column that the matrix does not have. Nothing was computed, because the position of every other entry would be in doubt.",
    remedy:
      "Number rows and columns from 0 and give a size that covers all of them. If you did not build the matrix yourself, please report this as a bug.",
  },
  "sparse/not-an-ordering": {
    title: "The elimination order is not a permutation",
    meaning:
      "An order of elimination must name every row exactly once, with the constrained rows last and in their own order; the given one does not.",
    remedy:
      "Leave the order out, so that a fill-reducing one is computed, or pass a permutation of 0 .. size - 1.",
  },
  "sparse/too-large": {
    title: "The sparse factor is too large for this machine's memory model",
    meaning:
      "The index arrays of the matrix or of its factor would have more than 2^31 - 1 elements, which no typed array of 32-bit integers can address.",
    remedy:
      "Use an iterative solution, fewer levels, or fewer dense columns. Many fixed effects that are really levels of a factor are a common cause: make them a random term.",
  },
};
