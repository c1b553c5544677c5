/**
 * r - log(1 + r) for r > -1, without cancellation near zero; a saddle-point deviance per unit
 * (Loader 2000, section 2: D0). `ratio` is 1 + r, given apart because the caller often knows it better.
 */
export function unitDeviance(r: number, ratio: number = 1 + r): number {
  if (r < -0.4 || r > 0.6) return r - Math.log(ratio);
  // log(1 + r) = 2 atanh(v)
  const v = r / (2 + r);
  const square = v * v;
  let power = 1;
  let sum = 1 / 3;
  for (let k = 5; power > 1e-18; k += 2) {
    power *= square;
    sum += power / k;
  }
  return v * (r - 2 * square * sum);
}
