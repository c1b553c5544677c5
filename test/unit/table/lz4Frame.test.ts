import { describe, expect, it } from "vitest";
import { decodeLz4Frame } from "../../../src/table/lz4Frame.ts";

const header = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];

describe("decodeLz4Frame", () => {
  it("expands literals, overlapping matches and stored blocks", () => {
    const block = [0x14, 0x61, 0x01, 0x00, 0x10, 0x62]; // a, then 8 times the byte before, then b
    const stored = [0x02, 0x00, 0x00, 0x80, 0x63, 0x64];
    const frame = Uint8Array.from([...header, block.length, 0, 0, 0, ...block, ...stored, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(decodeLz4Frame(frame, 12))).toBe("aaaaaaaaabcd");
  });

  it("refuses damaged frames", () => {
    expect(() => decodeLz4Frame(Uint8Array.from([...header, 9, 0, 0, 0, 1]), 5)).toThrow(RangeError);
    expect(() => decodeLz4Frame(Uint8Array.from([1, 2, 3, 4]), 5)).toThrow(RangeError);
    expect(() => decodeLz4Frame(Uint8Array.from([...header, 0, 0, 0, 0]), 5)).toThrow(RangeError);
  });
});
