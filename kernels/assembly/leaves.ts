// Elimination of block-diagonal leaves into panels of the Schur complement; see leafUpdate and leafTrace in
// src/linalg/kernels.ts. Levels have few entries, so those loops stay scalar; the tails are dense.
import { addressAt, integerAt } from "./maps";
import { addMultiple, dotProduct } from "./vectors";

export function updateFromLeaves(
  occurrencePointer: usize, occurrences: usize, levels: usize, levelPointers: usize, rows: usize, width: i32, values: usize,
  tailCount: i32, tailStride: usize, tails: usize, c0: i32, c1: i32, rowPosition: usize, panel: usize, ld: usize,
): void {
  for (let c = c0; c < c1; c++) {
    const last = integerAt(occurrencePointer, c + 1);
    for (let t = integerAt(occurrencePointer, c); t < last; t++) {
      const e = integerAt(occurrences, t), level = integerAt(levels, e), end = integerAt(levelPointers, level + 1);
      const own = addressAt(values, e * width);
      if (width == 1) {
        const v = load<f64>(own);
        for (let k = e; k < end; k++) {
          const at = addressAt(panel, integerAt(rowPosition, integerAt(rows, k)));
          store<f64>(at, load<f64>(at) - load<f64>(addressAt(values, k)) * v);
        }
      } else if (width == 2) {
        const v0 = load<f64>(own), v1 = load<f64>(own, 8);
        for (let k = e; k < end; k++) {
          const at = addressAt(panel, integerAt(rowPosition, integerAt(rows, k)));
          const x = addressAt(values, k << 1);
          store<f64>(at, load<f64>(at) - (load<f64>(x) * v0 + load<f64>(x, 8) * v1));
        }
      } else {
        for (let k = e; k < end; k++) {
          const at = addressAt(panel, integerAt(rowPosition, integerAt(rows, k)));
          const x = addressAt(values, k * width);
          let sum: f64 = 0;
          for (let s = 0; s < width; s++) sum += load<f64>(addressAt(x, s)) * load<f64>(addressAt(own, s));
          store<f64>(at, load<f64>(at) - sum);
        }
      }
      const tail = panel + ld - tailStride;
      let run = tails + <usize>(level * width) * tailStride;
      for (let s = 0; s < width; s++) {
        addMultiple(tailCount, -load<f64>(addressAt(own, s)), run, tail);
        run += tailStride;
      }
    }
    panel += ld;
  }
}

export function traceOverLeaves(
  occurrencePointer: usize, occurrences: usize, levels: usize, levelPointers: usize, rows: usize, width: i32, values: usize,
  tailCount: i32, tailStride: usize, tails: usize, c0: i32, c1: i32, rowPosition: usize, panel: usize, ld: usize, out: usize,
): void {
  for (let c = c0; c < c1; c++) {
    const last = integerAt(occurrencePointer, c + 1);
    const tail = panel + ld - tailStride;
    for (let t = integerAt(occurrencePointer, c); t < last; t++) {
      const e = integerAt(occurrences, t), level = integerAt(levels, e), end = integerAt(levelPointers, level + 1);
      const own = addressAt(values, e * width);
      const half = 0.5 * load<f64>(addressAt(panel, integerAt(rowPosition, c)));
      let run = tails + <usize>(level * width) * tailStride;
      for (let a = 0; a < width; a++) {
        let sum = half * load<f64>(addressAt(own, a));
        for (let k = e + 1; k < end; k++) {
          const entry = load<f64>(addressAt(panel, integerAt(rowPosition, integerAt(rows, k))));
          sum += entry * load<f64>(addressAt(values, k * width + a));
        }
        sum += dotProduct(tailCount, tail, run);
        run += tailStride;
        for (let b = 0; b < width; b++) {
          const term = sum * load<f64>(addressAt(own, b));
          addTo(addressAt(out, a + b * width), term);
          addTo(addressAt(out, b + a * width), term);
        }
      }
    }
    panel += ld;
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, term: f64): void {
  store<f64>(at, load<f64>(at) + term);
}
