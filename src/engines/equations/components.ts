import type { Kernels } from "../../linalg/kernels.ts";
import type { Model, RandomTerm } from "../../model/model.ts";
import { type Kinship, kinshipOf } from "./kinship.ts";

/** A random term as it stands in the equations. */
export interface Component {
  /** index of the random term in the model */
  readonly term: number;
  readonly name: string;
  /** coefficients of a level, k */
  readonly width: number;
  /** random levels q, without fixed groups */
  readonly levels: number;
  /** first scalar unknown: coefficient a of level l is first + l * width + a */
  readonly first: number;
  /** first node: level l is firstNode + l */
  readonly firstNode: number;
  readonly kinship: Kinship;
  /** trait of every coefficient, length k, zeros for one trait */
  readonly traits: Int32Array;
}

/** The random terms with their relationships and the numbers of their unknowns. */
export function buildComponents(model: Model, kernels: Kernels): Component[] {
  let first = 0;
  let firstNode = 0;
  return model.random.map((term, t) => {
    const kinship = kinshipOf(term.relationship, levelCount(term), kernels);
    const width = term.covariance.size;
    const levels = kinship.inverse.size;
    const component: Component = {
      term: t,
      name: term.component,
      width,
      levels,
      first,
      firstNode,
      kinship,
      traits: term.coefficientTrait ?? new Int32Array(width),
    };
    first += levels * width;
    firstNode += levels;
    return component;
  });
}

/** All levels of a term: those of its relationship, where it has one. */
function levelCount(term: RandomTerm): number {
  return term.relationship?.levels.length ?? term.levels.length;
}

/** Calls `visit(coefficient, level, value)` for everything random that record r meets in a term. */
export function visitIncidence(
  term: RandomTerm,
  r: number,
  visit: (coefficient: number, level: number, value: number) => void,
): void {
  if (term.incidence === undefined) {
    const level = term.codes[r]!;
    for (let a = 0; a < term.basis.length; a++) visit(a, level, term.basis[a]?.[r] ?? 1);
    return;
  }
  for (let a = 0; a < term.incidence.length; a++) {
    for (const layer of term.incidence[a]!) {
      const level = layer.codes[r]!;
      if (level >= 0) visit(a, level, layer.values?.[r] ?? 1);
    }
  }
}
