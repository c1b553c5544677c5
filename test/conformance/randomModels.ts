// Small random models of every shape the blocked engine takes, from a seeded stream.

import { createStructure } from "../../src/covariance/registry.ts";
import { createMatrix } from "../../src/linalg/matrix.ts";
import { fixedEffects } from "../../src/model/fixedEffects.ts";
import type { Model, RandomTerm } from "../../src/model/model.ts";

export interface TermShape {
  /** index of the grouping; terms with the same index share it */
  readonly group: number;
  readonly structure: string;
  /** columns: 1 for ones, x for a covariate */
  readonly columns: readonly ("1" | "x" | "z")[];
}

export interface ModelShape {
  readonly n: number;
  readonly p: number;
  /** levels of each grouping; `within` nests it in an earlier one */
  readonly groups: readonly { readonly levels: number; readonly within?: number }[];
  readonly terms: readonly TermShape[];
  readonly weights?: boolean;
  readonly offset?: boolean;
}

/** Deterministic uniform numbers in (-0.5, 0.5). */
export function uniform(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return (s + 0.5) / 4294967296 - 0.5;
  };
}

export function randomModel(shape: ModelShape, seed: number): Model {
  const random = uniform(seed);
  const { n, p } = shape;
  for (let i = 0; i < 10; i++) random();
  const codes = shape.groups.map(() => new Int32Array(n));
  shape.groups.forEach((group, g) => {
    for (let i = 0; i < n; i++) {
      if (i < group.levels) codes[g]![i] = i;
      else codes[g]![i] = Math.floor((random() + 0.5) * group.levels);
    }
  });
  shape.groups.forEach((group, g) => {
    if (group.within === undefined) return;
    const outer = shape.groups[group.within]!.levels;
    for (let i = 0; i < n; i++) codes[group.within]![i] = codes[g]![i]! % outer;
  });
  const covariates = { x: new Float64Array(n), z: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    covariates.x[i] = 40 * random() + 60;
    covariates.z[i] = random();
  }
  const X = createMatrix(n, p);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < p; c++) X.values[i + c * n] = c === 0 ? 1 : c === 1 ? covariates.x[i]! : random();
  const weights = shape.weights ? Float64Array.from({ length: n }, () => 1.2 + random()) : undefined;
  const offset = shape.offset ? Float64Array.from({ length: n }, () => 3 * random()) : undefined;
  const response = Float64Array.from({ length: n }, (_, i) => {
    let y = 10 + 0.1 * covariates.x[i]! + 2 * random() + (offset?.[i] ?? 0);
    codes.forEach((c, g) => {
      y += Math.sin(1 + 7 * c[i]! + g) * (1 + 0.02 * (covariates.x[i]! - 60));
    });
    return y;
  });
  const names = Array.from({ length: p }, (_, c) => `b${c}`);
  const terms: RandomTerm[] = shape.terms.map((term, t) => ({
    component: `t${t}`,
    group: `g${term.group}`,
    levels: Array.from({ length: shape.groups[term.group]!.levels }, (_, l) => `l${l}`),
    codes: codes[term.group]!,
    basis: term.columns.map((c) => (c === "1" ? null : covariates[c])),
    coefficientNames: term.columns.map((c) => c),
    covariance: createStructure(term.structure, term.columns.length),
  }));
  return {
    response,
    fixed: fixedEffects(names, X, weights).fixed,
    random: terms,
    ...(weights ? { weights } : {}),
    ...(offset ? { offset } : {}),
  };
}

/** Shapes by name. */
export const modelShapes: Readonly<Record<string, ModelShape>> = {
  "random intercept": {
    n: 60,
    p: 2,
    groups: [{ levels: 9 }],
    terms: [{ group: 0, structure: "us", columns: ["1"] }],
  },
  "intercept without fixed effects": {
    n: 40,
    p: 0,
    groups: [{ levels: 7 }],
    terms: [{ group: 0, structure: "us", columns: ["1"] }],
  },
  "random slope, correlated": {
    n: 70,
    p: 2,
    groups: [{ levels: 10 }],
    terms: [{ group: 0, structure: "us", columns: ["1", "x"] }],
  },
  "random slope, uncorrelated, weights": {
    n: 70,
    p: 3,
    groups: [{ levels: 10 }],
    terms: [
      { group: 0, structure: "us", columns: ["1"] },
      { group: 0, structure: "us", columns: ["x"] },
    ],
    weights: true,
  },
  "three columns": {
    n: 90,
    p: 2,
    groups: [{ levels: 9 }],
    terms: [{ group: 0, structure: "us", columns: ["1", "x", "z"] }],
    offset: true,
  },
  "compound symmetry": {
    n: 90,
    p: 1,
    groups: [{ levels: 12 }],
    terms: [{ group: 0, structure: "cs", columns: ["1", "z"] }],
  },
  "heterogeneous ar1": {
    n: 90,
    p: 1,
    groups: [{ levels: 12 }],
    terms: [{ group: 0, structure: "hetar1", columns: ["1", "z", "x"] }],
  },
  "two crossed intercepts": {
    n: 90,
    p: 2,
    groups: [{ levels: 12 }, { levels: 8 }],
    terms: [
      { group: 0, structure: "us", columns: ["1"] },
      { group: 1, structure: "us", columns: ["1"] },
    ],
  },
  "nested intercepts": {
    n: 90,
    p: 2,
    groups: [{ levels: 4 }, { levels: 16, within: 0 }],
    terms: [
      { group: 0, structure: "us", columns: ["1"] },
      { group: 1, structure: "us", columns: ["1"] },
    ],
  },
  "crossed slopes, weights and offset": {
    n: 120,
    p: 3,
    groups: [{ levels: 11 }, { levels: 9 }],
    terms: [
      { group: 0, structure: "us", columns: ["1", "x"] },
      { group: 1, structure: "us", columns: ["1", "z"] },
    ],
    weights: true,
    offset: true,
  },
  "three factors, mixed widths": {
    n: 120,
    p: 2,
    groups: [{ levels: 14 }, { levels: 6 }, { levels: 5 }],
    terms: [
      { group: 0, structure: "us", columns: ["1"] },
      { group: 1, structure: "diag", columns: ["1", "x"] },
      { group: 2, structure: "us", columns: ["1"] },
      { group: 1, structure: "us", columns: ["z"] },
    ],
  },
  "slope in the leaf, intercept outside, no fixed effects": {
    n: 80,
    p: 0,
    groups: [{ levels: 8 }, { levels: 5 }],
    terms: [
      { group: 0, structure: "us", columns: ["1", "z"] },
      { group: 1, structure: "us", columns: ["1"] },
    ],
  },
};
