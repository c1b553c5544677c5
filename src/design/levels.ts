/** A factor with levels in order, every one of them used. */
interface RankedLevels<L> {
  /** index into levels, -1 where missing */
  readonly codes: Int32Array;
  readonly levels: L;
}

/** A table up to this long is an ordinary array, whose memory costs less. */
const SHORT = 1024;
/** A table this many times as long as the data is still faster than a hash. */
const LONGEST = 16;

/**
 * Codes of numbers by rank of their distinct values; NaN gets -1.
 *
 * Integers in a narrow range go through a direct table, others through an open-addressing hash of the values.
 */
export function rankNumbers(values: Float64Array): RankedLevels<Float64Array> {
  const n = values.length;
  const short = shortRange(values);
  if (short !== null) {
    const range = short.high - short.low + 1;
    return range <= SHORT ? rankShort(values, short.low, range) : rankByTable(values, short.low, range);
  }
  let low = Infinity;
  let high = -Infinity;
  let integers = true;
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (integers && value !== Math.floor(value)) integers = false;
  }
  if (low > high) return { codes: new Int32Array(n).fill(-1), levels: new Float64Array(0) };
  const range = high - low + 1;
  return integers && range <= LONGEST * n + 1024 ? rankByTable(values, low, range) : rankByHash(values);
}

/** The range of small integers without gaps beyond reason, the usual groups; null for other values. */
function shortRange(values: Float64Array): { readonly low: number; readonly high: number } | null {
  const n = values.length;
  if (n === 0) return null;
  let low = values[0]! | 0;
  let high = low;
  for (let i = 0; i < n; i++) {
    const value = values[i]! | 0;
    if (value !== values[i]) return null;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return high - low < LONGEST * n + 1024 ? { low, high } : null;
}

/** `rankByTable` for a short range of integers, none of them missing: no arithmetic on doubles. */
function rankShort(values: Float64Array, low: number, range: number): RankedLevels<Float64Array> {
  const n = values.length;
  const codes = new Int32Array(n);
  const table = new Array<number>(range).fill(0);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const at = (values[i]! | 0) - low;
    codes[i] = at;
    if (table[at] === 0) {
      table[at] = 1;
      count++;
    }
  }
  const levels = new Float64Array(count);
  for (let k = 0, rank = 0; k < table.length; k++) {
    if (table[k] === 0) continue;
    levels[rank] = low + k;
    table[k] = rank++;
  }
  for (let i = 0; i < n; i++) codes[i] = table[codes[i]!]!;
  return { codes, levels };
}

function rankByTable(values: Float64Array, low: number, range: number): RankedLevels<Float64Array> {
  const n = values.length;
  const table = new Int32Array(range);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) table[value - low] = 1;
  }
  let count = 0;
  for (let k = 0; k < range; k++) if (table[k] !== 0) table[k] = ++count;
  const levels = new Float64Array(count);
  for (let k = 0; k < range; k++) if (table[k] !== 0) levels[table[k]! - 1] = low + k;
  const codes = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    codes[i] = !Number.isNaN(value) ? table[value - low]! - 1 : -1;
  }
  return { codes, levels };
}

/** Open addressing over the bits of distinct values; slots hold 1 + position in `distinct`, 0 where free. */
interface ValueHash {
  readonly slots: Int32Array;
  readonly distinct: Float64Array;
  /** one double and its two words */
  readonly word: Float64Array;
  readonly bits: Int32Array;
}

function createHash(distinct: Float64Array, count: number): ValueHash {
  const word = new Float64Array(1);
  const hash = {
    slots: new Int32Array(4 * distinct.length),
    distinct,
    word,
    bits: new Int32Array(word.buffer),
  };
  for (let k = 0; k < count; k++) hash.slots[slotOf(hash, distinct[k]!)] = k + 1;
  return hash;
}

/** The slot of a value, or the free one where it belongs. */
function slotOf(hash: ValueHash, value: number): number {
  const { slots, distinct, word, bits } = hash;
  word[0] = value;
  let mixed = Math.imul(bits[0]! ^ Math.imul(bits[1]!, 0x9e3779b1), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  const mask = slots.length - 1;
  let slot = mixed & mask;
  while (slots[slot] !== 0 && distinct[slots[slot]! - 1] !== value) slot = (slot + 1) & mask;
  return slot;
}

function rankByHash(values: Float64Array): RankedLevels<Float64Array> {
  const n = values.length;
  const codes = new Int32Array(n);
  let hash = createHash(new Float64Array(64), 0);
  let count = 0;
  for (let i = 0; i < n; i++) {
    // + 0 makes one value of 0 and -0
    const value = values[i]! + 0;
    if (Number.isNaN(value)) {
      codes[i] = -1;
      continue;
    }
    let slot = slotOf(hash, value);
    if (hash.slots[slot] === 0) {
      if (count === hash.distinct.length) {
        const larger = new Float64Array(4 * count);
        larger.set(hash.distinct);
        hash = createHash(larger, count);
        slot = slotOf(hash, value);
      }
      hash.distinct[count++] = value;
      hash.slots[slot] = count;
    }
    codes[i] = hash.slots[slot]! - 1;
  }
  const levels = hash.distinct.slice(0, count).sort();
  const rank = new Int32Array(count);
  for (let k = 0; k < count; k++) rank[hash.slots[slotOf(hash, levels[k]!)]! - 1] = k;
  for (let i = 0; i < n; i++) if (codes[i]! >= 0) codes[i] = rank[codes[i]!]!;
  return { codes, levels };
}

/** Codes of a dictionary by rank of the used levels in code point order. */
export function rankText(codes: Int32Array, levels: readonly string[]): RankedLevels<readonly string[]> {
  return recode(codes, levels, true);
}

/** Keeps the order of levels and takes out those without a row. */
export function dropUnusedLevels(
  codes: Int32Array,
  levels: readonly string[],
): RankedLevels<readonly string[]> {
  return recode(codes, levels, false);
}

function recode(
  codes: Int32Array,
  levels: readonly string[],
  sort: boolean,
): RankedLevels<readonly string[]> {
  const q = levels.length;
  const n = codes.length;
  const position = new Int32Array(q).fill(-1);
  let used = 0;
  for (let i = 0; i < n && used < q; i++) {
    const code = codes[i]!;
    if (code >= 0 && position[code]! < 0) {
      position[code] = 0;
      used++;
    }
  }
  const order: number[] = [];
  for (let k = 0; k < q; k++) if (position[k] === 0) order.push(k);
  let sorted = true;
  if (sort) {
    for (let k = 1; k < order.length && sorted; k++) {
      sorted = compareCodePoints(levels[order[k - 1]!]!, levels[order[k]!]!) < 0;
    }
    if (!sorted) order.sort((a, b) => compareCodePoints(levels[a]!, levels[b]!));
  }
  if (sorted && order.length === q) return { codes, levels };
  const kept: string[] = [];
  for (let k = 0; k < order.length; k++) {
    position[order[k]!] = k;
    kept.push(levels[order[k]!]!);
  }
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) out[i] = codes[i]! < 0 ? -1 : position[codes[i]!]!;
  return { codes: out, levels: kept };
}

/** Order of two strings by code point (UTF-16 order differs above U+FFFF). */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // surrogates stand for code points above every other unit
    const high = x >= 0xd800 && x <= 0xdfff;
    return high === (y >= 0xd800 && y <= 0xdfff) ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}

/** Labels of sorted distinct numbers: 15 significant digits as R, all digits where those do not tell them apart. */
export function numberLabels(values: Float64Array): string[] {
  const labels: string[] = [];
  let integers = true;
  for (let k = 0; k < values.length; k++) {
    integers &&= Number.isInteger(values[k]);
    labels.push(numberLabel(values[k]!));
  }
  for (let k = 1; k < labels.length && !integers; k++) {
    if (labels[k] === labels[k - 1]) return Array.from(values, String);
  }
  return labels;
}

/** A number as a level: 15 significant digits. */
export function numberLabel(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(15)));
}
