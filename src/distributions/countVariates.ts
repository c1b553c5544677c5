/*
 * Binomial and Poisson variables by the algorithms that R uses, so that an `rRandomStream` gives R's numbers. They take any stream.
 */
import type { RandomStream } from "../base/random.ts";
import { exponentialVariate } from "./randomVariates.ts";

const inverseRootTwoPi = 0.3989422804014327;

/** Poisson variable with mean mu; NaN when mu is negative or not finite. R's `rpois(1, mu)`. */
export function poissonVariate(stream: RandomStream, mu: number): number {
  if (!(mu >= 0 && mu < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (mu === 0) return 0;
  return mu < 10 ? smallPoisson(stream, mu) : largePoisson(stream, mu);
}

/** Inversion by sequential search; a uniform beyond the 35th probability is drawn again. */
function smallPoisson(stream: RandomStream, mu: number): number {
  const first = Math.exp(-mu);
  for (;;) {
    const u = stream.uniform();
    if (u <= first) return 0;
    let p = first;
    let sum = first;
    for (let k = 1; k <= 35; k++) {
      p *= mu / k;
      sum += p;
      if (u <= sum) return k;
    }
  }
}

const factorials: readonly number[] = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880];
const logTerms: readonly number[] = [
  -0.5, 0.3333333, -0.2500068, 0.2000118, -0.1661269, 0.1421878, -0.1384794, 0.125006,
];

/** Means of ten and more: Ahrens and Dieter 1982, ACM TOMS 8, 163-179, algorithm PD; the steps are those of the paper. */
function largePoisson(stream: RandomStream, mu: number): number {
  const s = Math.sqrt(mu);
  const d = 6 * mu * mu;
  const immediate = Math.floor(mu - 1.1484);
  // N: normal deviate; I: immediate acceptance; S: squeeze acceptance
  const g = mu + s * stream.normal();
  let k = -1;
  let u = 0;
  if (g >= 0) {
    k = Math.floor(g);
    if (k >= immediate) return k;
    const difference = mu - k;
    u = stream.uniform();
    if (d * u >= difference * difference * difference) return k;
  }
  // P: preparations
  const omega = inverseRootTwoPi / s;
  const b1 = 1 / (24 * mu);
  const b2 = 0.3 * b1 * b1;
  const c3 = (1 / 7) * b1 * b2;
  const c2 = b2 - 15 * c3;
  const c1 = b1 - 6 * b2 + 45 * c3;
  const c0 = 1 - b1 + 3 * b2 - 15 * c3;
  const c = 0.1069 / mu;
  const density = (count: number): [number, number, number, number] => {
    const [px, py] = poissonDensity(count, mu);
    let x = (0.5 - (mu - count)) / s;
    x *= x;
    return [px, py, -0.5 * x, omega * (((c3 * x + c2) * x + c1) * x + c0)];
  };
  // Q: quotient acceptance
  if (g >= 0) {
    const [px, py, fx, fy] = density(k);
    if (fy - u * fy <= py * Math.exp(px - fx)) return k;
  }
  for (;;) {
    // E: double exponential deviate
    const e = exponentialVariate(stream);
    u = 2 * stream.uniform() - 1;
    const t = 1.8 + (u >= 0 ? e : -e);
    if (t <= -0.6744) continue;
    k = Math.floor(mu + s * t);
    // H: hat acceptance
    const [px, py, fx, fy] = density(k);
    if (c * Math.abs(u) <= py * Math.exp(px + e) - fy * Math.exp(fx + e)) return k;
  }
}

/** Procedure F: the probability of k as py exp(px). */
function poissonDensity(k: number, mu: number): [number, number] {
  if (k < 10) return [-mu, mu ** k / factorials[k]!];
  let del = 1 / 12 / k;
  del *= 1 - 4.8 * del * del;
  const difference = mu - k;
  const v = difference / k;
  let px: number;
  if (Math.abs(v) <= 0.25) {
    let sum = 0;
    for (let i = logTerms.length - 1; i >= 1; i--) sum = (sum + logTerms[i]!) * v;
    px = k * v * v * (sum + logTerms[0]!) - del;
  } else px = k * Math.log(1 + v) - difference - del;
  return [px, inverseRootTwoPi / Math.sqrt(k)];
}

/** Binomial variable: successes in n trials of probability p; NaN for impossible parameters. R's `rbinom(1, n, p)`. */
export function binomialVariate(stream: RandomStream, n: number, p: number): number {
  if (!(Number.isInteger(n) && n >= 0 && p >= 0 && p <= 1)) return Number.NaN;
  if (n === 0 || p === 0) return 0;
  if (p === 1) return n;
  const rarer = Math.min(p, 1 - p);
  const count = n * rarer < 30 ? invertedBinomial(stream, n, rarer) : btpe(stream, n, rarer);
  return p > 0.5 ? n - count : count;
}

/** Inversion by sequential search; a search beyond 110 begins again. */
function invertedBinomial(stream: RandomStream, n: number, p: number): number {
  const q = 1 - p;
  const r = p / q;
  const g = r * (n + 1);
  const first = q ** n;
  for (;;) {
    let f = first;
    let u = stream.uniform();
    for (let k = 0; ; ) {
      if (u < f) return k;
      if (k > 110) break;
      u -= f;
      k += 1;
      f *= g / k - r;
    }
  }
}

/** Kachitvichyanukul and Schmeiser 1988, Comm. ACM 31, 216-222: triangle, parallelograms and two exponential tails. */
function btpe(stream: RandomStream, n: number, p: number): number {
  const q = 1 - p;
  const npq = n * p * q;
  const r = p / q;
  const g = r * (n + 1);
  const mode = n * p + p;
  const m = Math.trunc(mode);
  const p1 = Math.trunc(2.195 * Math.sqrt(npq) - 4.6 * q) + 0.5;
  const xm = m + 0.5;
  const xl = xm - p1;
  const xr = xm + p1;
  const c = 0.134 + 20.5 / (15.3 + m);
  const left = (mode - xl) / (mode - xl * p);
  const leftRate = left * (1 + 0.5 * left);
  const right = (xr - mode) / (xr * q);
  const rightRate = right * (1 + 0.5 * right);
  const p2 = p1 * (1 + c + c);
  const p3 = p2 + c / leftRate;
  const p4 = p3 + c / rightRate;
  for (;;) {
    const u = stream.uniform() * p4;
    let v = stream.uniform();
    if (u <= p1) return Math.trunc(xm - p1 * v + u);
    let k: number;
    if (u <= p2) {
      const x = xl + (u - p1) / c;
      v = v * c + 1 - Math.abs(xm - x) / p1;
      if (v > 1 || v <= 0) continue;
      k = Math.trunc(x);
    } else if (u > p3) {
      k = Math.trunc(xr - Math.log(v) / rightRate);
      if (k > n) continue;
      v *= (u - p3) * rightRate;
    } else {
      k = Math.trunc(xl + Math.log(v) / leftRate);
      if (k < 0) continue;
      v *= (u - p2) * leftRate;
    }
    const distance = Math.abs(k - m);
    if (distance <= 20 || distance >= npq / 2 - 1) {
      if (v <= ratioToMode(k, m, g, r)) return k;
      continue;
    }
    // squeeze, then Stirling's formula
    const spread = (distance / npq) * ((distance * (distance / 3 + 0.625) + 0.1666666666666) / npq + 0.5);
    const normal = -(distance * distance) / (2 * npq);
    const logV = Math.log(v);
    if (logV < normal - spread) return k;
    if (logV > normal + spread) continue;
    const x1 = k + 1;
    const f1 = mode + 1;
    const z = n + 1 - mode;
    const w = n - k + 1;
    const bound =
      xm * Math.log(f1 / x1) +
      (n - m + 0.5) * Math.log(z / w) +
      (k - m) * Math.log((w * p) / (x1 * q)) +
      stirling(f1) +
      stirling(z) +
      stirling(x1) +
      stirling(w);
    if (logV <= bound) return k;
  }
}

/** P(k) / P(m) by the recursion between neighbors */
function ratioToMode(k: number, m: number, g: number, r: number): number {
  let f = 1;
  for (let i = m + 1; i <= k; i++) f *= g / i - r;
  for (let i = k + 1; i <= m; i++) f /= g / i - r;
  return f;
}

function stirling(x: number): number {
  const square = x * x;
  return (13860 - (462 - (132 - (99 - 140 / square) / square) / square) / square) / x / 166320;
}
