import { logGammaWeight } from "./incompleteGamma.ts";

/** Gamma density, or its log; shape and scale positive. */
export function gammaDensity(
  x: number,
  shape: number,
  scale: number = 1,
  options: { readonly log?: boolean } = {},
): number {
  if (!(shape > 0 && scale > 0) || Number.isNaN(x)) return Number.NaN;
  const z = x / scale;
  let log: number;
  if (z < 0) log = Number.NEGATIVE_INFINITY;
  else if (z === 0) {
    log = shape < 1 ? Number.POSITIVE_INFINITY : shape === 1 ? -Math.log(scale) : Number.NEGATIVE_INFINITY;
  } else log = logGammaWeight(shape, z) + Math.log(shape / z) - Math.log(scale);
  return options.log === true ? log : Math.exp(log);
}

/** Chi-squared density, or its log. */
export function chiSquaredDensity(x: number, df: number, options: { readonly log?: boolean } = {}): number {
  return gammaDensity(x, 0.5 * df, 2, options);
}
