// theta -> Lambda of every component and R0, on the absolute scale. Free covariances have parameters relative to the
// standard deviation of the response (of each trait) around its least-squares fit, so that theta has no units.

import type { CovarianceStructure, ParameterSpec } from "../../covariance/structure.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { RandomTerm } from "../../model/model.ts";
import { type CovarianceMap, createCovarianceMap } from "../covarianceMap.ts";
import type { Factor } from "../factors.ts";
import { semidefiniteRoot } from "./covarianceRoots.ts";

/** A covariance of the model: a component's Sigma, or R0. */
export interface CovarianceBlock {
  /** component name, or `residual` */
  readonly name: string;
  readonly structure: CovarianceStructure;
  /** index among the components; their number for R0 */
  readonly target: number;
  readonly size: number;
  /** known value, or null */
  readonly held: Matrix | null;
  /** entries that are zero by construction */
  readonly isZero?: (row: number, column: number) => boolean;
  /** units of the coefficients: theta is relative to them; length k */
  readonly units: Float64Array;
}

export interface CovarianceParameters {
  readonly blocks: readonly CovarianceBlock[];
  /** blocks that are estimated, in the order of theta */
  readonly free: readonly CovarianceBlock[];
  readonly map: CovarianceMap;
  readonly parameters: readonly ParameterSpec[];
  /** index in `free` of the block of every parameter: map.factorOf */
  /** Lambda of every component (k x k lower), filled by `set` */
  readonly lambdas: readonly Float64Array[];
  /** T x T, filled by `set` */
  readonly R0: Float64Array;
  set(theta: Float64Array): void;
  /** theta nearest to given covariances of the free blocks */
  thetaAt(values: readonly Float64Array[]): Float64Array;
}

/**
 * The free and held covariances as functions of one theta.
 *
 * @param blocks those of the components in order, and the residual last
 */
export function createCovarianceParameters(blocks: readonly CovarianceBlock[]): CovarianceParameters {
  const free = blocks.filter((block) => block.held === null);
  const terms = free.map((block) => ({ covariance: block.structure }) as unknown as RandomTerm);
  const factors = free.map((block, f) => factorOf(block, f));
  const map = createCovarianceMap(terms, factors);
  const components = blocks.length - 1;
  const lambdas = blocks.slice(0, components).map(({ size }) => new Float64Array(size * size));
  const T = blocks[components]!.size;
  const R0 = new Float64Array(T * T);
  for (const { held, target, size } of blocks) {
    if (held === null) continue;
    if (target === components) R0.set(held.values);
    else lambdas[target]!.set(semidefiniteRoot(held.values, size));
  }
  return {
    blocks,
    free,
    map,
    parameters: map.parameters,
    lambdas,
    R0,
    set(theta) {
      map.set(theta);
      free.forEach(({ target }, f) => {
        if (target === components) R0.set(map.phi[f]!);
        else lambdas[target]!.set(map.lambda[f]!);
      });
    },
    thetaAt(values) {
      const theta = new Float64Array(map.size);
      map.start(values, theta);
      return theta;
    },
  };
}

function factorOf(block: CovarianceBlock, index: number): Factor {
  const k = block.size;
  const transform = new Float64Array(k * k);
  const inverseTransform = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    transform[a + a * k] = block.units[a]!;
    inverseTransform[a + a * k] = 1 / block.units[a]!;
  }
  return {
    codes: new Int32Array(0),
    levels: 0,
    width: k,
    terms: [index],
    offsets: [0],
    columns: [],
    transform,
    inverseTransform,
  };
}
