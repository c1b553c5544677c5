/** The largest absolute value in x[start, end): 0 where there is none, NaN where one is not a number. */
export function largestMagnitude(x: Float64Array, start: number = 0, end: number = x.length): number {
  let largest = 0;
  for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return largest;
}

/** The sum of squares of x[start, end), in two sums, because one would wait for itself. */
export function sumOfSquares(x: Float64Array, start: number = 0, end: number = x.length): number {
  let even = 0;
  let odd = 0;
  let i = start;
  for (; i < end - 1; i += 2) {
    even += x[i]! * x[i]!;
    odd += x[i + 1]! * x[i + 1]!;
  }
  if (i < end) even += x[i]! * x[i]!;
  return even + odd;
}
