// The unknowns of the mixed model equations: the coefficients of every level of every random term, then the fixed
// effects. Groups (below) are random terms 0 .. C-1 and then single fixed columns; a node of the elimination graph is
// a level with all its coefficients, or a fixed column.

import type { Kernels } from "../../linalg/kernels.ts";
import type { Model } from "../../model/model.ts";
import { buildComponents, type Component } from "./components.ts";
import { type WorkingFixed, workingFixed } from "./workingFixed.ts";

export interface Unknowns {
  readonly components: readonly Component[];
  readonly fixed: WorkingFixed;
  /** scalar random unknowns */
  readonly randomSize: number;
  /** random and fixed */
  readonly size: number;
  readonly randomNodes: number;
  readonly nodes: number;
  /** number of traits T */
  readonly traits: number;
  /** coefficients of every node */
  readonly widths: Int32Array;
  /** component, or C + j for fixed column j, of every node */
  readonly groupOf: Int32Array;
  /** first scalar unknown of every node */
  readonly firstOf: Int32Array;
  /** trait of every coefficient of every group */
  readonly groupTraits: readonly Int32Array[];
}

/** Numbers the unknowns of a model and finds the columns that fixed groups add. */
export function numberUnknowns(model: Model, kernels: Kernels): Unknowns {
  const components = buildComponents(model, kernels);
  const last = components.at(-1);
  const randomSize = last === undefined ? 0 : last.first + last.levels * last.width;
  const randomNodes = last === undefined ? 0 : last.firstNode + last.levels;
  const fixed = workingFixed(model, components);
  const p = fixed.matrix.columns;
  const nodes = randomNodes + p;
  const widths = new Int32Array(nodes).fill(1);
  const groupOf = new Int32Array(nodes);
  const firstOf = new Int32Array(nodes);
  components.forEach((component, c) => {
    const { firstNode, levels, width, first } = component;
    widths.fill(width, firstNode, firstNode + levels);
    groupOf.fill(c, firstNode, firstNode + levels);
    for (let l = 0; l < levels; l++) firstOf[firstNode + l] = first + l * width;
  });
  for (let j = 0; j < p; j++) {
    groupOf[randomNodes + j] = components.length + j;
    firstOf[randomNodes + j] = randomSize + j;
  }
  return {
    components,
    fixed,
    randomSize,
    size: randomSize + p,
    randomNodes,
    nodes,
    traits: model.traits?.names.length ?? 1,
    widths,
    groupOf,
    firstOf,
    groupTraits: [
      ...components.map((c) => c.traits),
      ...Array.from({ length: p }, (_, j) => Int32Array.of(fixed.traits[j]!)),
    ],
  };
}
