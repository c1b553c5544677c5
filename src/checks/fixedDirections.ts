// Directions of b that the records left do not determine, from the fixed columns alone: X = X~ T with X~'D X~ = G G', so that
// a record has the coordinates x = sqrt(d) G^-1 x~ and those without it the information I - x x'.

import type { SolvedEquations } from "../engines/equations/solvedEquations.ts";
import { choleskyInPlace, choleskyOf } from "../linalg/smallCholesky.ts";
import { solveLower, solveLowerTransposed, solveUpper } from "../linalg/smallTriangular.ts";
import { dot } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** What is left of a direction of the fixed columns below this part of it is rounding. */
const NOTHING_LEFT = 1e-9;

export interface FixedDirections {
  /** Directions of b (user's columns and then fixed groups), length p each, that the records outside of the set do not determine. */
  lostWithout(set: Int32Array): Float64Array[];
  /** Whether the fixed part of a record moves along one of the directions. */
  loadsOn(record: number, directions: readonly Float64Array[]): boolean;
  /** Records with leverage one on the fixed columns: a coefficient rests on them alone. */
  soleRecords(): Int32Array;
  /** The direction of b, user's columns, that only such a record determines: X d is zero everywhere else. */
  soleDirection(record: number): Float64Array;
}

export function createFixedDirections({ model, unknowns }: SolvedEquations): FixedDirections {
  const { basis, crossproduct, transform, matrix } = unknowns.fixed.effects;
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
        if (smallest > 1e3 * NOTHING_LEFT) return [];
      }
      const { values, vectors } = symmetricEigen({ rows: p, columns: p, values: left });
      const out: Float64Array[] = [];
      for (let k = 0; k < p && values[k]! < NOTHING_LEFT; k++) {
        // coordinates in X~ are G^-T v, and b = T^-1 of them
        const direction = vectors.values.slice(k * p, (k + 1) * p);
        solveLowerTransposed(gram, p, direction);
        solveUpper(transform.values, p, direction);
        out.push(direction);
      }
      return out;
    },
    loadsOn(record, directions) {
      return directions.some((direction) => {
        let along = 0;
        let size = 0;
        for (let j = 0; j < p; j++) {
          const term = matrix.values[record + j * n]! * direction[j]!;
          along += term;
          size += Math.abs(term);
        }
        return Math.abs(along) > 1e-7 * size;
      });
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
      const direction = x.slice();
      solveLowerTransposed(gram, p, direction);
      solveUpper(transform.values, p, direction);
      return direction.slice(0, unknowns.fixed.userColumns);
    },
  };
}
