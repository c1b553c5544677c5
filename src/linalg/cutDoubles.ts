/** The engine keeps arrays of up to 64 bytes among its own objects. */
const SMALL = 8;

/**
 * Zeroed arrays of the given lengths, the longer ones cut from one piece of memory: beyond 64 bytes an allocation costs
 * more than all the work of a small model on it.
 */
export function cutDoubles(lengths: readonly number[]): Float64Array[] {
  let total = 0;
  for (let i = 0; i < lengths.length; i++) if (lengths[i]! > SMALL) total += lengths[i]!;
  const buffer = total > 0 ? new ArrayBuffer(8 * total) : null;
  const pieces: Float64Array[] = [];
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i]!;
    if (length > SMALL) {
      pieces.push(new Float64Array(buffer!, at, length));
      at += 8 * length;
    } else pieces.push(new Float64Array(length));
  }
  return pieces;
}
