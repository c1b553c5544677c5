// From the unknowns of the equations back to the user's fixed coding and to all levels of the relationships.

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { solveUpper } from "../../linalg/smallTriangular.ts";
import type { ComponentSolution, EquationsSolution } from "../engine.ts";
import { covarianceOf } from "./covarianceRoots.ts";
import type { EquationsParts, PreparedEquations } from "./prepare.ts";
import type { Unknowns } from "./unknowns.ts";

/** The equations and their solution, from a factor or by iteration. */
interface Solved extends Pick<EquationsParts, "unknowns"> {
  /** u and the fixed coefficients, in unknown order */
  readonly likelihood: { readonly effects: Float64Array };
}

/** b in the coding of [X, groups]: T^-1 gamma_ols + A c, length p. */
export function fixedCoefficients({
  unknowns,
  reduced,
  likelihood,
}: Solved & Pick<EquationsParts, "reduced">): Float64Array {
  const { fixed, randomSize, size } = unknowns;
  const p = size - randomSize;
  const A = fixed.toUser.values;
  const beta = reduced.coefficients.slice();
  solveUpper(fixed.effects.transform.values, p, beta);
  for (let j = 0; j < p; j++) {
    const c = likelihood.effects[randomSize + j]!;
    for (let i = 0; i <= j; i++) beta[i]! += A[i + j * p]! * c;
  }
  return beta;
}

/** A C A' for the covariance C of working coefficients, p x p. */
export function toUserCovariance({ unknowns }: Pick<EquationsParts, "unknowns">, C: Float64Array): Matrix {
  const { toUser } = unknowns.fixed;
  const p = toUser.columns;
  const A = toUser.values;
  const half = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < p; i++) {
      let s = 0;
      for (let k = i; k < p; k++) s += A[i + k * p]! * C[k + j * p]!;
      half[i + j * p] = s;
    }
  }
  const out = createMatrix(p, p);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < p; i++) {
      let s = 0;
      for (let k = j; k < p; k++) s += half[i + k * p]! * A[j + k * p]!;
      out.values[i + j * p] = s;
    }
  }
  return out;
}

/** The leading m x m block. */
export function leading(matrix: Matrix, m: number): Matrix {
  if (matrix.rows === m) return matrix;
  const out = createMatrix(m, m);
  for (let j = 0; j < m; j++)
    for (let i = 0; i < m; i++) out.values[i + j * m] = matrix.values[i + j * matrix.rows]!;
  return out;
}

/** u* of every component with all levels, groups last: u + Q g. */
export function allEffects({ unknowns, likelihood }: Solved, beta: Float64Array): Float64Array[] {
  return unknowns.components.map(({ first, levels, width, kinship }, c) => {
    const out = new Float64Array((levels + kinship.groups) * width);
    out.set(likelihood.effects.subarray(first, first + levels * width));
    for (const { component, coefficient, group, column } of unknowns.fixed.groups) {
      if (component !== c || column === null) continue;
      const effect = beta[column]!;
      out[(levels + group) * width + coefficient] = effect;
      for (let l = 0; l < levels; l++)
        out[l * width + coefficient]! += kinship.groupParts[l + group * levels]! * effect;
    }
    return out;
  });
}

/** What belongs to components, by the random terms of the model. */
export function inModelOrder<Value>({ components }: Unknowns, values: readonly Value[]): Value[] {
  const out: Value[] = new Array(components.length);
  components.forEach(({ term }, c) => {
    out[term] = values[c]!;
  });
  return out;
}

/**
 * The full solution at the covariances the likelihood holds; runs the selected inverse.
 * Prediction error variances of levels with fixed groups add Q Var(g) Q' and the covariances of g with u.
 */
export function solveEquations(prepared: PreparedEquations): EquationsSolution {
  const { unknowns, system, likelihood, covariances, records } = prepared;
  const { components, fixed, randomSize, size } = unknowns;
  const p = size - randomSize;
  const own = fixed.userColumns;
  likelihood.restore();
  const beta = fixedCoefficients(prepared);
  const effects = allEffects(prepared, beta);
  const cross = groupCovariances(prepared);
  system.invert(true);
  const block = new Float64Array(p * p);
  system.fixedBlock(block);
  const fixedCovariance = toUserCovariance(prepared, block);
  const n = records.count;
  const restricted = -0.5 * likelihood.value(true);
  return {
    components: components.map((component, c): ComponentSolution => {
      const { width: k, levels, kinship } = component;
      const predictionErrors = new Float64Array((levels + kinship.groups) * k * k);
      system.levelBlocks(c, predictionErrors);
      const groups = fixed.groups.filter((g) => g.component === c);
      addGroupErrors(predictionErrors, component, groups, cross, fixedCovariance);
      return {
        term: component.term,
        held: covariances.blocks[c]!.held !== null,
        covariance: covarianceOf(covariances.lambdas[c]!, k),
        effects: effects[c]!,
        predictionErrors,
        confounded: Int32Array.from(
          groups.filter((g) => g.column === null),
          (g) => (levels + g.group) * k + g.coefficient,
        ),
      };
    }),
    residual: {
      rows: unknowns.traits,
      columns: unknowns.traits,
      values: covariances.R0.slice(),
    },
    beta: beta.slice(0, own),
    fixedCovariance: leading(fixedCovariance, own),
    restrictedLogLik: restricted,
    restrictedLogLikWithoutConstant: restricted + 0.5 * (n - p) * Math.log(2 * Math.PI),
    logLik: -0.5 * likelihood.value(false),
  };
}

/** Cov(u-hat - u, g-hat) of all random unknowns with each group column in the user's coding, by one solve each. */
function groupCovariances(prepared: PreparedEquations): Map<number, Float64Array> {
  const { unknowns, system } = prepared;
  const { fixed, randomSize, size } = unknowns;
  const A = fixed.toUser;
  const p = A.columns;
  const out = new Map<number, Float64Array>();
  const solved = new Float64Array(size);
  for (const { column } of fixed.groups) {
    if (column === null) continue;
    const total = new Float64Array(size);
    for (let j = column; j < p; j++) {
      const weight = A.values[column + j * p]!;
      if (weight === 0) continue;
      system.solveUnit(randomSize + j, solved);
      for (let x = 0; x < size; x++) total[x]! += weight * solved[x]!;
    }
    system.scaleByLambda(total);
    out.set(column, total);
  }
  return out;
}

function addGroupErrors(
  blocks: Float64Array,
  component: PreparedEquations["unknowns"]["components"][number],
  groups: PreparedEquations["unknowns"]["fixed"]["groups"],
  cross: ReadonlyMap<number, Float64Array>,
  fixedCovariance: Matrix,
): void {
  const { first, levels, width: k, kinship } = component;
  const p = fixedCovariance.rows;
  const known = groups.filter((g) => g.column !== null);
  for (let level = 0; level < levels + kinship.groups; level++) {
    const at = level * k * k;
    const part = (group: number): number =>
      level < levels ? kinship.groupParts[level + group * levels]! : Number(level - levels === group);
    for (const g of known) {
      const weight = part(g.group);
      if (weight === 0) continue;
      if (level < levels) {
        const covariance = cross.get(g.column!)!;
        for (let a = 0; a < k; a++) {
          const value = weight * covariance[first + level * k + a]!;
          blocks[at + a + g.coefficient * k]! += value;
          blocks[at + g.coefficient + a * k]! += value;
        }
      }
      for (const h of known) {
        blocks[at + g.coefficient + h.coefficient * k]! +=
          weight * part(h.group) * fixedCovariance.values[g.column! + h.column! * p]!;
      }
    }
  }
}
