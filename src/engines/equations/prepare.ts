// All symbolic work and memory of a model in the equations engine.

import type { Kernels } from "../../linalg/kernels.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { SymbolicFactor } from "../../linalg/sparse/symbolic.ts";
import type { Criterion, Model } from "../../model/model.ts";
import { type ReducedResponse, reduceResponse } from "../response.ts";
import { type Assembly, assemble } from "./assembly.ts";
import {
  type CovarianceBlock,
  type CovarianceParameters,
  createCovarianceParameters,
} from "./covarianceParameters.ts";
import { requireHeldCovariances } from "./held.ts";
import { createLikelihood, type EquationsLikelihood } from "./likelihood.ts";
import { buildRecords, type Records } from "./records.ts";
import { createResidual, type Residual, residualUnits } from "./residual.ts";
import { residualStructure } from "./residualStructure.ts";
import { columnSizes, residualCorrelation, responseDeviations } from "./startingCovariances.ts";
import { createSystem, type EquationsSystem } from "./system.ts";
import { connectedTraits } from "./traitPairs.ts";
import { numberUnknowns, type Unknowns } from "./unknowns.ts";

/** The equations record by record: all that a solution by iteration needs. */
export interface EquationsParts {
  readonly model: Model;
  readonly criterion: Criterion;
  readonly unknowns: Unknowns;
  readonly records: Records;
  readonly residual: Residual;
  readonly reduced: ReducedResponse;
  readonly covariances: CovarianceParameters;
  /** standard deviation of each trait around the least-squares fit */
  readonly deviations: Float64Array;
  /** mean square of each coefficient's column, per component */
  readonly sizes: readonly Float64Array[];
}

/** The equations with their factor, ready for any covariances. */
export interface AssembledEquations extends EquationsParts {
  readonly assembly: Assembly;
  readonly system: EquationsSystem;
  readonly likelihood: EquationsLikelihood;
}

export interface PreparedEquations extends AssembledEquations {
  readonly start: Float64Array;
}

/**
 * Numbers the unknowns and collects the records.
 *
 * @throws HendersonError engine/held-covariance, engine/repeated-trait, engine/relationship-not-definite
 */
export function collectEquations(
  model: Model,
  criterion: Criterion,
  kernels: Kernels,
  held: ReadonlyMap<string, Matrix>,
): EquationsParts {
  requireHeldCovariances(model, held);
  const unknowns = numberUnknowns(model, kernels);
  const { components, traits: T, fixed } = unknowns;
  const records = buildRecords(model, unknowns);
  const units = residualUnits(model);
  const residual = createResidual(units);
  const reduced = reduceResponse({ ...model, fixed: fixed.effects });

  const deviations = responseDeviations(model, reduced, T);
  const sizes = columnSizes(model, components);
  const blocks: CovarianceBlock[] = components.map((component, c) => ({
    name: component.name,
    structure: model.random[component.term]!.covariance,
    target: c,
    size: component.width,
    held: held.get(component.name) ?? null,
    units: coefficientUnits(model.random[component.term]!.covariance.name, component.traits, deviations),
  }));
  const connected = connectedTraits(model);
  blocks.push({
    name: "residual",
    structure: residualStructure(connected),
    isZero: (row, column) => connected[row] !== connected[column],
    target: components.length,
    size: T,
    held: held.get("residual") ?? null,
    units: deviations,
  });
  const covariances = createCovarianceParameters(blocks);
  return { model, criterion, unknowns, records, residual, reduced, covariances, deviations, sizes };
}

/**
 * Assembles the equations in the order of their symbolic factor and reserves the memory.
 *
 * @throws HendersonError engine/too-large, engine/dependent-traits
 */
export function prepareEquations(
  parts: EquationsParts,
  symbolic: SymbolicFactor,
  kernels: Kernels,
): PreparedEquations {
  const { model, unknowns, reduced, covariances, deviations, sizes } = parts;
  const { components, traits: T } = unknowns;
  const assembled = assembleEquations(parts, symbolic, kernels, rightHandSides(covariances));
  const estimated = covariances.free.filter(({ target }) => target < components.length).length;
  const correlation = covariances.free.some(({ target }) => target === components.length)
    ? residualCorrelation(model, reduced, T)
    : new Float64Array(T * T);
  const start = covariances.thetaAt(
    covariances.free.map(({ target, size: k }) => {
      const phi = new Float64Array(k * k);
      if (target === components.length) {
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) {
            phi[a + b * k] = 0.5 * correlation[a + b * k]! * deviations[a]! * deviations[b]!;
          }
        }
        return phi;
      }
      const { traits } = components[target]!;
      for (let a = 0; a < k; a++) {
        phi[a + a * k] = (0.5 * deviations[traits[a]!]! ** 2) / (estimated * sizes[target]![a]!);
      }
      return phi;
    }),
  );
  return { ...assembled, start };
}

/**
 * The equations in the order of their factor, with room for `capacity` right-hand sides.
 *
 * @param units standard deviation of every coefficient beside which its pivot of Lambda is judged to be zero
 * @throws HendersonError engine/too-large
 */
export function assembleEquations(
  parts: EquationsParts,
  symbolic: SymbolicFactor,
  kernels: Kernels,
  capacity: number,
  units: readonly Float64Array[] = responseUnits(parts),
): AssembledEquations {
  const { criterion, unknowns, records, residual, reduced } = parts;
  const assembly = assemble(unknowns, records, residual.units, symbolic);
  const system = createSystem(assembly, kernels, capacity);
  const likelihood = createLikelihood(assembly, system, records, residual, reduced, criterion, units);
  return { ...parts, assembly, system, likelihood };
}

/** The deviation of the response over the size of each coefficient's column. */
function responseUnits({ unknowns, deviations, sizes }: EquationsParts): Float64Array[] {
  return unknowns.components.map(({ traits }, c) =>
    Float64Array.from(traits, (t, a) => deviations[t]! / Math.sqrt(sizes[c]![a]!)),
  );
}

/** Right-hand sides that are solved at once: one for every free variance and covariance. */
export function rightHandSides({ free, map }: CovarianceParameters): number {
  const natural = free.reduce((sum, { size }) => sum + (size * (size + 1)) / 2, 0);
  return Math.max(natural, map.size, 2);
}

/** Structures that tie variances to each other keep one unit for all coefficients. */
function coefficientUnits(structure: string, traits: Int32Array, deviations: Float64Array): Float64Array {
  if (structure === "us" || structure === "diag") return Float64Array.from(traits, (t) => deviations[t]!);
  let mean = 0;
  for (const t of traits) mean += Math.log(deviations[t]!) / traits.length;
  return new Float64Array(traits.length).fill(Math.exp(mean));
}
