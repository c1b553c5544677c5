// Elimination of block-diagonal leaves into panels of the Schur complement; see leafUpdate and leafTrace in
// src/linalg/kernels.ts. Levels are short (a few entries), so the loops stay scalar.
import { addressAt, integerAt } from "./maps";

export function updateFromLeaves(
  c0: i32, c1: i32, occurrencePointer: usize, occurrences: usize, levelEnds: usize, rows: usize, width: i32, values: usize,
  rowPosition: usize, panel: usize, ld: usize,
): void {
  for (let c = c0; c < c1; c++) {
    const last = integerAt(occurrencePointer, c + 1);
    for (let t = integerAt(occurrencePointer, c); t < last; t++) {
      const e = integerAt(occurrences, t), end = integerAt(levelEnds, e);
      if (width == 1) {
        const v = load<f64>(addressAt(values, e));
        for (let k = e; k < end; k++) {
          const at = addressAt(panel, integerAt(rowPosition, integerAt(rows, k)));
          store<f64>(at, load<f64>(at) - load<f64>(addressAt(values, k)) * v);
        }
      } else if (width == 2) {
        const own = addressAt(values, e << 1);
        const v0 = load<f64>(own), v1 = load<f64>(own, 8);
        for (let k = e; k < end; k++) {
          const at = addressAt(panel, integerAt(rowPosition, integerAt(rows, k)));
          const x = addressAt(values, k << 1);
          store<f64>(at, load<f64>(at) - (load<f64>(x) * v0 + load<f64>(x, 8) * v1));
        }
      } else {
        const own = addressAt(values, e * width);
        for (let k = e; k < end; k++) {
          const at = addressAt(panel, integerAt(rowPosition, integerAt(rows, k)));
          const x = addressAt(values, k * width);
          let sum: f64 = 0;
          for (let s = 0; s < width; s++) sum += load<f64>(addressAt(x, s)) * load<f64>(addressAt(own, s));
          store<f64>(at, load<f64>(at) - sum);
        }
      }
    }
    panel += ld;
  }
}

export function traceOverLeaves(
  c0: i32, c1: i32, occurrencePointer: usize, occurrences: usize, levelEnds: usize, rows: usize, width: i32, values: usize,
  rowPosition: usize, panel: usize, ld: usize, rowEnd: i32, out: usize,
): void {
  for (let c = c0; c < min(c1, rowEnd); c++) {
    const last = integerAt(occurrencePointer, c + 1);
    for (let t = integerAt(occurrencePointer, c); t < last; t++) {
      const e = integerAt(occurrences, t), end = integerAt(levelEnds, e);
      const own = addressAt(values, e * width);
      const half = 0.5 * load<f64>(addressAt(panel, integerAt(rowPosition, c)));
      let row: i32 = 0;
      if (width == 2) {
        let sum0 = half * load<f64>(own), sum1 = half * load<f64>(own, 8);
        for (let k = e + 1; k < end && (row = integerAt(rows, k)) < rowEnd; k++) {
          const entry = load<f64>(addressAt(panel, integerAt(rowPosition, row))), x = addressAt(values, k << 1);
          sum0 += entry * load<f64>(x);
          sum1 += entry * load<f64>(x, 8);
        }
        addOuter(0, sum0, own, 2, out);
        addOuter(1, sum1, own, 2, out);
        continue;
      }
      for (let a = 0; a < width; a++) {
        let sum = half * load<f64>(addressAt(own, a));
        for (let k = e + 1; k < end && (row = integerAt(rows, k)) < rowEnd; k++) {
          sum += load<f64>(addressAt(panel, integerAt(rowPosition, row))) * load<f64>(addressAt(values, k * width + a));
        }
        addOuter(a, sum, own, width, out);
      }
    }
    panel += ld;
  }
}

/** out += z v' + v z' for the one component a of z, whose value is `sum`; v are the own values of the column. */
// @ts-ignore: decorator
@inline
function addOuter(a: i32, sum: f64, own: usize, width: i32, out: usize): void {
  for (let b = 0; b < width; b++) {
    const term = sum * load<f64>(addressAt(own, b));
    addTo(addressAt(out, a + b * width), term);
    addTo(addressAt(out, b + a * width), term);
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, term: f64): void {
  store<f64>(at, load<f64>(at) + term);
}
