import type { FitResult } from "../../../src/fit/result.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import type { RandomTerm } from "../../../src/model/model.ts";

/** V of a model, written as its definition: sum_t Z_t (K_t (x) Sigma_t) Z_t' + R, with K = I unless given; n x n. */
export function impliedCovariance(
  fit: FitResult,
  relationships: readonly (Matrix | null)[] = [],
): number[][] {
  const { model, covariances, sigma, residualCovariance } = fit;
  const n = model.response.length;
  const V = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  model.random.forEach((term, t) => {
    const sigmaOf = covariances[t]!;
    const k = sigmaOf.rows;
    const K = relationships[t] ?? null;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (const [level, c, z] of entries(term, i)) {
          for (const [other, d, v] of entries(term, j)) {
            const related = K === null ? Number(level === other) : K.values[level + other * K.rows]!;
            V[i]![j]! += z * v * related * sigmaOf.values[c + d * k]!;
          }
        }
      }
    }
  });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const w = model.weights?.[i] ?? 1;
      const { traits } = model;
      if (traits === undefined) {
        if (i === j) V[i]![i]! += (residualCovariance?.values[0] ?? sigma ** 2) / w;
      } else if (traits.unit[i] === traits.unit[j]) {
        const T = traits.names.length;
        V[i]![j]! += residualCovariance!.values[traits.trait[i]! + traits.trait[j]! * T]! / w;
      }
    }
  }
  return V;
}

function entries(term: RandomTerm, row: number): [level: number, coefficient: number, z: number][] {
  if (term.incidence !== undefined) {
    return term.incidence.flatMap((layers, c) =>
      layers.flatMap(({ codes, values }): [number, number, number][] =>
        codes[row]! < 0 ? [] : [[codes[row]!, c, values === null ? 1 : values[row]!]],
      ),
    );
  }
  return term.basis.map((column, c) => [term.codes[row]!, c, column === null ? 1 : column[row]!]);
}
