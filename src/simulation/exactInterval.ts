import { betaQuantile } from "../distributions/beta.ts";

/** Interval of a probability of which k of n cases were seen, by the binomial distribution itself (Clopper & Pearson 1934). */
export function exactInterval(k: number, n: number, level: number): [lower: number, upper: number] {
  const tail = (1 - level) / 2;
  return [k === 0 ? 0 : betaQuantile(tail, k, n - k + 1), k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k)];
}
