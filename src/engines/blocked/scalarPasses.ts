import { clearLeafSums, type LeafPasses } from "./leaf.ts";

/** Width 1: random intercepts, or one slope. See generalPasses.ts for the meaning of each step. */
export function scalarPasses(p: number): LeafPasses {
  const r = new Float64Array(p);
  return {
    eliminate(leaf, _lambda, phi, schur) {
      const m = p + 1;
      const f = phi[0]!;
      const { a, b, levels } = leaf;
      let logDeterminant = 0;
      let product = 1;
      for (let j = 0; j < levels; j++) {
        const d = 1 + a[j]! * f;
        // One logarithm for many levels: the product is folded in before it can overflow.
        product *= d;
        if (product > 1e200) {
          logDeterminant += Math.log(product);
          product = 1;
        }
        const w = f / d;
        const bt = j * m;
        for (let c = 0; c < m; c++) {
          const wb = w * b[bt + c]!;
          for (let i = c; i < m; i++) schur[i + c * m]! -= wb * b[bt + i]!;
        }
      }
      return logDeterminant + Math.log(product);
    },
    differentiate(leaf, _lambda, phi, gamma, cholesky, ratio, settings, second, sums) {
      clearLeafSums(sums);
      const m = p + 1;
      const f = phi[0]!;
      const { a, b, levels } = leaf;
      let sumN = 0;
      let sumK = 0;
      let sumTT = 0;
      let sumNU = 0;
      for (let j = 0; j < levels; j++) {
        const e = 1 / (1 + a[j]! * f);
        const bt = j * m;
        const n = e * a[j]!;
        let t = b[bt + p]!;
        let k = 0;
        for (let c = 0; c < p; c++) {
          const x = b[bt + c]!;
          t -= gamma[c]! * x;
          let s = e * x;
          for (let d = 0; d < c; d++) s -= r[d]! * cholesky[c + d * p]!;
          s /= cholesky[c + c * p]!;
          r[c] = s;
          k += s * s;
        }
        t *= e;
        const tt = t * t;
        sumN += n;
        sumK += k;
        sumTT += tt;
        sumNU += n * (settings.exact ? 2 * ratio * tt - n + (settings.reml ? 2 * k : 0) : ratio * tt);
        if (!second) continue;
        for (let c = 0; c < p; c++) sums.rt[c]! += r[c]! * t;
        if (settings.exact && settings.reml) {
          for (let l = 0; l < p; l++) {
            const rl = r[l]!;
            for (let d = l; d < p; d++) sums.rr[d + p * l]! += r[d]! * rl;
          }
        }
      }
      sums.n[0] = sumN;
      sums.k[0] = sumK;
      sums.tt[0] = sumTT;
      sums.nu[0] = sumNU;
    },
    modes(leaf, _lambda, phi, gamma, out) {
      const m = p + 1;
      const f = phi[0]!;
      const { a, b, levels } = leaf;
      for (let j = 0; j < levels; j++) {
        const bt = j * m;
        let t = b[bt + p]!;
        for (let c = 0; c < p; c++) t -= gamma[c]! * b[bt + c]!;
        out[j] = (f / (1 + a[j]! * f)) * t;
      }
    },
  };
}
