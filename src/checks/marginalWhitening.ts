import { HendersonError } from "../base/errors.ts";
import type { FitResult } from "../fit/result.ts";
import { naturalCovariances } from "../fit/solvedFit.ts";
import { choleskyInPlace } from "../linalg/smallCholesky.ts";

/** Records that share levels, directly or through others, are whitened together, up to this number. */
const LARGEST_BLOCK = 1500;

/**
 * L^-1 r with V = L L', block by block of records that share random effects, within a block in the order of the data.
 *
 * @throws HendersonError checks/too-entangled, checks/related-levels
 */
export function marginalWhitening(fit: FitResult, r: Float64Array): Float64Array {
  const { model } = fit;
  const related = model.random.find(({ relationship }) => relationship !== undefined);
  if (related !== undefined || model.traits !== undefined) {
    throw new HendersonError(
      "checks/related-levels",
      `whitening by the marginal covariance is for independent levels and one trait${related === undefined ? "" : `; the levels of ${related.component} are related`}`,
      { hint: "studentized residuals take out the same covariance record by record" },
    );
  }
  const { random, residual } = naturalCovariances(fit);
  const entries = (row: number): { key: string; term: number; z: Float64Array }[] =>
    model.random.flatMap(({ codes, basis, incidence }, term) => {
      if (incidence === undefined)
        return [{ key: `${term} ${codes[row]}`, term, z: Float64Array.from(basis, (b) => b?.[row] ?? 1) }];
      const byLevel = new Map<number, Float64Array>();
      incidence.forEach((layers, a) => {
        for (const { codes: own, values } of layers) {
          const level = own[row]!;
          if (level < 0) continue;
          const z = byLevel.get(level) ?? new Float64Array(incidence.length);
          z[a]! += values?.[row] ?? 1;
          byLevel.set(level, z);
        }
      });
      return [...byLevel].map(([level, z]) => ({ key: `${term} ${level}`, term, z }));
    });
  const out = new Float64Array(r.length);
  for (const block of connectedRows(fit.nobs, entries)) {
    const m = block.length;
    const own = block.map(entries);
    const V = new Float64Array(m * m);
    for (let j = 0; j < m; j++) {
      const z = new Map(own[j]!.map((entry) => [entry.key, entry]));
      for (let i = j; i < m; i++) {
        let sum = i === j ? residual.values[0]! / (model.weights?.[block[j]!] ?? 1) : 0;
        for (const { key, term, z: left } of own[i]!) {
          const right = z.get(key)?.z;
          if (right === undefined) continue;
          const { rows: k, values } = random[term]!;
          for (let a = 0; a < k; a++)
            for (let b = 0; b < k; b++) sum += left[a]! * values[a + b * k]! * right[b]!;
        }
        V[i + j * m] = sum;
      }
    }
    choleskyInPlace(V, m);
    for (let i = 0; i < m; i++) {
      let sum = r[block[i]!]!;
      for (let k = 0; k < i; k++) sum -= V[i + k * m]! * out[block[k]!]!;
      out[block[i]!] = sum / V[i + i * m]!;
    }
  }
  return out;
}

/** Records joined by levels, each block ascending (union-find over the first record of every level). */
function connectedRows(n: number, entries: (row: number) => readonly { key: string }[]): number[][] {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = i; parent[at] !== root; ) {
      const next = parent[at]!;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const first = new Map<string, number>();
  for (let row = 0; row < n; row++) {
    for (const { key } of entries(row)) {
      const seen = first.get(key);
      if (seen === undefined) first.set(key, row);
      else parent[find(row)] = find(seen);
    }
  }
  const blocks = new Map<number, number[]>();
  for (let row = 0; row < n; row++) {
    const root = find(row);
    const block = blocks.get(root);
    if (block === undefined) blocks.set(root, [row]);
    else if (block.push(row) > LARGEST_BLOCK) {
      throw new HendersonError(
        "checks/too-entangled",
        `more than ${LARGEST_BLOCK} records share random effects, directly or through others, so that they would be whitened together`,
        { hint: "studentized residuals take out the same covariance record by record" },
      );
    }
  }
  return [...blocks.values()];
}
