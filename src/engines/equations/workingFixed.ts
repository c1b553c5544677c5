// The fixed columns that the equations hold: well conditioned, and sparse where the user's columns are.

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { solveUpper } from "../../linalg/smallTriangular.ts";
import { fixedEffects } from "../../model/fixedEffects.ts";
import type { FixedEffects, Model } from "../../model/model.ts";
import { type Component, visitIncidence } from "./components.ts";

/** A column with fewer nonzeros than this part of the records is taken as the user coded it, only scaled. */
const SPARSE_COLUMN = 0.3;

/** A fixed group of a component that is a column of its own: u*_level = u_level + sum of part x coefficient. */
interface GroupColumn {
  readonly component: number;
  readonly coefficient: number;
  readonly group: number;
  /** its column, or null where it cannot be told from the columns before it (its coefficient is zero) */
  readonly column: number | null;
}

export interface WorkingFixed {
  /** the user's columns and then the groups', full rank */
  readonly effects: FixedEffects;
  /** number of the user's columns, which come first */
  readonly userColumns: number;
  /** F = X A, n x p */
  readonly matrix: Matrix;
  /** A, p x p upper triangular: b = A c for the coefficients c of F */
  readonly toUser: Matrix;
  /** log |A|; log |X'V^-1X| = log |F'V^-1F| - 2 log |A| */
  readonly logDeterminant: number;
  /** trait of every column */
  readonly traits: Int32Array;
  readonly groups: readonly GroupColumn[];
}

/** Chooses F and adds the covariates of fixed groups; the last groups first, so that the first is the reference. */
export function workingFixed(model: Model, components: readonly Component[]): WorkingFixed {
  const { effects, traits, groups } = withGroups(model, components);
  const n = effects.matrix.rows;
  const p = effects.matrix.columns;
  const T = effects.transform.values;
  const matrix = createMatrix(n, p);
  const toUser = createMatrix(p, p);
  let logDeterminant = 0;
  for (let j = 0; j < p; j++) {
    const own = effects.matrix.values.subarray(j * n, (j + 1) * n);
    let count = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      if (own[i] === 0) continue;
      count++;
      squares += own[i]! * own[i]!;
    }
    const A = toUser.values.subarray(j * p, (j + 1) * p);
    if (count < SPARSE_COLUMN * n && basisIsStandardized(effects)) {
      const scale = Math.sqrt(count / squares);
      A[j] = scale;
      for (let i = 0; i < n; i++) matrix.values[i + j * n] = own[i]! * scale;
    } else {
      A[j] = 1;
      solveUpper(T, p, A);
      matrix.values.set(effects.basis.values.subarray(j * n, (j + 1) * n), j * n);
    }
    logDeterminant += Math.log(Math.abs(A[j]!));
  }
  return { effects, userColumns: model.fixed.matrix.columns, matrix, toUser, logDeterminant, traits, groups };
}

/** An orthonormal basis (transform with many entries above the diagonal) stands for nearly collinear columns. */
function basisIsStandardized({ transform, crossproduct }: FixedEffects): boolean {
  const p = transform.columns;
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < p; i++) {
      if (crossproduct.values[i + j * p] !== (i === j ? 1 : 0)) return true;
    }
  }
  return p === 1;
}

/** What is left of a group's column beside the columns before it, relative to its length, when it is rounding noise. */
const SOLVED_NOISE = 1e-6;

/**
 * Sets to zero the columns from `first` on that depend on those before them up to the noise of parts that were solved for:
 * exact dependence, which `fixedEffects` looks for, is lost there.
 */
function clearDependent({ rows: n, columns, values }: Matrix, first: number): void {
  const orthonormal: Float64Array[] = [];
  for (let j = 0; j < columns; j++) {
    const own = values.subarray(j * n, (j + 1) * n);
    const left = own.slice();
    // twice is enough (Giraud et al. 2005)
    for (let sweep = 0; sweep < 2; sweep++) {
      for (const q of orthonormal) {
        let product = 0;
        for (let i = 0; i < n; i++) product += q[i]! * left[i]!;
        for (let i = 0; i < n; i++) left[i]! -= product * q[i]!;
      }
    }
    const length = lengthOf(left);
    if (length <= SOLVED_NOISE * lengthOf(own)) {
      if (j >= first) own.fill(0);
      continue;
    }
    orthonormal.push(left.map((value) => value / length));
  }
}

function lengthOf(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function withGroups(
  model: Model,
  components: readonly Component[],
): { effects: FixedEffects; traits: Int32Array; groups: GroupColumn[] } {
  const own = model.fixed.matrix.columns;
  const traits = model.traits?.fixedTrait ?? new Int32Array(own);
  const wanted: Omit<GroupColumn, "column">[] = [];
  components.forEach((component, c) => {
    for (let a = 0; a < component.width; a++) {
      for (let g = component.kinship.groups - 1; g >= 0; g--) {
        wanted.push({ component: c, coefficient: a, group: g });
      }
    }
  });
  if (wanted.length === 0) return { effects: model.fixed, traits, groups: [] };
  const n = model.response.length;
  const X = createMatrix(n, own + wanted.length);
  X.values.set(model.fixed.matrix.values);
  wanted.forEach(({ component, coefficient, group }, w) => {
    const { term, levels, kinship } = components[component]!;
    const column = X.values.subarray((own + w) * n, (own + w + 1) * n);
    for (let r = 0; r < n; r++) {
      visitIncidence(model.random[term]!, r, (a, level, value) => {
        if (a !== coefficient) return;
        const part =
          level < levels ? kinship.groupParts[level + group * levels]! : Number(level - levels === group);
        column[r]! += value * part;
      });
    }
  });
  if (components.some(({ kinship }) => kinship.solvedParts === true)) clearDependent(X, own);
  const names = [
    ...model.fixed.names,
    ...wanted.map(({ component, group }) => {
      const { term, levels } = components[component]!;
      return `${components[component]!.name}:${model.random[term]!.relationship!.levels[levels + group]!}`;
    }),
  ];
  const { fixed, kept } = fixedEffects(names, X, model.weights);
  const columnOf = new Map(kept.map((column, k) => [column, k]));
  return {
    effects: fixed,
    traits: Int32Array.from(kept, (column) => {
      if (column < own) return traits[column]!;
      const { component, coefficient } = wanted[column - own]!;
      return components[component]!.traits[coefficient]!;
    }),
    groups: wanted.map((group, w) => ({ ...group, column: columnOf.get(own + w) ?? null })),
  };
}
