import { expect, it } from "vitest";
import { cutDoubles } from "../../../src/linalg/cutDoubles.ts";

it("cuts zeroed arrays of their lengths that do not overlap", () => {
  const lengths = [3, 0, 9, 20, 8, 11];
  const pieces = cutDoubles(lengths);
  expect(pieces.map(({ length }) => length)).toEqual(lengths);
  pieces.forEach((piece, i) => {
    expect([...piece].every((value) => value === 0)).toBe(true);
    piece.fill(i + 1);
  });
  pieces.forEach((piece, i) => {
    expect([...piece].every((value) => value === i + 1)).toBe(true);
  });
});

it("takes one piece of memory for the long ones", () => {
  const [a, b] = cutDoubles([9, 10]);
  expect(a!.buffer).toBe(b!.buffer);
  expect(cutDoubles([])).toEqual([]);
});
