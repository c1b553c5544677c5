/*
 * The random numbers of R (3.6 and later, default kinds): `set.seed(seed)`, Mersenne Twister, normal variables by inversion, indices by
 * rejection. R documents the generators in ?RNG; the algorithms are those of the papers that are cited where they are used.
 */
import { HendersonError } from "../base/errors.ts";
import type { RandomStream } from "../base/random.ts";
import { mersenneTwister } from "./mersenneTwister.ts";
import { wichuraQuantile } from "./wichuraQuantile.ts";

/** How integers are drawn: `rejection` is R's default since 3.6, `rounding` that of earlier versions. */
export type RSampleKind = "rejection" | "rounding";

/** A stream that gives what R gives after `set.seed`. */
export interface RRandomStream extends RandomStream {
  /** uniform on the open interval (0, 1): R's `runif(1)` */
  uniform(): number;
  /** R's `rnorm(1)`: the quantile of a uniform of 53 bits, which takes two draws */
  normal(): number;
  /** uniform on 0 .. count - 1, count up to 2^52: R's `sample(count, 1) - 1` */
  below(count: number): number;
  /** the whole numbers 1 .. n in random order, or `size` of them: R's `sample(n, size, replace)` */
  sample(n: number, size?: number, options?: { readonly replace?: boolean }): number[];
}

const toUnit = 2.3283064365386963e-10;
/** half of the smallest step of a uniform: what R returns in place of 0, and of 1 from above */
const edge = 0.5 * 2.328306437080797e-10;
/** 2^27: the first uniform gives the upper 27 bits of a normal variable's probability */
const big = 134_217_728;

/**
 * The stream that R has after `set.seed(seed)`.
 *
 * @param seed a whole number within 32 bits, negative ones too; fractions are cut off, as R does
 * @throws distributions/bad-argument
 */
export function rRandomStream(
  seed: number,
  options: { readonly sampleKind?: RSampleKind } = {},
): RRandomStream {
  const bits = mersenneTwister(scrambledState(seed));
  const uniform = (): number => {
    const value = bits() * toUnit;
    return value <= 0 ? edge : 1 - value <= 0 ? 1 - edge : value;
  };
  const normal = (): number => {
    const high = Math.floor(big * uniform());
    return wichuraQuantile((high + uniform()) / big);
  };
  const below = options.sampleKind === "rounding" ? roundingIndex(uniform) : rejectionIndex(uniform);
  return {
    bits,
    uniform,
    normal,
    below,
    sample: (n, size = n, { replace = false } = {}) => drawSample(below, n, size, replace),
  };
}

/** Lehmer's congruential generator fills the state: 50 steps are thrown away, and one word that R keeps for a counter. */
function scrambledState(seed: number): Uint32Array {
  const whole = Math.trunc(seed);
  if (!(Math.abs(whole) < 2 ** 31)) {
    const shown = Number.isNaN(seed) ? "missing" : String(seed);
    throw new HendersonError(
      "distributions/bad-argument",
      `a seed of R is a whole number between -2147483647 and 2147483647, not ${shown}`,
    );
  }
  let word = whole >>> 0;
  const step = (): number => {
    word = (Math.imul(69069, word) + 1) >>> 0;
    return word;
  };
  for (let i = 0; i < 51; i++) step();
  return Uint32Array.from({ length: 624 }, step);
}

/** As many bits as the count needs, 16 at a time, until the number is below the count. */
function rejectionIndex(uniform: () => number): (count: number) => number {
  return (count) => {
    if (count <= 0) return 0;
    const bits = Math.ceil(Math.log2(count));
    const modulus = 2 ** bits;
    for (;;) {
      // kept below 2^53: what overflows would be cut by the modulus
      let value = 0;
      for (let n = 0; n <= bits; n += 16) {
        value = ((value * 65536) % modulus) + Math.floor(uniform() * 65536);
      }
      value %= modulus;
      if (value < count) return value;
    }
  };
}

/** R before 3.6; counts beyond the integers take two uniforms. */
function roundingIndex(uniform: () => number): (count: number) => number {
  const quarter = 33_554_432;
  return (count) => {
    if (count < 2 ** 31) return Math.floor(count * uniform());
    const fine = (Math.floor(quarter * uniform()) + uniform()) / quarter;
    return Math.floor(count * fine);
  };
}

function drawSample(below: (count: number) => number, n: number, size: number, replace: boolean): number[] {
  if (!(Number.isInteger(n) && n >= 1 && Number.isInteger(size) && size >= 0)) {
    throw new HendersonError(
      "distributions/bad-argument",
      "a sample takes a whole number of items from a positive whole number",
    );
  }
  if (!replace && size > n) {
    throw new HendersonError(
      "distributions/bad-argument",
      `a sample of ${size} from ${n} needs replacement`,
      {
        hint: "pass replace: true",
      },
    );
  }
  if (replace || size < 2) return Array.from({ length: size }, () => below(n) + 1);
  // R remembers what was drawn instead of a table of all when n is large
  if (n > 1e7 && size <= n / 2) {
    const drawn = new Set<number>();
    while (drawn.size < size) drawn.add(below(n) + 1);
    return [...drawn];
  }
  const items = Float64Array.from({ length: n }, (_, i) => i + 1);
  let left = n;
  return Array.from({ length: size }, () => {
    const at = below(left);
    const item = items[at]!;
    left -= 1;
    items[at] = items[left]!;
    return item;
  });
}
