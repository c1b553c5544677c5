/** Gauss-Legendre rule with eight points on [0, 1] (mpmath 1.3.0, 30 digits). */
export const gaussNodes: readonly number[] = [
  0.019855071751231884, 0.10166676129318664, 0.2372337950418355, 0.4082826787521751, 0.591717321247825,
  0.7627662049581645, 0.8983332387068134, 0.9801449282487681,
];
/** The weights of the nodes; they add up to one. */
export const gaussWeights: readonly number[] = [
  0.05061426814518813, 0.11119051722668724, 0.15685332293894363, 0.181341891689181, 0.181341891689181,
  0.15685332293894363, 0.11119051722668724, 0.05061426814518813,
];

/**
 * Integral of a smooth function of one sign: the rule on intervals that are halved until a halving changes nothing at 1e-13
 * relative, or nothing that the whole integral would notice (a tail that falls off to zero would be halved for ever).
 */
export function integrateSmooth(f: (x: number) => number, from: number, to: number): number {
  const center = 0.5 * (from + to);
  const unnoticed = 1e-17 * Math.abs(gauss(f, from, center) + gauss(f, center, to));
  const refine = (a: number, b: number, whole: number, depth: number): number => {
    const middle = 0.5 * (a + b);
    const left = gauss(f, a, middle);
    const right = gauss(f, middle, b);
    const halves = left + right;
    const change = Math.abs(whole - halves);
    if (depth >= 40 || change <= 1e-13 * Math.abs(halves) || change <= unnoticed) return halves;
    return refine(a, middle, left, depth + 1) + refine(middle, b, right, depth + 1);
  };
  return refine(from, to, gauss(f, from, to), 0);
}

function gauss(f: (x: number) => number, from: number, to: number): number {
  let sum = 0;
  for (let i = 0; i < gaussNodes.length; i++)
    sum += gaussWeights[i]! * f(from + (to - from) * gaussNodes[i]!);
  return sum * (to - from);
}
