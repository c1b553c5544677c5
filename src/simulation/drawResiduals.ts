import type { RandomStream } from "../base/random.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { TraitRecords } from "../model/model.ts";
import { notSemidefinite } from "./drawEffects.ts";
import { semidefiniteRoot } from "./semidefiniteRoot.ts";
import type { SimulationSource } from "./source.ts";

/** Adds residuals to `out`, length n. */
type ResidualSampler = (stream: RandomStream, out: Float64Array) => void;

/** e ~ N(0, sigma2 / w), in the order of the rows; records of one unit together N(0, R0 / w) where there are traits. */
export function createResidualSampler(source: SimulationSource): ResidualSampler {
  const { model, sigma, residualCovariance } = source;
  const n = model.fixed.matrix.rows;
  const { weights, traits } = model;
  if (traits !== undefined) return traitResiduals(traits, residualCovariance!, weights);
  const deviation = residualCovariance === null ? sigma : Math.sqrt(residualCovariance.values[0]!);
  if (weights === undefined) {
    return (stream, out) => {
      for (let i = 0; i < n; i++) out[i]! += deviation * stream.normal();
    };
  }
  const deviations = weights.map((w) => deviation / Math.sqrt(w));
  return (stream, out) => {
    for (let i = 0; i < n; i++) out[i]! += deviations[i]! * stream.normal();
  };
}

function traitResiduals(
  { trait, unit, unitCount }: TraitRecords,
  covariance: Matrix,
  weights: Float64Array | undefined,
): ResidualSampler {
  const n = trait.length;
  const first = new Int32Array(unitCount + 1);
  for (let r = 0; r < n; r++) first[unit[r]! + 1]!++;
  for (let u = 0; u < unitCount; u++) first[u + 1]! += first[u]!;
  const records = new Int32Array(n);
  const next = first.slice();
  for (let r = 0; r < n; r++) records[next[unit[r]!]!++] = r;
  const T = covariance.rows;
  const known = new Map<string, Float64Array>();
  const roots = Array.from({ length: unitCount }, (_, u) => {
    const members = Array.from(records.subarray(first[u]!, first[u + 1]!), (r) => trait[r]!);
    const key = members.join();
    const found = known.get(key);
    if (found) return found;
    const m = members.length;
    const block = new Float64Array(m * m);
    members.forEach((a, i) => {
      members.forEach((b, j) => {
        block[i + j * m] = covariance.values[a + b * T]!;
      });
    });
    const root = semidefiniteRoot(block, m);
    if (root === null) throw notSemidefinite("residual");
    known.set(key, root);
    return root;
  });
  const z = new Float64Array(Math.max(1, ...Array.from(known.values(), (root) => Math.sqrt(root.length))));
  return (stream, out) => {
    for (let u = 0; u < unitCount; u++) {
      const from = first[u]!;
      const m = first[u + 1]! - from;
      for (let i = 0; i < m; i++) z[i] = stream.normal();
      for (let i = 0; i < m; i++) {
        let e = 0;
        for (let c = 0; c <= i; c++) e += roots[u]![i + c * m]! * z[c]!;
        const r = records[from + i]!;
        out[r]! += weights === undefined ? e : e / Math.sqrt(weights[r]!);
      }
    }
  };
}
