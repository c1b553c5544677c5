// xoshiro128** (Blackman & Vigna 2021), its state filled by splitmix32 from a seed and keys: a stream for every
// (seed, replicate, purpose), equal on every machine and for every number of workers. Not for cryptography.

/** A seeded stream of random numbers. */
export interface RandomStream {
  /** 32 random bits as an unsigned integer */
  bits(): number;
  /** uniform on [0, 1), a multiple of 2^-53 */
  uniform(): number;
  /** uniform on 0 .. count - 1, 1 <= count <= 2^32, without bias */
  below(count: number): number;
  /** standard normal, by the polar method (Marsaglia & Bray 1964) */
  normal(): number;
}

/**
 * The stream of a seed and keys; other keys give streams that share nothing visible.
 *
 * @param seed, keys   finite numbers; their whole double counts, so that 1 and 1.5 are different seeds
 */
export function randomStream(seed: number, ...keys: readonly number[]): RandomStream {
  const state = seededState([seed, ...keys]);
  let spare = Number.NaN;
  const bits = (): number => {
    const s1 = state[1]!;
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= s1;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= s1 << 9;
    state[3] = rotate(state[3]!, 11);
    return result;
  };
  const uniform = (): number => {
    const high = bits() >>> 5;
    return (high * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
  };
  const below = (count: number): number => {
    const rest = 2 ** 32 % count;
    let value = bits();
    while (value < rest) value = bits();
    return value % count;
  };
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
  return { bits, uniform, below, normal };
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function seededState(numbers: readonly number[]): Int32Array {
  const words = new Uint32Array(Float64Array.from(numbers).buffer);
  let hash = 0x9e3779b9;
  const mix = (word: number): number => {
    hash = (hash + 0x9e3779b9) | 0;
    let z = hash ^ word;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    hash ^= z ^ (z >>> 15);
    return hash;
  };
  for (const word of words) mix(word);
  const state = Int32Array.from({ length: 4 }, () => mix(0));
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}
