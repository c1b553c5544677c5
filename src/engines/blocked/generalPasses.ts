import { clearLeafSums, type Leaf, type LeafPasses } from "./leaf.ts";
import { createLevelWork } from "./levelWork.ts";

/** Passes for any width S; also the oracle of the unrolled ones. */
export function generalPasses(width: number, p: number): LeafPasses {
  const S = width;
  const work = createLevelWork(S);
  const e = work.e;
  const kb = new Float64Array(S * (p + 1));
  const r = new Float64Array(S * p);
  const n = new Float64Array(S * S);
  const u = new Float64Array(S * S);
  const k = new Float64Array(S * S);
  const t0 = new Float64Array(S);
  const t = new Float64Array(S);

  return {
    eliminate(leaf, lambda, _phi, schur) {
      const m = p + 1;
      let logDeterminant = 0;
      for (let j = 0; j < leaf.levels; j++) {
        logDeterminant += work.root(leaf.a, j * S * S, lambda);
        const bt = j * S * m;
        for (let c = 0; c < m; c++) {
          for (let i = 0; i < S; i++) {
            let sum = 0;
            for (let l = 0; l < S; l++) sum += work.k[l + i * S]! * leaf.b[bt + c * S + l]!;
            kb[c * S + i] = sum;
          }
        }
        for (let c = 0; c < m; c++) {
          for (let i = c; i < m; i++) {
            let sum = 0;
            for (let l = 0; l < S; l++) sum += kb[i * S + l]! * kb[c * S + l]!;
            schur[i + c * m]! -= sum;
          }
        }
      }
      return logDeterminant;
    },
    differentiate(leaf, lambda, _phi, gamma, cholesky, ratio, settings, second, sums) {
      clearLeafSums(sums);
      const m = p + 1;
      for (let j = 0; j < leaf.levels; j++) {
        const at = j * S * S;
        work.root(leaf.a, at, lambda);
        work.complement(leaf.a, at);
        const bt = j * S * m;
        responseSums(leaf, bt, gamma);
        for (let i = 0; i < S; i++) {
          let sum = 0;
          for (let l = 0; l < S; l++) sum += e[i + l * S]! * t0[l]!;
          t[i] = sum;
          for (let c = 0; c <= i; c++) {
            let s = leaf.a[at + i + c * S]!;
            for (let l = 0; l < S; l++) s -= work.ak[i + l * S]! * work.ak[c + l * S]!;
            n[i + c * S] = s;
            n[c + i * S] = s;
          }
        }
        for (let c = 0; c < p; c++) {
          for (let i = 0; i < S; i++) {
            let s = 0;
            for (let l = 0; l < S; l++) s += e[i + l * S]! * leaf.b[bt + c * S + l]!;
            for (let d = 0; d < c; d++) s -= r[i + d * S]! * cholesky[c + d * p]!;
            r[i + c * S] = s / cholesky[c + c * p]!;
          }
        }
        for (let c = 0; c < S; c++) {
          for (let i = 0; i < S; i++) {
            let s = 0;
            for (let d = 0; d < p; d++) s += r[i + d * S]! * r[c + d * S]!;
            const ic = i + c * S;
            k[ic] = s;
            const tt = t[i]! * t[c]!;
            sums.n[ic]! += n[ic]!;
            sums.k[ic]! += s;
            sums.tt[ic]! += tt;
            if (!second) continue;
            if (!settings.exact) u[ic] = ratio * tt;
            else u[ic] = 2 * ratio * tt - n[ic]! + (settings.reml ? 2 * s : 0);
            for (let d = 0; d < p; d++) sums.rt[i + S * (c + S * d)]! += r[i + d * S]! * t[c]!;
          }
        }
        if (!second) continue;
        const square = S * S;
        for (let eb = 0; eb < square; eb++) {
          const value = u[eb]!;
          const base = eb * square;
          for (let cd = 0; cd < square; cd++) sums.nu[base + cd]! += n[cd]! * value;
        }
        if (settings.exact && settings.reml) {
          for (let l = 0; l < p; l++) {
            for (let d = l; d < p; d++) {
              for (let c = 0; c < S; c++) {
                const value = r[c + l * S]!;
                const base = S * (c + S * (d + p * l));
                for (let i = 0; i < S; i++) sums.rr[base + i]! += r[i + d * S]! * value;
              }
            }
          }
        }
      }
    },
    modes(leaf, lambda, _phi, gamma, out) {
      for (let j = 0; j < leaf.levels; j++) {
        work.root(leaf.a, j * S * S, lambda);
        responseSums(leaf, j * S * (p + 1), gamma);
        for (let l = 0; l < S; l++) {
          let sum = 0;
          for (let i = 0; i < S; i++) sum += work.k[i + l * S]! * t0[i]!;
          t[l] = sum;
        }
        for (let i = 0; i < S; i++) {
          let sum = 0;
          for (let l = 0; l < S; l++) sum += work.k[i + l * S]! * t[l]!;
          out[j * S + i] = sum;
        }
      }
    },
  };

  /** t0 = Z_j'(r - X~ gamma) of the level whose B starts at `bt`. */
  function responseSums(leaf: Leaf, bt: number, gamma: Float64Array): void {
    for (let s = 0; s < S; s++) {
      let sum = leaf.b[bt + p * S + s]!;
      for (let c = 0; c < p; c++) sum -= gamma[c]! * leaf.b[bt + c * S + s]!;
      t0[s] = sum;
    }
  }
}
