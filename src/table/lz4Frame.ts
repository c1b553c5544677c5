/**
 * LZ4 frames, which Arrow files (Feather 2) are compressed with by default.
 *
 * Written from the format descriptions "LZ4 Frame Format" 1.6 and "LZ4 Block Format" (Y. Collet). Checksums
 * are skipped, dictionaries are not supported. Works on blocks that refer to earlier ones.
 */

const MAGIC = 0x184d2204;
const STORED = 0x80000000;

/**
 * The content of an LZ4 frame.
 *
 * @param length bytes of the content, known to the container
 * @throws RangeError where the frame is damaged or has another length
 */
export function decodeLz4Frame(input: Uint8Array, length: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError("no LZ4 frame");
  const flags = input[4]!;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  if ((flags & 0x01) !== 0) throw new RangeError("LZ4 dictionaries are not supported");
  // magic, flags, block descriptor, optional size, header checksum
  let position = 4 + 2 + (hasContentSize ? 8 : 0) + 1;
  const output = new Uint8Array(length);
  let written = 0;
  for (;;) {
    const header = view.getUint32(position, true);
    position += 4;
    if (header === 0) break;
    const size = header & ~STORED;
    if (position + size > input.length) throw new RangeError("LZ4 frame is cut off");
    if ((header & STORED) !== 0) {
      output.set(input.subarray(position, position + size), written);
      written += size;
    } else {
      written = decodeBlock(input, position, position + size, output, written);
    }
    position += size + (hasBlockChecksum ? 4 : 0);
  }
  if (written !== length) throw new RangeError("LZ4 frame has another length than announced");
  return output;
}

/** Decodes one block behind what is already in `output`; returns the new end. */
function decodeBlock(
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  from: number,
): number {
  let i = start;
  let o = from;
  while (i < end) {
    const token = input[i++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && i < end) literals += more = input[i++]!;
    }
    if (i + literals > end || o + literals > output.length) throw new RangeError("LZ4 block is damaged");
    output.set(input.subarray(i, i + literals), o);
    i += literals;
    o += literals;
    if (i >= end) break;
    const offset = input[i]! | ((input[i + 1] ?? 0) << 8);
    i += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more = 255;
      while (more === 255 && i < end) match += more = input[i++]!;
    }
    if (offset === 0 || offset > o || o + match > output.length) throw new RangeError("LZ4 block is damaged");
    // byte by byte: source and target may overlap
    for (const stop = o + match; o < stop; o++) output[o] = output[o - offset]!;
  }
  return o;
}
