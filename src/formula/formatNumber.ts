/** Significant digits R keeps when it deparses a number. */
const DIGITS = 15;

/**
 * A number as R's deparse writes it: up to 15 significant digits, in scientific notation where that
 * is shorter than fixed (`1e+05`, but `123456`; `1e-04`, but `0.001`).
 */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  if (value === Number.POSITIVE_INFINITY) return "Inf";
  const [digits, exponentText] = value.toExponential(DIGITS - 1).split("e");
  const exponent = Number(exponentText);
  const mantissa = digits!.replace(/\.?0+$/u, "");
  const significant = mantissa.replace(/[-.]/gu, "").length;
  const sign = exponent < 0 ? "-" : "+";
  const scientific = `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const decimals = Math.max(0, significant - exponent - 1);
  if (decimals > 100) return scientific;
  const fixed = Number(`${mantissa}e${exponent}`).toFixed(decimals);
  return fixed.length <= scientific.length ? fixed : scientific;
}
