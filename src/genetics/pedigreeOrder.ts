import { HendersonError } from "../base/errors.ts";
import { quoteValue } from "../table/quoteValue.ts";
import type { PedigreeRows } from "./pedigreeRows.ts";

interface PedigreeOrder {
  /** code of the animal at each position */
  readonly codes: Int32Array;
  /** position of each code; animalCount + g for group g, -1 where it is neither */
  readonly position: Int32Array;
}

const ON_PATH = 1;
const PLACED = 2;

/**
 * Animals with parents first: added base animals, then rows in the order of the file, each preceded by those of
 * its ancestors that come later in the file. Depth-first with an explicit stack.
 *
 * @throws HendersonError "genetics/loop" with the cycle
 */
export function orderPedigree(rows: PedigreeRows, labels: readonly string[]): PedigreeOrder {
  const { animal, sire, dam, rowOf, groupOf, addedCodes } = rows;
  const state = new Uint8Array(labels.length);
  const codes = new Int32Array(labels.length);
  const position = new Int32Array(labels.length).fill(-1);
  let count = 0;
  const place = (code: number): void => {
    state[code] = PLACED;
    position[code] = count;
    codes[count++] = code;
  };
  for (const code of addedCodes) place(code);
  const isOpen = (code: number): boolean => code >= 0 && groupOf[code]! < 0 && state[code] !== PLACED;
  const path: number[] = [];
  for (let row = 0; row < animal.length; row++) {
    const start = animal[row]!;
    if (!isOpen(start)) continue;
    path.push(start);
    state[start] = ON_PATH;
    while (path.length > 0) {
      const code = path.at(-1)!;
      const own = rowOf[code]!;
      const next = isOpen(sire[own]!) ? sire[own]! : isOpen(dam[own]!) ? dam[own]! : -1;
      if (next < 0) {
        place(code);
        path.pop();
      } else if (state[next] === ON_PATH) {
        throw loopError(path.slice(path.indexOf(next)), labels);
      } else {
        state[next] = ON_PATH;
        path.push(next);
      }
    }
  }
  for (let code = 0; code < labels.length; code++) {
    if (groupOf[code]! >= 0) position[code] = count + groupOf[code]!;
  }
  return { codes: codes.slice(0, count), position };
}

/** `cycle[k + 1]` is a parent of `cycle[k]`, and the first a parent of the last. */
function loopError(cycle: readonly number[], labels: readonly string[]): HendersonError {
  const names = cycle.slice(0, 10).map((code) => quoteValue(labels[code]!));
  const between = cycle.length > 10 ? [`... (${cycle.length - 10} more)`] : [];
  const chain = [...names, ...between, names[0]!].join(" <- ");
  return new HendersonError(
    "genetics/loop",
    `the pedigree has a loop of ${cycle.length} animals, each an offspring of the next: ${chain}`,
    { hint: "one of these rows has a wrong parent" },
  );
}
