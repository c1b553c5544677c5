import { type Dialect, RecordScanner } from "./recordScanner.ts";

const SAMPLE_RECORDS = 200;
/** in order of preference where the sample does not decide */
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The dialect with this delimiter; a space means runs of spaces and tabs. */
export function dialectOf(delimiter: string): Dialect {
  return { delimiter: delimiter.charCodeAt(0), runs: delimiter === " " };
}

/**
 * The delimiter that cuts the first records into equally many cells, at least two.
 *
 * Cells are counted outside quotes. Among comma, semicolon, tab and bar the one under which most records
 * agree with the header wins, then the one with more cells. Runs of blanks are tried last, because text
 * has blanks too; text without any delimiter is one column.
 *
 * @param start where the header begins
 */
export function sniffDelimiter(bytes: Uint8Array, start: number): string {
  let best = "";
  let bestAgreement = 0;
  let bestCells = 0;
  for (const delimiter of DELIMITERS) {
    const { agreement, cells } = trial(bytes, start, delimiter);
    if (cells < 2) continue;
    if (agreement > bestAgreement || (agreement === bestAgreement && cells > bestCells)) {
      best = delimiter;
      bestAgreement = agreement;
      bestCells = cells;
    }
  }
  if (best !== "") return best;
  const blanks = trial(bytes, start, " ");
  return blanks.cells >= 2 && blanks.agreement >= 0.8 ? " " : ",";
}

/** Share of the records below the header with as many cells as the header, or one more (row names) in all. */
function trial(bytes: Uint8Array, start: number, delimiter: string): { agreement: number; cells: number } {
  const scanner = new RecordScanner(bytes, dialectOf(delimiter), start);
  const offsets = new Uint32Array(0);
  if (!scanner.next(offsets, 0, 0)) return { agreement: 0, cells: 0 };
  const cells = scanner.cells;
  let records = 0;
  let same = 0;
  let oneMore = 0;
  while (records < SAMPLE_RECORDS && scanner.next(offsets, 0, 0)) {
    records++;
    if (scanner.cells === cells) same++;
    else if (scanner.cells === cells + 1) oneMore++;
  }
  const agreement = records === 0 ? 1 : (oneMore === records ? records : same) / records;
  return { agreement: scanner.problem === null ? agreement : agreement / 2, cells };
}
