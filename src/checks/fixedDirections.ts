// Directions of b that the records left do not determine, from the fixed columns alone: X = X~ T with X~'D X~ = G G', so that
// a record has the coordinates x = sqrt(d) G^-1 x~ and those without it the information I - x x'.

import type { SolvedEquations } from "../engines/equations/solvedEquations.ts";
import { choleskyInPlace, choleskyOf } from "../linalg/smallCholesky.ts";
import { solveLower, solveLowerTransposed, solveUpper } from "../linalg/smallTriangular.ts";
import { dot, norm } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** What is left of a direction of the fixed columns below this part of it is rounding. */
const NOTHING_LEFT = 1e-9;

/** A record whose coordinates are this part of their length along a lost direction, or less, is beside it up to rounding. */
const BESIDE = 1e-7;

/** What is not known of b without a set of records. */
export interface LostDirections {
  /** orthogonal for X; user's columns and then fixed groups, length p each */
  readonly directions: readonly Float64Array[];
  /** whether x'b of a record moves along one of them: it then has no prediction */
  reach(record: number): boolean;
}

export interface FixedDirections {
  /** The directions of b that the records outside of the set do not determine. */
  lostWithout(set: Int32Array): LostDirections;
  /** Records with leverage one on the fixed columns: a coefficient rests on them alone. */
  soleRecords(): Int32Array;
  /** The direction of b, user's columns, that only such a record determines: X d is zero everywhere else. */
  soleDirection(record: number): Float64Array;
}

export function createFixedDirections({ model, unknowns }: SolvedEquations): FixedDirections {
  const { basis, crossproduct, transform } = unknowns.fixed.effects;
  const n = basis.rows;
  const p = basis.columns;
  const gram = choleskyOf(crossproduct.values, p);
  const x = new Float64Array(p);

  /** G^-1 x~ of a record into x; its weight */
  function take(record: number): number {
    for (let j = 0; j < p; j++) x[j] = basis.values[record + j * n]!;
    solveLower(gram, p, x);
    return model.weights?.[record] ?? 1;
  }

  /** b = T^-1 G^-T v */
  function coefficientsOf(v: Float64Array): Float64Array {
    const b = v.slice();
    solveLowerTransposed(gram, p, b);
    solveUpper(transform.values, p, b);
    return b;
  }

  return {
    lostWithout(set) {
      const left = new Float64Array(p * p);
      for (let j = 0; j < p; j++) left[j + j * p] = 1;
      for (const r of set) {
        const w = take(r);
        for (let j = 0; j < p; j++) for (let i = 0; i < p; i++) left[i + j * p]! -= w * x[i]! * x[j]!;
      }
      const probe = left.slice();
      if (choleskyInPlace(probe, p)) {
        let smallest = Number.POSITIVE_INFINITY;
        for (let j = 0; j < p; j++) smallest = Math.min(smallest, probe[j + j * p]! ** 2);
        if (smallest > 1e3 * NOTHING_LEFT) return { directions: [], reach: () => false };
      }
      const { values, vectors } = symmetricEigen({ rows: p, columns: p, values: left });
      const lost: Float64Array[] = [];
      for (let k = 0; k < p && values[k]! < NOTHING_LEFT; k++) {
        lost.push(vectors.values.slice(k * p, (k + 1) * p));
      }
      return {
        directions: lost.map(coefficientsOf),
        reach(record) {
          take(record);
          const length = norm(x);
          return lost.some((v) => Math.abs(dot(x, v)) > BESIDE * length);
        },
      };
    },
    soleRecords() {
      const found: number[] = [];
      for (let r = 0; r < n; r++) {
        const w = take(r);
        if (1 - w * dot(x, x) < NOTHING_LEFT) found.push(r);
      }
      return Int32Array.from(found);
    },
    soleDirection(record) {
      take(record);
      return coefficientsOf(x).slice(0, unknowns.fixed.userColumns);
    },
  };
}
