import { clearLeafSums, type LeafPasses } from "./leaf.ts";

/** Width 2, unrolled: `(1 + x | g)`. See generalPasses.ts for the meaning of each step. */
export function pairPasses(p: number): LeafPasses {
  const r = new Float64Array(2 * p);
  /** 1 / diagonal of the Cholesky factor: no division for every level */
  const reciprocals = new Float64Array(p);
  return {
    eliminate(leaf, lambda, phi, schur) {
      const m = p + 1;
      const f11 = phi[0]!;
      const f12 = phi[2]!;
      const f22 = phi[3]!;
      const { a, b, levels } = leaf;
      const detPhi = (lambda[0]! * lambda[3]! - lambda[1]! * lambda[2]!) ** 2;
      let logDeterminant = 0;
      let product = 1;
      for (let j = 0; j < levels; j++) {
        const at = 4 * j;
        const a11 = a[at]!;
        const a12 = a[at + 1]!;
        const a22 = a[at + 3]!;
        // |I + A Phi| = 1 + tr(A Phi) + |A| |Phi|, and W by adjugates: sums of like signs, nothing cancels
        const det = 1 + a11 * f11 + 2 * a12 * f12 + a22 * f22 + (a11 * a22 - a12 * a12) * detPhi;
        product *= det;
        if (product > 1e200) {
          logDeterminant += Math.log(product);
          product = 1;
        }
        const s = 1 / det;
        const w11 = (f11 + detPhi * a22) * s;
        const w12 = (f12 - detPhi * a12) * s;
        const w22 = (f22 + detPhi * a11) * s;
        const bt = 2 * j * m;
        for (let c = 0; c < m; c++) {
          const b1 = b[bt + 2 * c]!;
          const b2 = b[bt + 2 * c + 1]!;
          const wb1 = w11 * b1 + w12 * b2;
          const wb2 = w12 * b1 + w22 * b2;
          const column = c * m;
          for (let i = c; i < m; i++) schur[i + column]! -= wb1 * b[bt + 2 * i]! + wb2 * b[bt + 2 * i + 1]!;
        }
      }
      return logDeterminant + Math.log(product);
    },
    differentiate(leaf, lambda, phi, gamma, cholesky, ratio, settings, second, sums) {
      clearLeafSums(sums);
      for (let c = 0; c < p; c++) reciprocals[c] = 1 / cholesky[c + c * p]!;
      const m = p + 1;
      const f11 = phi[0]!;
      const f12 = phi[2]!;
      const f22 = phi[3]!;
      const { a, b, levels } = leaf;
      const { rt, rr, nu } = sums;
      const detPhi = (lambda[0]! * lambda[3]! - lambda[1]! * lambda[2]!) ** 2;
      const exact = settings.exact;
      const data = exact ? 2 * ratio : ratio;
      const own = exact ? -1 : 0;
      const fixed = exact && settings.reml ? 2 : 0;
      let n11s = 0;
      let n12s = 0;
      let n22s = 0;
      let k11s = 0;
      let k12s = 0;
      let k22s = 0;
      let t11s = 0;
      let t12s = 0;
      let t22s = 0;
      let v11 = 0;
      let v12 = 0;
      let v13 = 0;
      let v21 = 0;
      let v22 = 0;
      let v23 = 0;
      let v31 = 0;
      let v32 = 0;
      let v33 = 0;
      for (let j = 0; j < levels; j++) {
        const at = 4 * j;
        const bt = 2 * j * m;
        const a11 = a[at]!;
        const a12 = a[at + 1]!;
        const a22 = a[at + 3]!;
        const m11 = 1 + a11 * f11 + a12 * f12;
        const m12 = a11 * f12 + a12 * f22;
        const m21 = a12 * f11 + a22 * f12;
        const m22 = 1 + a12 * f12 + a22 * f22;
        const detA = a11 * a22 - a12 * a12;
        const s = 1 / (1 + a11 * f11 + 2 * a12 * f12 + a22 * f22 + detA * detPhi);
        const e11 = m22 * s;
        const e12 = -m12 * s;
        const e21 = -m21 * s;
        const e22 = m11 * s;
        const n11 = (a11 + detA * f22) * s;
        const n12 = (a12 - detA * f12) * s;
        const n22 = (a22 + detA * f11) * s;
        let y1 = b[bt + 2 * p]!;
        let y2 = b[bt + 2 * p + 1]!;
        let k11 = 0;
        let k12 = 0;
        let k22 = 0;
        for (let c = 0; c < p; c++) {
          const b1 = b[bt + 2 * c]!;
          const b2 = b[bt + 2 * c + 1]!;
          const g = gamma[c]!;
          y1 -= g * b1;
          y2 -= g * b2;
          let r1 = e11 * b1 + e12 * b2;
          let r2 = e21 * b1 + e22 * b2;
          for (let d = 0; d < c; d++) {
            const l = cholesky[c + d * p]!;
            r1 -= r[2 * d]! * l;
            r2 -= r[2 * d + 1]! * l;
          }
          const reciprocal = reciprocals[c]!;
          r1 *= reciprocal;
          r2 *= reciprocal;
          r[2 * c] = r1;
          r[2 * c + 1] = r2;
          k11 += r1 * r1;
          k12 += r1 * r2;
          k22 += r2 * r2;
        }
        const t1 = e11 * y1 + e12 * y2;
        const t2 = e21 * y1 + e22 * y2;
        const t11 = t1 * t1;
        const t12 = t1 * t2;
        const t22 = t2 * t2;
        n11s += n11;
        n12s += n12;
        n22s += n22;
        k11s += k11;
        k12s += k12;
        k22s += k22;
        t11s += t11;
        t12s += t12;
        t22s += t22;
        if (!second) continue;
        const u11 = data * t11 + own * n11 + fixed * k11;
        const u12 = data * t12 + own * n12 + fixed * k12;
        const u22 = data * t22 + own * n22 + fixed * k22;
        v11 += n11 * u11;
        v12 += n11 * u12;
        v13 += n11 * u22;
        v21 += n12 * u11;
        v22 += n12 * u12;
        v23 += n12 * u22;
        v31 += n22 * u11;
        v32 += n22 * u12;
        v33 += n22 * u22;
        for (let c = 0; c < p; c++) {
          const r1 = r[2 * c]!;
          const r2 = r[2 * c + 1]!;
          const q = 4 * c;
          rt[q]! += r1 * t1;
          rt[q + 1]! += r2 * t1;
          rt[q + 2]! += r1 * t2;
          rt[q + 3]! += r2 * t2;
        }
        if (fixed !== 0) {
          for (let l = 0; l < p; l++) {
            const l1 = r[2 * l]!;
            const l2 = r[2 * l + 1]!;
            for (let d = l; d < p; d++) {
              const q = 4 * (d + p * l);
              const r1 = r[2 * d]!;
              const r2 = r[2 * d + 1]!;
              rr[q]! += r1 * l1;
              rr[q + 1]! += r2 * l1;
              rr[q + 2]! += r1 * l2;
              rr[q + 3]! += r2 * l2;
            }
          }
        }
      }
      fillSymmetric(sums.n, 0, n11s, n12s, n22s);
      fillSymmetric(sums.k, 0, k11s, k12s, k22s);
      fillSymmetric(sums.tt, 0, t11s, t12s, t22s);
      fillSymmetric(nu, 0, v11, v21, v31);
      fillSymmetric(nu, 4, v12, v22, v32);
      fillSymmetric(nu, 8, v12, v22, v32);
      fillSymmetric(nu, 12, v13, v23, v33);
    },
    modes(leaf, lambda, phi, gamma, out) {
      const m = p + 1;
      const f11 = phi[0]!;
      const f12 = phi[2]!;
      const f22 = phi[3]!;
      const { a, b, levels } = leaf;
      const detPhi = (lambda[0]! * lambda[3]! - lambda[1]! * lambda[2]!) ** 2;
      for (let j = 0; j < levels; j++) {
        const a11 = a[4 * j]!;
        const a12 = a[4 * j + 1]!;
        const a22 = a[4 * j + 3]!;
        const bt = 2 * j * m;
        let y1 = b[bt + 2 * p]!;
        let y2 = b[bt + 2 * p + 1]!;
        for (let c = 0; c < p; c++) {
          y1 -= gamma[c]! * b[bt + 2 * c]!;
          y2 -= gamma[c]! * b[bt + 2 * c + 1]!;
        }
        const s = 1 / (1 + a11 * f11 + 2 * a12 * f12 + a22 * f22 + (a11 * a22 - a12 * a12) * detPhi);
        const w12 = f12 - detPhi * a12;
        out[2 * j] = s * ((f11 + detPhi * a22) * y1 + w12 * y2);
        out[2 * j + 1] = s * (w12 * y1 + (f22 + detPhi * a11) * y2);
      }
    },
  };
}

function fillSymmetric(out: Float64Array, at: number, d1: number, off: number, d2: number): void {
  out[at] = d1;
  out[at + 1] = off;
  out[at + 2] = off;
  out[at + 3] = d2;
}
