import { type CellIndex, cellText } from "./cellIndex.ts";

const SAMPLE_ROWS = 1000;

/**
 * The decimal mark: a comma where more cells of the first rows are numbers with a comma than with a point.
 *
 * Where every comma is followed by exactly three digits (`1,250`) it may separate thousands. A file that
 * is not delimited by semicolons is then not read with a decimal comma, unless a zero leads (`0,125`):
 * a column of text is seen, a factor of 1000 is not.
 */
export function sniffDecimal(index: CellIndex, delimiter: string): "." | "," {
  if (delimiter === ",") return ".";
  const { bytes, offsets, stride } = index;
  const rows = Math.min(index.rowCount, SAMPLE_ROWS);
  let commas = 0;
  let points = 0;
  let mayBeThousands = true;
  for (let k = 0; k + 1 < rows * stride; k++) {
    if (k % stride === stride - 1) continue;
    const text = cellText(bytes, offsets[k]!, offsets[k + 1]! - 1).trim();
    if (/^[+-]?\d*,\d+([eE][+-]?\d+)?$/.test(text)) {
      commas++;
      if (!/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)) mayBeThousands = false;
    } else if (/^[+-]?\d*\.\d+([eE][+-]?\d+)?$/.test(text)) {
      points++;
    }
  }
  return commas > points && (delimiter === ";" || !mayBeThousands) ? "," : ".";
}
