// R^-1 = Q'Q for whole units of records: Q_i = K_m' D^1/2 with K_m K_m' = R0[m, m]^-1 and D the weights.

import { patternOfUnits, unitOfRecords } from "../engines/equations/residual.ts";
import type { SolvedEquations, SparseVector } from "../engines/equations/solvedEquations.ts";
import { choleskyOf, invertCholesky } from "../linalg/smallCholesky.ts";

/** Square roots of the residual precision of sets of records; a set holds whole units, `position` counts within it. */
interface ResidualRoots {
  /** Q x of the set's entries of x (length n) */
  whiten(set: Int32Array, x: Float64Array): Float64Array;
  /** Q^-1 z, z in the order of the set */
  unwhiten(set: Int32Array, z: Float64Array): Float64Array;
  /** diagonal of Q^-1 S Q^-T, S m x m */
  unwhitenSquare(set: Int32Array, S: Float64Array): Float64Array;
  /** Calls `visit` with every row of Q [rows], which is overwritten by the next. */
  combine(
    set: Int32Array,
    rows: readonly SparseVector[],
    visit: (position: number, row: SparseVector) => void,
  ): void;
  /** Var(e_r) */
  variance(record: number): number;
  /** log |R| of the set */
  logDeterminant(set: Int32Array): number;
}

/** The roots at the covariances that the equations hold. */
export function residualRoots(solved: SolvedEquations): ResidualRoots {
  const { residual, records } = solved;
  const { traits: T, pointers, records: members, patterns, rootWeights } = residual.units;
  const { inverses } = residual;
  const n = records.count;
  const root = (r: number): number => (rootWeights === null ? 1 : rootWeights[r]!);

  if (T === 1) {
    const precision = Math.sqrt(inverses[0]!);
    const scale = (r: number): number => precision * root(r);
    let buffer = solved.createVector();
    return {
      whiten: (set, x) => Float64Array.from(set, (r) => scale(r) * x[r]!),
      unwhiten: (set, z) => Float64Array.from(set, (r, s) => z[s]! / scale(r)),
      unwhitenSquare: (set, S) => Float64Array.from(set, (r, s) => S[s * (set.length + 1)]! / scale(r) ** 2),
      combine(set, rows, visit) {
        rows.forEach((row, s) => {
          if (buffer.unknowns.length < row.count) buffer = solved.createVector(row.count);
          buffer.count = row.count;
          const factor = scale(set[s]!);
          for (let e = 0; e < row.count; e++) {
            buffer.unknowns[e] = row.unknowns[e]!;
            buffer.values[e] = factor * row.values[e]!;
          }
          visit(s, buffer);
        });
      },
      variance: (r) => 1 / scale(r) ** 2,
      logDeterminant: (set) => set.reduce((sum, r) => sum - 2 * Math.log(scale(r)), 0),
    };
  }

  const unitOf = unitOfRecords(residual.units);
  const patternOf = patternOfUnits(residual.units);
  // K and K^-T per pattern, over its own traits
  const roots = patterns.map((traits, m) => {
    const size = traits.length;
    const block = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) block[a + b * size] = inverses[(m * T + traits[a]!) * T + traits[b]!]!;
    }
    const K = choleskyOf(block, size);
    for (let b = 0; b < size; b++) for (let a = 0; a < b; a++) K[a + b * size] = 0;
    const covariance = new Float64Array(size * size);
    invertCholesky(K, size, covariance);
    // K^-T = covariance K
    const inverse = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let sum = 0;
        for (let c = b; c < size; c++) sum += covariance[a + c * size]! * K[c + b * size]!;
        inverse[a + b * size] = sum;
      }
    }
    let logDeterminant = 0;
    for (let a = 0; a < size; a++) logDeterminant -= 2 * Math.log(K[a + a * size]!);
    return { size, K, inverse, covariance, logDeterminant };
  });
  const place = new Int32Array(n).fill(-1);

  /** Calls `use` once a unit of the set with the positions of its records in the set, by trait. */
  function eachUnit(
    set: Int32Array,
    use: (unit: number, places: Int32Array, parts: (typeof roots)[number]) => void,
  ): void {
    set.forEach((r, s) => {
      place[r] = s;
    });
    for (const r of set) {
      const unit = unitOf[r]!;
      if (members[pointers[unit]!] !== r) continue;
      const own = members.subarray(pointers[unit]!, pointers[unit + 1]!);
      use(
        unit,
        own.map((record) => place[record]!),
        roots[patternOf[unit]!]!,
      );
    }
  }

  return {
    whiten(set, x) {
      const out = new Float64Array(set.length);
      eachUnit(set, (_, places, { size, K }) => {
        for (let a = 0; a < size; a++) {
          for (let b = a; b < size; b++) {
            const r = set[places[b]!]!;
            out[places[a]!]! += K[b + a * size]! * root(r) * x[r]!;
          }
        }
      });
      return out;
    },
    unwhiten(set, z) {
      const out = new Float64Array(set.length);
      eachUnit(set, (_, places, { size, inverse }) => {
        for (let a = 0; a < size; a++) {
          let sum = 0;
          for (let b = 0; b < size; b++) sum += inverse[a + b * size]! * z[places[b]!]!;
          out[places[a]!] = sum / root(set[places[a]!]!);
        }
      });
      return out;
    },
    unwhitenSquare(set, S) {
      const m = set.length;
      const out = new Float64Array(m);
      eachUnit(set, (_, places, { size, inverse }) => {
        for (let a = 0; a < size; a++) {
          let sum = 0;
          for (let b = 0; b < size; b++) {
            for (let c = 0; c < size; c++)
              sum += inverse[a + b * size]! * S[places[b]! + places[c]! * m]! * inverse[a + c * size]!;
          }
          out[places[a]!] = sum / root(set[places[a]!]!) ** 2;
        }
      });
      return out;
    },
    combine(set, rows, visit) {
      eachUnit(set, (_, places, { size, K }) => {
        const total = solved.createVector(rows.reduce((most, row) => Math.max(most, row.count), 0) * size);
        for (let a = 0; a < size; a++) {
          total.count = 0;
          for (let b = a; b < size; b++) {
            const row = rows[places[b]!]!;
            const weight = K[b + a * size]! * root(set[places[b]!]!);
            for (let e = 0; e < row.count; e++) {
              total.unknowns[total.count] = row.unknowns[e]!;
              total.values[total.count++] = weight * row.values[e]!;
            }
          }
          visit(places[a]!, total);
        }
      });
    },
    variance(r) {
      const { size, covariance } = roots[patternOf[unitOf[r]!]!]!;
      const unit = unitOf[r]!;
      const a = members.subarray(pointers[unit]!, pointers[unit + 1]!).indexOf(r);
      return covariance[a * (size + 1)]! / root(r) ** 2;
    },
    logDeterminant(set) {
      let sum = 0;
      eachUnit(set, (_, places, { logDeterminant }) => {
        sum += logDeterminant;
        for (const s of places) sum -= 2 * Math.log(root(set[s]!));
      });
      return sum;
    },
  };
}
