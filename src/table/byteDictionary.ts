/**
 * Distinct byte strings numbered in order of first appearance.
 *
 * Open addressing over FNV-1a hashes; the bytes are copied once per distinct string, so that a column of
 * text costs one string per level and none per row.
 */
export class ByteDictionary {
  private pool: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  private used = 0;
  /** where a level ends in the pool; level i begins where i - 1 ends */
  private ends: Uint32Array = new Uint32Array(64);
  private hashes: Int32Array = new Int32Array(64);
  /** code + 1, 0 where free; a power of two, at most half full */
  private slots: Int32Array = new Int32Array(128);
  private count = 0;

  /** Number of distinct strings so far. */
  get size(): number {
    return this.count;
  }

  /** The code of `bytes[start, end)`, a new one where it has not been seen. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5 | 0;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    // FNV's low bits alone spread short numeric ids badly over a power-of-two table
    hash ^= hash >>> 15;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const code = this.slots[slot]! - 1;
      if (code < 0) return this.add(bytes, start, end, hash, slot);
      if (this.hashes[code] === hash && this.equals(code, bytes, start, end)) return code;
      slot = (slot + 1) & mask;
    }
  }

  /** The strings by code, decoded as UTF-8. */
  decode(): string[] {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const texts = new Array<string>(this.count);
    for (let code = 0; code < this.count; code++) {
      texts[code] = decoder.decode(this.pool.subarray(this.begin(code), this.ends[code]));
    }
    return texts;
  }

  private begin(code: number): number {
    return code === 0 ? 0 : this.ends[code - 1]!;
  }

  private equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const begin = this.begin(code);
    if (this.ends[code]! - begin !== end - start) return false;
    const shift = begin - start;
    for (let i = start; i < end; i++) if (bytes[i] !== this.pool[i + shift]) return false;
    return true;
  }

  private add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.count++;
    this.slots[slot] = code + 1;
    const needed = this.used + end - start;
    if (needed > this.pool.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.pool.length));
      larger.set(this.pool.subarray(0, this.used));
      this.pool = larger;
    }
    this.pool.set(bytes.subarray(start, end), this.used);
    this.used = needed;
    if (code === this.ends.length) this.growLevels();
    this.ends[code] = needed;
    this.hashes[code] = hash;
    if (2 * this.count > this.slots.length) this.rehash();
    return code;
  }

  private growLevels(): void {
    const ends = new Uint32Array(2 * this.ends.length);
    ends.set(this.ends);
    this.ends = ends;
    const hashes = new Int32Array(2 * this.hashes.length);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }

  private rehash(): void {
    const slots = new Int32Array(2 * this.slots.length);
    const mask = slots.length - 1;
    for (let code = 0; code < this.count; code++) {
      let slot = this.hashes[code]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.slots = slots;
  }
}
