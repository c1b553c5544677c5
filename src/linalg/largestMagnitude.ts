/** The largest absolute value in x[start, end): 0 where there is none, NaN where one is not a number. */
export function largestMagnitude(x: Float64Array, start: number = 0, end: number = x.length): number {
  let largest = 0;
  for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return largest;
}
