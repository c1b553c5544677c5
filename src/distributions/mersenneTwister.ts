const length = 624;
const middle = 397;

/** 32 random bits on each call, as an unsigned integer. */
type BitSource = () => number;

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998, ACM TOMACS 8, 3-30).
 *
 * @param state 624 words; copied
 */
export function mersenneTwister(state: Uint32Array): BitSource {
  const words = Uint32Array.from(state);
  let next = length;
  const twist = (): void => {
    for (let k = 0; k < length; k++) {
      const y = (words[k]! & 0x80000000) | (words[(k + 1) % length]! & 0x7fffffff);
      words[k] = words[(k + middle) % length]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    next = 0;
  };
  return () => {
    if (next >= length) twist();
    let y = words[next]!;
    next += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };
}
