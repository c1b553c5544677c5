// R: records of a unit (a row of the table) have residual covariance R0 restricted to the traits that were measured,
// R_i = D^-1/2 R0[m, m] D^-1/2 with D the weights. Units with the same traits m share one inverse.

import { HendersonError } from "../../base/errors.ts";
import { choleskyInPlace, invertCholesky } from "../../linalg/smallCholesky.ts";
import type { Model } from "../../model/model.ts";

/** Records by unit, units by pattern of measured traits. */
export interface ResidualUnits {
  /** T */
  readonly traits: number;
  /** number of units */
  readonly count: number;
  /** records of unit i: records[pointers[i]] .. records[pointers[i + 1] - 1], by trait */
  readonly pointers: Int32Array;
  readonly records: Int32Array;
  readonly traitOf: Int32Array;
  /** pattern m has units patternPointers[m] .. patternPointers[m + 1] - 1 */
  readonly patternPointers: Int32Array;
  /** traits of every pattern, ascending */
  readonly patterns: readonly Int32Array[];
  /** square root of the weight of every record, or null */
  readonly rootWeights: Float64Array | null;
  /** sum of log weights */
  readonly logWeights: number;
}

/** The unit of every record, length n. */
export function unitOfRecords({ count, pointers, records }: ResidualUnits): Int32Array {
  const out = new Int32Array(records.length);
  for (let i = 0; i < count; i++) {
    for (let a = pointers[i]!; a < pointers[i + 1]!; a++) out[records[a]!] = i;
  }
  return out;
}

/** The pattern of every unit. */
export function patternOfUnits({ count, patternPointers }: ResidualUnits): Int32Array {
  const out = new Int32Array(count);
  for (let m = 0; m + 1 < patternPointers.length; m++) {
    out.fill(m, patternPointers[m]!, patternPointers[m + 1]!);
  }
  return out;
}

export interface Residual {
  readonly units: ResidualUnits;
  /** R0^-1 of each pattern padded with zeros: inverses[(m * T + t) * T + s] */
  readonly inverses: Float64Array;
  /** Takes R0 (T x T); false when it is not positive definite. */
  set(R0: Float64Array): boolean;
  /** log |R| at the R0 that was set */
  logDeterminant(): number;
  /** out = R^-1 x; x and out may be the same */
  applyInverse(x: Float64Array, out: Float64Array): void;
  /** out = (D^-1/2 E D^-1/2) x, dR for dR0 = E (T x T symmetric) */
  applyDirection(E: Float64Array, x: Float64Array, out: Float64Array): void;
  /** sums[(m * T + t) * T + s] = sum over units of pattern m of (D^1/2 e)_s (D^1/2 e)_t */
  crossproducts(e: Float64Array, sums: Float64Array): void;
}

/**
 * Groups records into units and patterns.
 *
 * @throws HendersonError engine/repeated-trait when a unit has two records of a trait
 */
export function residualUnits(model: Model): ResidualUnits {
  const n = model.response.length;
  let logWeights = 0;
  let rootWeights: Float64Array | null = null;
  if (model.weights) {
    rootWeights = model.weights.map(Math.sqrt);
    for (let i = 0; i < n; i++) logWeights += Math.log(model.weights[i]!);
  }
  const identity = Int32Array.from({ length: n + 1 }, (_, i) => i);
  if (!model.traits) {
    return {
      traits: 1,
      count: n,
      pointers: identity,
      records: identity.subarray(0, n),
      traitOf: new Int32Array(n),
      patternPointers: Int32Array.of(0, n),
      patterns: [Int32Array.of(0)],
      rootWeights,
      logWeights,
    };
  }
  const { trait, unit, names } = model.traits;
  const order = [...identity.subarray(0, n)].sort(
    (a, b) => unit[a]! - unit[b]! || trait[a]! - trait[b]! || a - b,
  );
  const byPattern = new Map<string, { traits: Int32Array; units: number[][] }>();
  for (let at = 0; at < n; ) {
    const members: number[] = [];
    const u = unit[order[at]!]!;
    for (; at < n && unit[order[at]!] === u; at++) members.push(order[at]!);
    const traits = Int32Array.from(members, (r) => trait[r]!);
    for (let m = 1; m < traits.length; m++) {
      if (traits[m] !== traits[m - 1]) continue;
      throw new HendersonError(
        "engine/repeated-trait",
        `row ${u + 1} has two records of trait '${names[traits[m]!]}'`,
        { hint: "give every measurement of a trait a row of its own" },
      );
    }
    const key = traits.join(",");
    const found = byPattern.get(key);
    if (found) found.units.push(members);
    else byPattern.set(key, { traits, units: [members] });
  }
  const sorted = [...byPattern].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  const count = sorted.reduce((sum, { units }) => sum + units.length, 0);
  const pointers = new Int32Array(count + 1);
  const records = new Int32Array(n);
  const patternPointers = new Int32Array(sorted.length + 1);
  let i = 0;
  let end = 0;
  sorted.forEach(({ units }, m) => {
    for (const members of units) {
      records.set(members, end);
      end += members.length;
      pointers[++i] = end;
    }
    patternPointers[m + 1] = i;
  });
  return {
    traits: names.length,
    count,
    pointers,
    records,
    traitOf: trait,
    patternPointers,
    patterns: sorted.map(({ traits }) => traits),
    rootWeights,
    logWeights,
  };
}

/** R^-1 of the units, pattern by pattern of the traits they have; `set` fills it. */
export function createResidual(units: ResidualUnits): Residual {
  const { traits: T, patterns, patternPointers, pointers, records, traitOf, rootWeights } = units;
  const inverses = new Float64Array(patterns.length * T * T);
  const small = patterns.map(({ length }) => ({
    cholesky: new Float64Array(length * length),
    inverse: new Float64Array(length * length),
  }));
  const local = new Float64Array(T);
  let logDeterminant = 0;

  function set(R0: Float64Array): boolean {
    logDeterminant = -units.logWeights;
    for (let m = 0; m < patterns.length; m++) {
      const present = patterns[m]!;
      const size = present.length;
      const { cholesky, inverse } = small[m]!;
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) cholesky[a + b * size] = R0[present[a]! + present[b]! * T]!;
      }
      if (!choleskyInPlace(cholesky, size)) return false;
      const unitCount = patternPointers[m + 1]! - patternPointers[m]!;
      for (let a = 0; a < size; a++) logDeterminant += 2 * unitCount * Math.log(cholesky[a + a * size]!);
      invertCholesky(cholesky, size, inverse);
      const at = m * T * T;
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) inverses[at + present[a]! + present[b]! * T] = inverse[a + b * size]!;
      }
    }
    return true;
  }

  /** One trait: B is a number. */
  function applyScalar(value: number, direct: boolean, x: Float64Array, out: Float64Array): void {
    const n = x.length;
    if (rootWeights === null) for (let r = 0; r < n; r++) out[r] = value * x[r]!;
    else {
      for (let r = 0; r < n; r++) {
        const weight = rootWeights[r]! * rootWeights[r]!;
        out[r] = direct ? value * weight * x[r]! : (value * x[r]!) / weight;
      }
    }
  }

  /** out_i = D^s B_m D^s x_i, with D^s the roots of the weights (or their inverses). */
  function apply(
    block: Float64Array,
    stride: number,
    direct: boolean,
    x: Float64Array,
    out: Float64Array,
  ): void {
    if (T === 1) {
      applyScalar(block[0]!, direct, x, out);
      return;
    }
    for (let m = 0; m < patterns.length; m++) {
      const at = m * stride;
      for (let i = patternPointers[m]!; i < patternPointers[m + 1]!; i++) {
        const from = pointers[i]!;
        const size = pointers[i + 1]! - from;
        for (let a = 0; a < size; a++) {
          const r = records[from + a]!;
          const root = rootWeights === null ? 1 : rootWeights[r]!;
          local[a] = direct ? x[r]! * root : x[r]! / root;
        }
        for (let a = 0; a < size; a++) {
          const r = records[from + a]!;
          let sum = 0;
          for (let b = 0; b < size; b++) {
            sum += block[at + traitOf[r]! + traitOf[records[from + b]!]! * T]! * local[b]!;
          }
          const root = rootWeights === null ? 1 : rootWeights[r]!;
          out[r] = direct ? sum * root : sum / root;
        }
      }
    }
  }

  return {
    units,
    inverses,
    set,
    logDeterminant: () => logDeterminant,
    applyInverse: (x, out) => apply(inverses, T * T, true, x, out),
    applyDirection: (E, x, out) => apply(E, 0, false, x, out),
    crossproducts(e, sums) {
      sums.fill(0);
      for (let m = 0; m < patterns.length; m++) {
        for (let i = patternPointers[m]!; i < patternPointers[m + 1]!; i++) {
          for (let a = pointers[i]!; a < pointers[i + 1]!; a++) {
            const ra = records[a]!;
            const ea = e[ra]! * (rootWeights === null ? 1 : rootWeights[ra]!);
            for (let b = pointers[i]!; b < pointers[i + 1]!; b++) {
              const rb = records[b]!;
              const eb = e[rb]! * (rootWeights === null ? 1 : rootWeights[rb]!);
              sums[(m * T + traitOf[rb]!) * T + traitOf[ra]!]! += ea * eb;
            }
          }
        }
      }
    },
  };
}
