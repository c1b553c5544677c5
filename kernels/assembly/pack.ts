/**
 * Copies strips of four rows of A (or columns of B) so that a tile reads them in order: out[4 p + r], strip after
 * strip. Missing rows of the last strip are zero. `stride` leads from row to row, `depthStride` along the depth.
 */
export function pack(count: i32, depth: i32, source: usize, stride: usize, depthStride: usize, out: usize): void {
  for (; count >= 4; count -= 4) {
    if (stride == 8) out = packAdjacent(depth, source, depthStride, out);
    else out = packApart(depth, source, stride, depthStride, out);
    source += 4 * stride;
  }
  if (count == 0) return;
  for (; depth > 0; depth--) {
    for (let r = 0; r < 4; r++) {
      store<f64>(out + (<usize>r << 3), r < count ? load<f64>(source + <usize>r * stride) : 0);
    }
    source += depthStride;
    out += 32;
  }
}

function packAdjacent(depth: i32, source: usize, depthStride: usize, out: usize): usize {
  for (; depth > 0; depth--) {
    v128.store(out, v128.load(source));
    v128.store(out, v128.load(source, 16), 16);
    source += depthStride;
    out += 32;
  }
  return out;
}

function packApart(depth: i32, source: usize, stride: usize, depthStride: usize, out: usize): usize {
  const source1 = source + stride, source2 = source1 + stride, source3 = source2 + stride;
  let offset: usize = 0;
  if (depthStride == 8) {
    // rows are contiguous: transpose two by two
    for (; depth >= 2; depth -= 2) {
      const x0 = v128.load(source + offset), x1 = v128.load(source1 + offset);
      const x2 = v128.load(source2 + offset), x3 = v128.load(source3 + offset);
      v128.store(out, v128.shuffle<f64>(x0, x1, 0, 2));
      v128.store(out, v128.shuffle<f64>(x2, x3, 0, 2), 16);
      v128.store(out, v128.shuffle<f64>(x0, x1, 1, 3), 32);
      v128.store(out, v128.shuffle<f64>(x2, x3, 1, 3), 48);
      offset += 16;
      out += 64;
    }
  }
  for (; depth > 0; depth--) {
    store<f64>(out, load<f64>(source + offset));
    store<f64>(out, load<f64>(source1 + offset), 8);
    store<f64>(out, load<f64>(source2 + offset), 16);
    store<f64>(out, load<f64>(source3 + offset), 24);
    offset += depthStride;
    out += 32;
  }
  return out;
}
