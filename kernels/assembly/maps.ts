/** Entry i of an integer array. */
// @ts-ignore: decorator
@inline
export function integerAt(array: usize, i: i32): i32 {
  return load<i32>(array + (<usize>i << 2));
}

/** Address of entry i of an array of doubles. */
// @ts-ignore: decorator
@inline
export function addressAt(array: usize, i: i32): usize {
  return array + (<usize>i << 3);
}

export function subtractMapped(
  m: i32, n: i32, buffer: usize, ldb: usize, rowMap: usize, columnMap: usize, panel: usize, ld: usize,
): void {
  for (let j = 0; j < n; j++) {
    const column = panel + <usize>integerAt(columnMap, j) * ld;
    for (let i = j; i < m; i++) {
      const at = addressAt(column, integerAt(rowMap, i));
      store<f64>(at, load<f64>(at) - load<f64>(addressAt(buffer, i)));
    }
    buffer += ldb;
  }
}

export function copyMapped(
  m: i32, n: i32, source: usize, ld: usize, rowMap: usize, columnMap: usize, out: usize, ldo: usize,
): void {
  for (let j = 0; j < n; j++) {
    const column = source + <usize>integerAt(columnMap, j) * ld;
    for (let i = j; i < m; i++) {
      store<f64>(addressAt(out, i), load<f64>(addressAt(column, integerAt(rowMap, i))));
    }
    out += ldo;
  }
}

export function placeRows(first: i32, count: i32, rowList: usize, rowPosition: usize): void {
  for (let i = 0; i < count; i++) store<i32>(rowPosition + (<usize>integerAt(rowList, i) << 2), first + i);
}
