import { HendersonError } from "../base/errors.ts";

/** Bytes added to every arena for rounding reservations up to 16 bytes: 256 of them. */
export const ROUNDING_BYTES: number = 256 * 16;

/** Bump allocator over the bytes [start, end) of an arena's memory; nothing is ever given back. */
export class Reservations {
  readonly #end: number;
  #next: number;

  constructor(start: number, end: number) {
    this.#next = start;
    this.#end = end;
  }

  /**
   * Reserves `count` elements of `size` bytes on a 16-byte boundary and returns the element index.
   *
   * @throws HendersonError "linalg/arena-full"
   */
  reserve(count: number, size: 4 | 8): number {
    const start = this.#next;
    const after = start + Math.ceil((count * size) / 16) * 16;
    if (after > this.#end) {
      throw new HendersonError(
        "linalg/arena-full",
        `${count * size} bytes were asked of an arena that has ${this.#end - start} bytes left`,
        { hint: "create the arena with room for every reservation" },
      );
    }
    this.#next = after;
    return start / size;
  }
}
